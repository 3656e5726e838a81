"""Effects: one file each, listed in `built_in`."""
