"""Field types: one file each, listed in `built_in`."""
