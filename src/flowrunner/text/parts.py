"""The parts that a text is made of: literal chunks (str) and holes, each knowing where it stands.

What fills a hole is data: it is escaped for its place and never read as Markdown or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Literal, Protocol, TypeAlias
from urllib.parse import quote

from msgspec import Struct

Env: TypeAlias = Mapping[str, Any]

# --- What fills a hole --------------------------------------------------------------------


class Piece(Struct, frozen=True):
    """A run of words, and the language that they are in when it is not that of the text around them (else "")."""

    words: str
    lang: str = ""


class ShownValue(Struct, frozen=True):
    """A value in words: pieces one after the other (`run`), each on a line of its own, or each an item of a list."""

    pieces: tuple[Piece, ...]
    how: Literal["run", "lines", "items"] = "run"

    @property
    def empty(self) -> bool:
        """Whether there are no words in it."""
        return not any(piece.words for piece in self.pieces)


class Formats(Protocol):
    """How a language and territory write values (`i18n.words.Formatter`). A moment carries the clock that shows it."""

    def date(self, value: date, /) -> str: ...
    def time(self, value: datetime, /) -> str: ...
    def moment(self, value: datetime, /) -> str: ...
    def number(self, value: Decimal, /) -> str: ...
    def money(self, value: Decimal, /) -> str: ...
    def join(self, items: tuple[str, ...], /) -> str: ...
    def value(self, value: object, /) -> str: ...


class ValueFormatter(Protocol):
    """What the holes of a text ask for, in one language: formats, labels of choices, the lines of an address."""

    @property
    def formats(self) -> Formats: ...
    def label(self, choices: str, value: str, /) -> Piece: ...
    def address(self, value: Mapping[str, Any], /) -> tuple[str, ...]: ...


class Fills(Protocol):
    """What a hole holds. `block` is true when it shows as a list of its own rather than within a line."""

    @property
    def block(self) -> bool: ...
    def show(self, env: Env, formatter: ValueFormatter, /) -> ShownValue: ...


# --- Holes --------------------------------------------------------------------------------


class Hole(Struct, frozen=True):
    """A hole among words. Where `breaks` is false (titles, labels, subjects) a line break of its value is a space."""

    fills: Fills
    breaks: bool

    def html(self, env: Env, formatter: ValueFormatter) -> str:
        """Its words, escaped; words in another language say so."""
        return _html(self.fills.show(env, formatter), self.breaks, formatter)

    def plain(self, env: Env, formatter: ValueFormatter) -> str:
        """Its words as they are."""
        return _plain(self.fills.show(env, formatter), self.breaks, formatter)


class Paragraph(Struct, frozen=True):
    """A paragraph that is one hole: a list becomes a list, and nothing leaves no empty paragraph behind."""

    fills: Fills

    def html(self, env: Env, formatter: ValueFormatter) -> str:
        """A paragraph, a list, or ""."""
        shown = self.fills.show(env, formatter)
        if shown.empty:
            return ""
        if shown.how == "items":
            items = "".join(f"<li>{_in_language(piece, True)}</li>\n" for piece in shown.pieces)
            return f"<ul>\n{items}</ul>\n"
        return f"<p>{_html(shown, True, formatter)}</p>\n"

    def plain(self, env: Env, formatter: ValueFormatter) -> str:
        """The same with dashes, and an empty line after it."""
        shown = self.fills.show(env, formatter)
        if shown.empty:
            return ""
        if shown.how == "items":
            return "".join(f"- {piece.words}\n" for piece in shown.pieces) + "\n"
        return f"{_plain(shown, True, formatter)}\n\n"


class Attribute(Struct, frozen=True):
    """The value of an attribute that has holes. An address (`href`) is percent-encoded and leads nowhere unsafe."""

    name: str
    parts: tuple[str | Fills, ...]

    def html(self, env: Env, formatter: ValueFormatter) -> str:
        """The value, escaped for a place between double quotes."""
        return escape(self.plain(env, formatter))

    def plain(self, env: Env, formatter: ValueFormatter) -> str:
        """The value, not escaped."""
        filled = [
            (part, False) if isinstance(part, str) else (_plain(part.show(env, formatter), False, formatter), True)
            for part in self.parts
        ]
        return _address(filled) if self.name == "href" else "".join(words for words, _ in filled)

    def constant(self) -> str:
        """The value when nothing fills it."""
        return _address([(part, False) for part in self.parts if isinstance(part, str)])


Part: TypeAlias = str | Hole | Paragraph | Attribute


def html_of(parts: tuple[Part, ...], env: Env, formatter: ValueFormatter) -> str:
    """Parts as HTML; the literal ones are HTML already."""
    return "".join([part if isinstance(part, str) else part.html(env, formatter) for part in parts])


def plain_of(parts: tuple[Part, ...], env: Env, formatter: ValueFormatter) -> str:
    """Parts as plain words."""
    return "".join([part if isinstance(part, str) else part.plain(env, formatter) for part in parts])


# --- Escaping -----------------------------------------------------------------------------

_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def _in_language(piece: Piece, breaks: bool) -> str:
    words = _LINE_BREAK.sub("<br />\n" if breaks else " ", escape(piece.words))
    return f'<span lang="{escape(piece.lang)}">{words}</span>' if piece.lang else words


def _html(shown: ShownValue, breaks: bool, formatter: ValueFormatter) -> str:
    if shown.how == "items":
        return escape(formatter.formats.join(tuple(piece.words for piece in shown.pieces)))
    between = "" if shown.how == "run" else "<br />\n" if breaks else ", "
    return between.join([_in_language(piece, breaks) for piece in shown.pieces])


def _plain(shown: ShownValue, breaks: bool, formatter: ValueFormatter) -> str:
    if shown.how == "items":
        words = formatter.formats.join(tuple(piece.words for piece in shown.pieces))
    else:
        between = "" if shown.how == "run" else "\n" if breaks else ", "
        words = between.join([piece.words for piece in shown.pieces])
    return _LINE_BREAK.sub("\n" if breaks else " ", words)


# --- Addresses ----------------------------------------------------------------------------

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
NOWHERE = "#"
_SCHEME = re.compile(r"([^/?#]*?):")


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: a web page, a mailbox, a telephone or a path; never a script."""
    if any(character <= " " or character == "\\" for character in address) or address.startswith("//"):
        return False
    scheme = _SCHEME.match(address)
    return scheme is None or scheme[1].lower() in SAFE_SCHEMES


def _address(filled: list[tuple[str, bool]]) -> str:
    """A hole that begins an address may hold a whole one; any other holds one piece of a path or query."""
    address = ""
    for words, is_hole in filled:
        safe = "@" if address else ":/?#[]@!$&'()*+,;=%"
        address += quote(words, safe=safe, errors="replace") if is_hole else words
    return address if is_safe_address(address) else NOWHERE
