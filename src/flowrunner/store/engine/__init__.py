"""The connection to the database: one engine for SQLite and PostgreSQL."""
