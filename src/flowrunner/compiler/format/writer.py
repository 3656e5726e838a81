"""A tree written again: two spaces a level, `{ }` and `[ ]` on one line, comments with what they belong to.

Scalars keep their characters and quotes, long lines are not broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from flowrunner.compiler.format.comments import BLANK, Behind, Comments
from flowrunner.compiler.format.key_order import Places
from flowrunner.compiler.nodes import Mapping, Node, Scalar, walk_nodes
from flowrunner.compiler.nodes import Sequence as SequenceNode

STEP = 2
# What stands close together at the top of a file; from the next key on, each has a blank line above it.
HEAD_KEYS = frozenset(
    {"flowrunner", "flow", "part", "languages", "territory", "time_zone", "title", "include", "start"}
)
# Where what takes several lines has a blank line above it.
APART = frozenset({"steps", "fields"})
_HEADER = re.compile(r"([|>])([1-9]?)([+-]?)([1-9]?)")
SetWords = Callable[[str, str], str]
"""Characters and language → the characters as the language sets them."""


class _WrittenLine(Struct):
    """`settled` is true for the words of a text with `|+`: a blank line below it would be one more of them."""

    text: str
    behind: Behind | None = None
    settled: bool = False

    def __str__(self) -> str:
        if self.behind is None:
            return self.text.rstrip(" ") if not self.text.strip(" ") else self.text
        return f"{self.text.ljust(max(self.behind.column, len(self.text) + STEP))}{self.behind.words}"


class Writer:
    """Writes one file. `sections` says whether the root is a flow, whose sections stand apart."""

    def __init__(
        self, lines: Sequence[str], comments: Comments, places: Places, set_words: SetWords, *, sections: bool
    ) -> None:
        self._lines = lines
        self._comments = comments
        self._places = places
        self._set_words = set_words
        self._sections = sections

    def write(self, root: Mapping) -> str:
        """The whole file."""
        head = [_WrittenLine(words) for words in _tidy(self._comments.head)]
        body = self._mapping(root, 0, top=self._sections)
        tail = [_WrittenLine(words) for words in _tidy(self._comments.tail)]
        lines = [*head, *body, *tail]
        while lines and not lines[-1].text.strip() and not lines[-1].settled:
            lines.pop()
        return "\n".join(map(str, lines)) + "\n"

    # --- Blocks ---------------------------------------------------------------------------

    def _mapping(self, node: Mapping, indent: int, *, top: bool = False, apart: bool = False) -> list[_WrittenLine]:
        written: list[_WrittenLine] = []
        several = False
        for place, (key, value) in enumerate(self._places.entries.get(id(node), node.entries)):
            body = self._entry(key, value, indent, apart=top and key.value in APART)
            before = self._before(id(key), indent)
            if place == 0:
                before = _without_blank(before)
            elif (top and key.value not in HEAD_KEYS) or (apart and (several or len(body) > 1)):
                before = [_WrittenLine(BLANK), *_without_blank(before)]
            if written and written[-1].settled:
                before = _without_blank(before)
            several = len(body) > 1
            written += [*before, *body, *self._after(id(key), indent)]
        return written

    def _sequence(self, node: SequenceNode, indent: int) -> list[_WrittenLine]:
        written: list[_WrittenLine] = []
        for place, item in enumerate(node.items):
            before = self._before(id(item), indent)
            body = self._item(item, indent)
            # A comment above the first key of an item stands above its dash.
            first = next(number for number, line in enumerate(body) if not _is_comment(line))
            above = [_WrittenLine(" " * indent + line.text.strip(" ")) for line in body[:first]]
            dash = _WrittenLine(" " * indent + "- " + body[first].text[indent + STEP :], body[first].behind)
            if not dash.text.strip(" -"):
                dash.text = " " * indent + "-"
            before = [*before, *above]
            written += [*(_without_blank(before) if place == 0 else before), dash, *body[first + 1 :]]
            written += self._after(id(item), indent)
        return written

    def _item(self, item: Node, indent: int) -> list[_WrittenLine]:
        """The lines of an item, the first with room for the dash."""
        inner = indent + STEP
        if isinstance(item, Mapping) and not item.flow:
            return self._mapping(item, inner)
        if isinstance(item, SequenceNode) and not item.flow:
            return self._sequence(item, inner)
        first, below = self._inline(item, inner)
        return self._with_comments(" " * inner + first, below, item.span.line, item)

    def _entry(self, key: Scalar, value: Node, indent: int, *, apart: bool) -> list[_WrittenLine]:
        opener = f"{' ' * indent}{self._source(key)}:"
        inner = indent + STEP
        if isinstance(value, Mapping) and not value.flow:
            below = self._mapping(value, inner, apart=apart)
            return self._with_comments(opener, _opened(below), key.span.line, None)
        if isinstance(value, SequenceNode) and not value.flow:
            return self._with_comments(opener, _opened(self._sequence(value, inner)), key.span.line, None)
        first, below = self._inline(value, inner)
        return self._with_comments(f"{opener} {first}" if first else opener, below, key.span.line, value)

    def _with_comments(self, text: str, below: list[_WrittenLine], line: int, value: Node | None) -> list[_WrittenLine]:
        """The first line with the comment behind it. Where several lines become one, the comments of the others stand
        above it."""
        ends = line if value is None or self._several(value) else value.span.end_line
        behind = [comment for number in range(line, ends + 1) if (comment := self._comments.behind.get(number))]
        if value is not None and self._several(value) and below and (last := self._last_behind(value)):
            below[-1].behind = last
        indent = " " * (len(text) - len(text.lstrip(" ")))
        above = [_WrittenLine(indent + comment.words) for comment in behind[:-1]]
        return [*above, _WrittenLine(text, behind[-1] if behind else None), *below]

    def _several(self, value: Node) -> bool:
        """Whether it is written in as many lines as it was."""
        if isinstance(value, Scalar):
            return value.span.line != value.span.end_line
        return self._verbatim(value)

    def _last_behind(self, value: Node) -> Behind | None:
        return None if isinstance(value, Scalar) and value.block else self._comments.behind.get(value.span.end_line)

    def _before(self, ident: int, indent: int) -> list[_WrittenLine]:
        return [_indented(words, indent) for words in _tidy(self._comments.before.get(ident, []))]

    def _after(self, ident: int, indent: int) -> list[_WrittenLine]:
        return [_indented(words, indent) for words in _tidy(self._comments.after.get(ident, []))]

    # --- Values ---------------------------------------------------------------------------

    def _inline(self, node: Node, indent: int) -> tuple[str, list[_WrittenLine]]:
        """What stands on the line of the key or dash, and the lines below it."""
        if isinstance(node, Scalar):
            if node.empty:
                return "", []
            return self._block(node, indent) if node.block else self._scalar(node, indent)
        if not self._verbatim(node):
            return self._on_one_line(node), []
        lines = self._lines[node.span.line - 1 : node.span.end_line]
        first = self._uncommented(node.span.line)[node.span.column - 1 :].rstrip()
        below = [self._inner_line(node.span.line + number, indent) for number in range(1, len(lines))]
        return first, below

    def _inner_line(self, number: int, indent: int) -> _WrittenLine:
        text = self._uncommented(number).strip()
        behind = self._comments.behind.get(number)
        return _WrittenLine(" " * indent + text if text else "", behind)

    def _uncommented(self, number: int) -> str:
        line = self._lines[number - 1]
        behind = self._comments.behind.get(number)
        return line[: behind.column].rstrip() if behind is not None else line

    def _verbatim(self, node: Node) -> bool:
        """Whether a `{ }` or `[ ]` must stay in several lines: a comment or a text of several lines stands in it."""
        first, last = node.span.line, node.span.end_line
        if first == last or isinstance(node, Scalar):
            return False
        texts = (one for one in walk_nodes(node) if isinstance(one, Scalar))
        return self._comments.inside(first, last) or any(one.span.line != one.span.end_line for one in texts)

    def _on_one_line(self, node: Node) -> str:
        if isinstance(node, Scalar):
            return "" if node.empty else self._scalar(node, 0)[0]
        if isinstance(node, SequenceNode):
            return f"[{', '.join(map(self._on_one_line, node.items))}]"
        entries = self._places.entries.get(id(node), node.entries)
        return f"{{{', '.join(f'{self._source(key)}: {self._on_one_line(value)}' for key, value in entries)}}}"

    def _scalar(self, node: Scalar, indent: int) -> tuple[str, list[_WrittenLine]]:
        source = self._source(node)
        language = self._places.languages.get(id(node), "")
        if language and not (node.style == "double" and "\\" in source):
            apostrophe = "''" if node.style == "single" else "'"
            inner = source[1:-1] if node.style in ("single", "double") else source
            words = self._set_words(inner.replace(apostrophe, "'"), language)
            words = words.replace("'", apostrophe)
            source = words if node.plain else source[0] + words + source[-1]
        first, *others = source.split("\n")
        return first, [_indented(line.strip(" "), indent) for line in others]

    def _block(self, node: Scalar, indent: int) -> tuple[str, list[_WrittenLine]]:
        header = _HEADER.match(self._lines[node.span.line - 1], node.span.column - 1)
        assert header is not None
        indicator = header[2] or header[4]
        lines = self._lines[node.span.line : node.span.end_line]
        words = _words_of(lines, node)
        language = self._places.languages.get(id(node), "")
        if language:
            words = self._set_words("\n".join(words), language).split("\n")
        if header[3] == "+":
            # The blank lines below it belong to the text.
            words += [""] * _blanks(self._lines[node.span.end_line :])
        sign = header[1] + (str(STEP) if indicator else "") + header[3]
        keep = header[3] == "+"
        return sign, [_WrittenLine(" " * indent + line if line.strip(" ") else line, settled=keep) for line in words]

    def _source(self, node: Scalar) -> str:
        """Its characters as they are written, quotes and line breaks included."""
        span = node.span
        lines = list(self._lines[span.line - 1 : span.end_line])
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return "\n".join(lines)


def _words_of(lines: Sequence[str], node: Scalar) -> list[str]:
    """The lines of a block without the indentation of the block, which its value tells."""
    first = next((place for place, line in enumerate(node.value.split("\n")) if line.strip(" ")), None)
    if first is None:
        return []
    written = next(line for line in lines if line.strip(" "))
    value = next(line for line in node.value.split("\n") if line.strip(" "))
    own = len(value) - len(value.lstrip(" "))
    depth = len(written) - len(written.lstrip(" ")) - own
    return [line[depth:] for line in lines]


def _blanks(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _tidy(lines: Sequence[str]) -> list[str]:
    """The lines with no two blank ones together."""
    return [line for place, line in enumerate(lines) if line or place == 0 or lines[place - 1]]


def _indented(words: str, indent: int) -> _WrittenLine:
    return _WrittenLine(" " * indent + words if words else BLANK)


def _without_blank(lines: list[_WrittenLine]) -> list[_WrittenLine]:
    return lines[1:] if lines and not lines[0].text else lines


def _opened(below: list[_WrittenLine]) -> list[_WrittenLine]:
    """What stands below a key begins right below it."""
    return _without_blank(below)


def _is_comment(line: _WrittenLine) -> bool:
    return not line.text.strip() or line.text.lstrip(" ").startswith("#")
