"""A list that goes from one person to another: the plan as a file, and what its owners keep."""
