"""Pages of accounts: signing in, the home page and its places, messages."""
