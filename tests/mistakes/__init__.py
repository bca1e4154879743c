"""Mistakes that people make, each made on the screen, and what stopped it or led back."""
