"""A plan carried out: the only place from which deletes leave."""
