"""What an upload is, by its content: a real parse, in a process of its own that can do little and not for long."""
