"""What is said on the screen, made of what is known; no widget."""
