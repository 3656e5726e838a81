"""What time drives: timers, retention, redaction."""
