"""What `make bench` measures: figures and ratios to a floor of the same run, never a test."""
