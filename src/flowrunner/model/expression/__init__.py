"""Expressions: what an author writes where a value or a guard is expected, and in the holes of texts."""
