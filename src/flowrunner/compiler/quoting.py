"""Suggested corrections of lines, as their author meant them: quotes around a text, lines instead of braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_COMMENT = re.compile(r"[ \t]+#")
_KEY = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_-]*)\s*:(?:\s|$)")
_UNSAFE_START = frozenset("*&!%@`,[]{}|>\"'#?:-")
_UNSAFE = re.compile(r"^\s|: | #|:$|\s$")


def quote(words: str) -> str:
    """A text as YAML that reads back as these characters: plain where it may be, else in quotes."""
    if words and words[0] not in _UNSAFE_START and not _UNSAFE.search(words):
        return words
    return _in_quotes(words)


def _in_quotes(words: str) -> str:
    if "'" not in words:
        return f"'{words}'"
    if '"' not in words and "\\" not in words:
        return f'"{words}"'
    return "'" + words.replace("'", "''") + "'"


def split_comment(rest: str) -> tuple[str, str]:
    """The value that a line begins with, and the comment behind it with the spaces before the `#`."""
    match = _COMMENT.search(rest)
    value = rest[: match.start()] if match else rest
    stripped = value.rstrip()
    return stripped, rest[len(stripped) :] if match else ""


def quote_line(line: str, column: int) -> tuple[str, ...]:
    """The line with all that stands from `column` (from 0) to its comment in quotes. A stray quote at each end goes."""
    value, comment = split_comment(line[column:])
    return (line[:column] + _in_quotes(_without_stray_quotes(value)) + comment,)


def _without_stray_quotes(value: str) -> str:
    """`'S'inscrire'` means S'inscrire, `"Yes` means Yes, but `"Yes" or "no"` has its quotes on purpose."""
    quote = value[:1]
    if quote not in ("'", '"') or value.count(quote) % 2 == 0:
        return value
    inner = value[1:]
    return inner[:-1] if inner.endswith(quote) else inner


class Braced(Struct, frozen=True):
    """`{en: Yes, I agree, fr: Oui}` as it was meant: `lines` are the same keys, one a line."""

    lines: tuple[str, ...]

    @staticmethod
    def read(line: str, column: int, languages: frozenset[str]) -> Braced | None:
        """What the braces from `column` (from 0) hold; None where no key is in them."""
        value, comment = split_comment(line[column:])
        pairs = _pairs(value, languages)
        if not pairs:
            return None
        lead = line[:column].rstrip()
        indent = len(line[:column]) - len(line[:column].lstrip(" "))
        if lead.endswith("-"):
            first, *others = _block(pairs, languages, " " * column)
            return Braced((line[:column] + first.lstrip() + comment, *others))
        dashes = re.match(r"(?:- +)*", line[indent:])
        indent += dashes.end() if dashes else 0
        if not lead:
            return Braced(tuple(_block(pairs, languages, "")))
        return Braced((lead + comment, *_block(pairs, languages, " " * (indent + 2))))


def _block(pairs: list[tuple[str, str]], languages: frozenset[str], indent: str) -> Iterator[str]:
    for key, value in pairs:
        inner = _pairs(value, languages) if value.startswith("{") and not value.startswith("{{") else []
        if inner and inner[0][0] in languages:
            yield f"{indent}{key}:"
            yield from _block(inner, languages, indent + "  ")
        elif value.startswith(("[", "{")) and not value.startswith("{{"):
            yield f"{indent}{key}: {value}"
        else:
            yield f"{indent}{key}: {quote(_unquoted(value))}".rstrip()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" and value.count(value[0]) == 2:
        return value[1:-1]
    return value


def _pairs(value: str, languages: frozenset[str]) -> list[tuple[str, str]]:
    """Key and text of each entry; a comma that no key follows belongs to the text before it."""
    inner = value[1:-1] if value.endswith("}") else value[1:]
    first = _KEY.match(inner)
    if first is None:
        return []
    only_languages = first[1] in languages
    pairs: list[tuple[str, str]] = []
    for piece in _pieces(inner):
        key = _KEY.match(piece)
        if key and (not only_languages or key[1] in languages):
            pairs.append((key[1], piece[key.end() :].strip()))
        else:
            name, text = pairs[-1]
            pairs[-1] = (name, f"{text},{piece.rstrip()}")
    return pairs


def _pieces(inner: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, character in enumerate(inner):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "," and depth <= 0:
            yield inner[start:place]
            start = place + 1
    yield inner[start:]
