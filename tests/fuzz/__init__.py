"""Programs that throw made-up inputs at one part of zohotui: `python -m tests.fuzz.ids`."""
