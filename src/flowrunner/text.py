"""The words of a flow in each of its languages: Markdown read once, holes that are filled when a page is made.

`make_words` reads one text in one language. What comes out is literal chunks and holes, each hole knowing where it
stands: what fills it is data, escaped for that place, and never read as Markdown or HTML. Nothing here knows
expressions: a hole holds anything that `Fills`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Literal, Protocol, TypeAlias

from flowrunner.markdown import Mark, read_block, read_inline

Env: TypeAlias = Mapping[str, Any]
Form: TypeAlias = Literal["block", "inline"]


# --- What fills a hole --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, and the language that they are in when it is not that of the text around them (else "")."""

    words: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words: pieces one after the other (`run`), each on its own line, or each an item of a list."""

    pieces: tuple[Piece, ...]
    how: Literal["run", "lines", "items"] = "run"


class Formats(Protocol):
    """How a language and territory write values (`words.Formatter`). A moment carries the clock that it is shown by."""

    def date(self, value: date, /) -> str: ...
    def time(self, value: datetime, /) -> str: ...
    def moment(self, value: datetime, /) -> str: ...
    def number(self, value: Decimal, /) -> str: ...
    def money(self, value: Decimal, /) -> str: ...
    def join(self, items: tuple[str, ...], /) -> str: ...
    def value(self, value: object, /) -> str: ...


class Formatter(Protocol):
    """What the holes of a text ask for, in one language: formats, the labels of choices, the lines of an address."""

    @property
    def formats(self) -> Formats: ...
    def label(self, choices: str, value: str, /) -> Piece: ...
    def address(self, value: Mapping[str, Any], /) -> tuple[str, ...]: ...


class Fills(Protocol):
    """What a hole holds. `block` is true when it shows as a list of its own rather than within a line."""

    @property
    def block(self) -> bool: ...
    def show(self, env: Env, formatter: Formatter, /) -> Shown: ...


# --- Holes in a source --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text as the author wrote it: words, the inside of a hole, or a `{{` that nothing closes.

    `offset` counts characters from the start of the text to the first of `source` (past the `{{` of a hole).
    """

    kind: Literal["words", "hole", "unclosed"]
    source: str
    offset: int


def split_holes(source: str) -> tuple[Segment, ...]:
    """The literal words and the holes of a text, in order; together they are all of it but the braces of its holes."""
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


# --- Parts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole among words; `breaks` is how a line break of its value is written there (`<br>`, a line break, a space)."""

    fills: Fills

    def html(self, env: Env, formatter: Formatter) -> str:
        shown = self.fills.show(env, formatter)
        if len(shown.pieces) == 1 and not shown.pieces[0].lang:
            return _escaped(shown.pieces[0].words)
        return _html(shown, formatter)

    def plain(self, env: Env, formatter: Formatter) -> str:
        return _plain(self.fills.show(env, formatter), formatter)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that is one hole: a list becomes a list, and nothing leaves no empty paragraph behind."""

    fills: Fills

    def html(self, env: Env, formatter: Formatter) -> str:
        shown = self.fills.show(env, formatter)
        if not any(piece.words for piece in shown.pieces):
            return ""
        if shown.how == "items":
            items = "".join(f"<li>{_in_language(piece)}</li>\n" for piece in shown.pieces)
            return f"<ul>\n{items}</ul>\n"
        return f"<p>{_html(shown, formatter)}</p>\n"

    def plain(self, env: Env, formatter: Formatter) -> str:
        shown = self.fills.show(env, formatter)
        if not any(piece.words for piece in shown.pieces):
            return ""
        if shown.how == "items":
            return "".join(f"- {piece.words}\n" for piece in shown.pieces) + "\n"
        return f"{_plain(shown, formatter)}\n\n"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag that has holes: an address (`href`) is percent-encoded and must be safe."""

    name: str
    parts: tuple[str | Fills, ...]

    def html(self, env: Env, formatter: Formatter) -> str:
        values = tuple(part if isinstance(part, str) else _plain(part.show(env, formatter), formatter) for part in self.parts)
        if self.name != "href":
            return escape("".join(values))
        return escape(join_address(values, tuple(not isinstance(part, str) for part in self.parts)))

    def plain(self, env: Env, formatter: Formatter) -> str:
        return "".join(part if isinstance(part, str) else _plain(part.show(env, formatter), formatter) for part in self.parts)
