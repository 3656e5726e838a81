"""The process that looks at one content: `python -m flowrunner.service.contents.child < content`.

It limits itself before it reads a byte, prints one word (the kind, or why it is refused), and ends.
"""

from __future__ import annotations

import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 15
_FILES = 64


def main() -> None:
    """Look at what comes in. A crash prints nothing: the parent then knows enough."""
    _limit()
    from flowrunner.service.contents.look import look
    from flowrunner.service.contents.refused import Refused

    try:
        said: str = look(sys.stdin.buffer)
    except Refused as refused:
        said = refused.code
    except (MemoryError, RecursionError):
        said = "file_too_complex"
    sys.stdout.write(said)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
