"""Markdown read once: HTML and plain words, in which marks stand for the holes.

CommonMark without HTML, automatic links and images. A mark is an ASCII word that occurs nowhere in the source, so it
passes through Markdown untouched; `cut` then finds it again and says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from flowrunner.text.parts import Attribute, Fills, Hole, Paragraph, Part, is_safe_address


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - its name in the library
        return is_safe_address(url)


_MARKDOWN = _Parser("commonmark", {"html": False}).disable(["autolink", "image", "html_inline", "html_block"])


def mark_prefix(source: str) -> str:
    """The beginning of the marks of a text: from its hash, so that no text can hold its own."""
    return f"q{sha256(source.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}x"


def mark(prefix: str, number: int) -> str:
    """What stands for the hole of this number."""
    return f"{prefix}{number}z"


def read_block(source: str) -> tuple[str, str]:
    """HTML and plain words of paragraphs, lists and headings (`##` is h2; there is no h1)."""
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    return _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}), _Plain().read(tokens)


def read_inline(source: str) -> tuple[str, str]:
    """HTML and plain words of one line: emphasis, code and links only."""
    tokens = _MARKDOWN.parseInline(" ".join(source.split()))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return html, "".join(_inline(token.children or ()) for token in tokens)


# --- Plain words --------------------------------------------------------------------------


class _List(Struct):
    """A list that is being read: the number of its next item, None for dashes."""

    number: int | None
    indent: str
    tight: bool = True


class _Plain:
    """Writes block tokens as plain words: dashes and numbers stay, line breaks stay, emphasis goes."""

    def __init__(self) -> None:
        self.lists: list[_List] = []
        self.marker = ""
        self.out: list[str] = []

    def read(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._token(token)
        return "".join(self.out)

    def _token(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                start = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
                self.lists.append(_List(start, self._indent()))
            case "bullet_list_close" | "ordered_list_close":
                ended = self.lists.pop()
                if not self.lists and ended.tight:
                    self.out.append("\n")
            case "list_item_open":
                self._item(self.lists[-1])
            case "list_item_close":
                self._write("", "\n") if self.marker else None
            case "paragraph_open":
                if self.lists and not token.hidden:
                    self.lists[-1].tight = False
            case "inline":
                tight = bool(self.lists) and self.lists[-1].tight
                self._write(_inline(token.children or ()), "\n" if tight else "\n\n")
            case "fence" | "code_block":
                self._write(token.content.rstrip("\n"), "\n\n")
            case "hr":
                self._write("---", "\n\n")

    def _indent(self) -> str:
        return self.lists[-1].indent + "  " if self.lists else ""

    def _item(self, here: _List) -> None:
        sign = "-" if here.number is None else f"{here.number}."
        if here.number is not None:
            here.number += 1
        self.marker = f"{here.indent}{sign} "

    def _write(self, words: str, after: str) -> None:
        indent = self._indent()
        first, self.marker = self.marker or indent, ""
        self.out.append(first + words.replace("\n", f"\n{indent}") + after)


def _inline(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                out.append(token.content)
            case "softbreak" | "hardbreak":
                out.append("\n")
            case "link_open":
                links.append((str(token.attrs.get("href", "")), len(out)))
            case "link_close":
                address, start = links.pop()
                if "".join(out[start:]) != address.removeprefix("mailto:"):
                    out.append(f" ({address})")
    return "".join(out)


# --- Holes found again --------------------------------------------------------------------

_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def cut_html(html: str, prefix: str, fills: Sequence[Fills], breaks: bool) -> tuple[Part, ...]:
    """HTML as literal chunks and holes. Text holds no `<` of its own here, so whatever stands in `< >` is a tag."""
    if not fills:
        return (html,) if html else ()
    word = f"{prefix}([0-9]+)z"
    places = re.compile(rf"<p>{word}</p>\n?|<[^>]*>|{word}")

    def parts() -> Iterator[Part]:
        end = 0
        for match in places.finditer(html):
            yield html[end : match.start()]
            end = match.end()
            if match[1]:
                yield Paragraph(fills[int(match[1])])
            elif match[2]:
                yield Hole(fills[int(match[2])], breaks)
            elif prefix in match[0]:
                yield from _tag(match[0], word, fills)
            else:
                yield match[0]
        yield html[end:]

    return _joined(parts())


def cut_plain(plain: str, prefix: str, fills: Sequence[Fills], breaks: bool) -> tuple[Part, ...]:
    """Plain words as literal chunks and holes; a paragraph that is one hole is there only with its words."""
    if not fills:
        return (plain,) if plain else ()
    word = f"{prefix}([0-9]+)z"
    alone = rf"(?:(?<=\n\n)|\A){word}\n\n|" if breaks else ""
    places = re.compile(rf"{alone}{word}")

    def parts() -> Iterator[Part]:
        end = 0
        for match in places.finditer(plain):
            yield plain[end : match.start()]
            end = match.end()
            numbers = [number for number in match.groups() if number]
            one = fills[int(numbers[0])]
            yield Paragraph(one) if match[0].endswith("\n") else Hole(one, breaks)
        yield plain[end:]

    return _joined(parts())


def address(source: str, prefix: str, fills: Sequence[Fills]) -> Attribute:
    """A source that is an address as a whole."""
    return Attribute("href", tuple(_pieces(source, f"{prefix}([0-9]+)z", fills)))


def _tag(tag: str, word: str, fills: Sequence[Fills]) -> Iterator[Part]:
    end = 0
    for match in _ATTRIBUTE.finditer(tag):
        if re.search(word, match[2]):
            yield tag[end : match.start(2)]
            yield Attribute(match[1], tuple(_pieces(unescape(match[2]), word, fills)))
            end = match.end(2)
    yield tag[end:]


def _pieces(words: str, word: str, fills: Sequence[Fills]) -> Iterator[str | Fills]:
    for index, piece in enumerate(re.split(word, words)):
        if index % 2:
            yield fills[int(piece)]
        elif piece:
            yield piece


def _joined(parts: Iterator[Part]) -> tuple[Part, ...]:
    """Literal chunks that stand side by side as one, empty ones left out."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part:
            joined.append(part)
    return tuple(joined)
