"""The simulated org: its modules, records, people and Recycle Bin; it speaks no HTTP."""
