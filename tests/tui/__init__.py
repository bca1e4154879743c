"""Tests of the screen with Textual's Pilot, and the scenes that the README shows."""
