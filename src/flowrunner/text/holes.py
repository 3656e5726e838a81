"""Where the holes of a text are, before anything is known of what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct


class Segment(Struct, frozen=True):
    """A part of a text as the author wrote it: words, the inside of a hole, or all that follows a `{{` left open.

    `offset` counts characters from the start of the text to the first of `source` (past the `{{` of a hole).
    """

    kind: Literal["words", "hole", "unclosed"]
    source: str
    offset: int


def split_holes(source: str) -> tuple[Segment, ...]:
    """The words and the holes of a text, in order; together they are all of it but the braces of its holes."""
    return tuple(_segments(source))


def _segments(source: str) -> Iterator[Segment]:
    here = 0
    while (start := source.find("{{", here)) >= 0:
        if start > here:
            yield Segment("words", source[here:start], here)
        end = source.find("}}", start + 2)
        if end < 0:
            yield Segment("unclosed", source[start:], start)
            return
        yield Segment("hole", source[start + 2 : end], start + 2)
        here = end + 2
    if here < len(source):
        yield Segment("words", source[here:], here)
