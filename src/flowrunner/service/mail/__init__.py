"""Mail: the outbox, messages to people, notices to staff, letters."""
