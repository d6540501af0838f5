"""Personal data in free text: one module for each way that people give themselves or others away."""
