"""The rules of the service, each against an expectation written down apart from the code."""
