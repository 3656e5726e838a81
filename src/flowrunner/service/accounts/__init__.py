"""Accounts: making and closing them, signing in and up, resuming a case, the home page of an account."""
