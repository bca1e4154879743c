"""The tests of zohotui."""
