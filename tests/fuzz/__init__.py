"""Programs that throw what nobody would think of at the program, by the hundred thousand."""
