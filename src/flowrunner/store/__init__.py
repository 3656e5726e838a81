"""What is kept: cases, accounts, sessions, flow versions and the outbox, in SQLite or PostgreSQL."""
