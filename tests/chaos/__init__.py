"""Runs that are killed at every moment, and held to the books of the practice org."""
