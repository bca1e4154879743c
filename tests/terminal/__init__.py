"""The real program in a real pseudo-terminal, against the practice org on a real socket."""
