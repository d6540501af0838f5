"""The rules of the service in plain Python: no database, no web, time always an argument."""
