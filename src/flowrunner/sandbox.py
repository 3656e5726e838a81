"""A sandbox: a child process with resource limits (rlimit), for one heavy or dangerous thing done with untrusted data.

Pebble was weighed: it ends what takes too long, and bounds neither memory nor files, which is most of what stands here.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import Any


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


def module(name: str) -> tuple[str, ...]:
    """The program that is a module of ours, which limits itself."""
    return (sys.executable, "-I", "-m", name)


def run(program: tuple[str, ...], *args: str, patience: float, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """What a program came to that is given nothing of ours but its words and `options`, its input. Raises
    subprocess.TimeoutExpired after so many seconds."""
    return subprocess.run(  # noqa: S603 - a program of ours, which gets no words of anybody but on its input
        (*program, *args),
        capture_output=True,
        timeout=patience,
        check=False,
        env={},
        cwd="/",
        start_new_session=True,
        **options,
    )
