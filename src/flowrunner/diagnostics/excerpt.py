"""A source line with a caret under the piece that is meant: wide and combining characters, tabs and long lines kept
in column, and nothing on the screen that could move the cursor.

rich's `cell_len` was weighed: it knows the width of some rare scripts better, and takes 20 ms to load for what ten
lines do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from flowrunner.span import Span

MOST_COLUMNS = 100
LEAD = 20
TAB = "    "
ELLIPSIS = "…"
_BREAK = re.compile(r"\r\n|\r|\n")


class Excerpt(Struct, frozen=True):
    """One line of a file as it is shown, and the line of carets that goes below it."""

    number: int
    line: str
    carets: str


class SourceLines:
    """The lines of the files that diagnostics are about. Made from the text of each file by its name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def line(self, file: str, number: int) -> str | None:
        """A line of a file (from 1), or None where there is none."""
        if file not in self._lines:
            self._lines[file] = _BREAK.split(self._texts[file]) if file in self._texts else []
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None

    def excerpt(self, span: Span) -> Excerpt | None:
        """The line where a span begins, with carets under what of the span is on it; None when it is not known."""
        line = self.line(span.file, span.line)
        if line is None:
            return None
        end = span.end_column if span.end_line == span.line else len(line.rstrip()) + 1
        return _excerpt(span.line, line, span.column - 1, max(end - 1, span.column))


def _excerpt(number: int, line: str, start: int, end: int) -> Excerpt:
    first = 0 if start <= MOST_COLUMNS - LEAD else start - LEAD
    shown, before, under = ELLIPSIS if first else "", 1 if first else 0, 0
    for place in range(first, len(line)):
        piece = _printable(line[place])
        if _width(shown) + _width(piece) > MOST_COLUMNS:
            shown += ELLIPSIS
            break
        shown += piece
        before += _width(piece) if place < start else 0
        under += _width(piece) if start <= place < end else 0
    return Excerpt(number, shown.rstrip(), " " * before + "^" * max(under, 1))


def _printable(character: str) -> str:
    """A character that keeps its column: tabs as spaces, invisible ones by their code."""
    if character == "\t":
        return TAB
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") and character not in "\u200c\u200d":
        return f"<U+{ord(character):04X}>"
    return character


def _width(text: str) -> int:
    """How many columns of a terminal the characters take."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
