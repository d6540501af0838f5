"""A stand-in for the training: there is nothing to do."""
