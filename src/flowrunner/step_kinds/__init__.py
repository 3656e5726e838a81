"""Kinds of steps: one file each, listed in `built_in`."""
