"""Text and files in, a checked list of record ids out."""
