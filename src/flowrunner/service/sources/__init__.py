"""Asking sources of facts, outside of any transaction."""
