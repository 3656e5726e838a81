"""Checks: one file each, named by what is wrong, listed in `built_in`."""
