"""Small faults put into the engine on purpose, and the tests that shall notice each."""
