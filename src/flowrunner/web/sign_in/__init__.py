"""Forms of signing in, wherever they stand."""
