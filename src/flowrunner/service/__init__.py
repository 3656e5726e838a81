"""The use cases, one transaction each: what a shell (web, worker, command) calls."""
