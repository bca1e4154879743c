"""What lasts of a run on disk: its journal, its copies, its receipt, and how each is read back."""
