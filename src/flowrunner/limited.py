"""What a process may take that does one heavy or dangerous thing with what a stranger made."""

from __future__ import annotations

import resource


def limit(memory: int, seconds: int, files: int) -> None:
    """Let this process have so many bytes of memory, seconds of processor and open files, and write no file. To be
    said before it reads a byte."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
