"""The process that looks at one content: `python -m flowrunner.service.uploads.contents.child < content`.

It limits itself before it reads a byte, prints one word (the kind, or why it is refused), and ends. Asked for the
`picture` of a kind of content, it prints that as JPEG, or nothing.
"""

from __future__ import annotations

import sys

from flowrunner.sandbox import limit

MEMORY = 1024 * 1024 * 1024
SECONDS = 15
_FILES = 64


def main(arguments: list[str]) -> None:
    """Look at what comes in. A crash prints nothing: the parent then knows enough."""
    limit(MEMORY, SECONDS, _FILES)
    from flowrunner.service.uploads.contents.refused import ContentRefused

    try:
        output = _picture(arguments[1]) if arguments[:1] == ["picture"] else _look()
    except ContentRefused as refused:
        output = b"" if arguments else refused.code.encode()
    except (MemoryError, RecursionError):
        output = b"" if arguments else b"file_too_complex"
    sys.stdout.buffer.write(output)


def _look() -> bytes:
    from flowrunner.service.uploads.contents.probe import probe

    return probe(sys.stdin.buffer).encode()


def _picture(kind: str) -> bytes:
    from flowrunner.service.uploads.contents.pictures import remade_picture

    return remade_picture(sys.stdin.buffer.read(), kind)


if __name__ == "__main__":
    main(sys.argv[1:])
