"""The ground: ids, states, plans, events and rows, without any I/O."""
