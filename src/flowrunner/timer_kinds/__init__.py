"""Kinds of timers: one file each, listed in `built_in`; `due` says when those of a case are due."""
