"""Personal data, finder by finder."""
