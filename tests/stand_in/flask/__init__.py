"""Takes the place of the framework in front of the commands that stand in."""
