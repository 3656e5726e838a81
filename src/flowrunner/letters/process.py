"""The sandboxed process that makes one letter a PDF: `python -m flowrunner.letters.process < page > letter.pdf`.

It limits itself before it reads a byte, and fetches nothing. Asked with the word `possible`, it only says whether this
machine can make a PDF. It ends with 0, or with `MISSING` where a library or a font is missing.
"""

from __future__ import annotations

import sys

from flowrunner.sandbox import limit

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MISSING = 3
_FILES = 128


def main(arguments: list[str]) -> int:
    """Make the letter that comes in, or say whether one could be made."""
    limit(MEMORY, SECONDS, _FILES)
    from flowrunner.letters.pdf import NoPdf, letter_pdf, letters_possible

    if arguments == ["possible"]:
        return MISSING if letters_possible() else 0
    try:
        pdf = letter_pdf(sys.stdin.buffer.read().decode("utf-8"))
    except NoPdf:
        return MISSING
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
