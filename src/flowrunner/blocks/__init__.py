"""Page blocks: one file each with its template beside it, listed in `built_in`."""
