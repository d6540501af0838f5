"""Outside data in, plain keyword data out; one schema serves the HTML form and JSON."""
