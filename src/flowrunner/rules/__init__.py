"""Rules: one file each, listed in `built_in`."""
