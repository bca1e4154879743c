"""Each record is read and judged before anything is deleted."""
