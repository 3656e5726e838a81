"""Sealing: keys, encryption of rows and how values are written before it."""
