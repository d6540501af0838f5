"""The tests: they mirror the source file for file."""
