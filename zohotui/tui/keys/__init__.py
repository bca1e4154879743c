"""The commands, their keys, and the phases in which they make sense."""
