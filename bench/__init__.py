"""What measures: speed, scale, faults. Each file prints its figures and writes them as JSON to bench/results/."""
