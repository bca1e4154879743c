"""The terminal: its bytes, its size, how it drops, and what Textual is told of it."""
