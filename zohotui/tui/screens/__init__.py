"""A screen a step of the work: the list, a run, the history; they do not know each other."""
