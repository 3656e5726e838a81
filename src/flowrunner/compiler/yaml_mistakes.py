"""The usual slips: lines that YAML refuses, or reads as something else, with the lines that say what was meant.

Some break the file: `slip_in_line` finds them where the YAML reader stopped. The others are read silently into
something else: `slips_in_tree` finds them in the tree.

yamllint was weighed: it finds a few of them (`truthy`, `octal-values`) and proposes nothing, and its licence is the
GPL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as SequenceOf

from msgspec import Struct

from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.compiler.quoting import Braced, quote, quote_line, split_comment
from flowrunner.diagnostics.codes import SLIP
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.i18n.translations import languages as languages_of_locales
from flowrunner.span import Span

LONGEST_LINE = 2_000
NOT_A_WORD = "\x00"  # begins what stands in the tree for a key that is no word; it has been told already

_LINE = re.compile(r"(?P<lead> *(?:- +)*)(?:[A-Za-z_][\w.-]*: +)?")
_NO_SPACE = re.compile(r" *(?:- +)*(?P<key>[a-z_][a-z0-9_]*):(?=[^\s/])|(?P<hard> *(?:- +)*[a-z_][a-z0-9_]*:)\xa0")
_BLOCK_HEADER = re.compile(r"[|>][0-9+-]*\s*(?:#.*)?$")
_COLON = re.compile(r":(?: |$)")
_STARTS = frozenset("*&!%@`,]}|>")
_TEXT_KEYS = frozenset(
    ("body", "heading", "hint", "label", "means", "message", "next_label", "say", "status", "subject", "text", "title")
)


class Slip(Struct, frozen=True):
    """A slip in one line. Columns count from 1; `corrected` is for the author, `mended` for reading on in its place."""

    variant: str
    column: int
    end_column: int
    corrected: tuple[str, ...]
    mended: str

    def diagnostic(self, file: str, number: int) -> Diagnostic:
        """The diagnostic of this slip in the line of that number."""
        span = Span(file, number, self.column, number, self.end_column)
        return Diagnostic(SLIP, span, self.variant, corrected=self.corrected)


# --- Slips that break the file ------------------------------------------------------------


def slip_in_line(line: str) -> Slip | None:
    """The slip that a line seems to hold. Only the YAML reader knows whether it is one: it may stand in a block."""
    if len(line) > LONGEST_LINE or line.lstrip().startswith("#"):
        return None
    if slip := _no_space(line):
        return slip
    match = _LINE.match(line)
    column = match.end() if match else 0
    value, _ = split_comment(line[column:])
    if not value:
        return None
    if value.startswith("{") and value.endswith("}") and not value.startswith("{{"):
        return _braces(line, column)
    variant = _variant(value)
    if variant is None:
        return _torn_line(line, column)
    corrected = quote_line(line, column)
    return Slip(variant, column + 1, column + len(value) + 1, corrected, corrected[0])


def _variant(value: str) -> str | None:
    first = value[0]
    if value.startswith("{{"):
        return "hole"
    if first in "\"'":
        return _quote_variant(value, first)
    if first in "[{":
        closed = "]" if first == "[" else "}"
        return "start" if closed in value and not value.endswith(closed) else None
    if first in "|>" and _BLOCK_HEADER.match(value):
        return None
    if first in _STARTS or value[:2] in ("- ", "? ", ": "):
        return "start"
    return "colon" if _COLON.search(value) else None


def _quote_variant(value: str, quote: str) -> str | None:
    escape = r"(?:[^\\\"]|\\.)*" if quote == '"' else r"(?:[^']|'')*"
    closed = re.match(quote + escape + quote, value)
    if closed is None:
        return "open_quote"
    return None if closed.end() == len(value) else "quote"


def _no_space(line: str) -> Slip | None:
    match = _NO_SPACE.match(line)
    if match is None:
        return None
    colon = match.end() - (1 if match["hard"] else 0)
    mended = line[:colon] + " " + line[colon:].lstrip("\xa0")
    return Slip("no_space", colon, colon + 1, (mended,), mended)


def _braces(line: str, column: int) -> Slip | None:
    braced = Braced.read(line, column, _languages(None))
    if braced is None:
        return None
    value, comment = split_comment(line[column:])
    return Slip("braces", column + 1, column + len(value) + 1, braced.lines, f"{line[:column]}''{comment}")


def _torn_line(line: str, column: int) -> Slip | None:
    value, comment = split_comment(line[column:])
    if not comment.startswith(" #"):
        return None
    corrected = line[:column] + quote(value + comment)
    start = column + len(value) + 2
    return Slip("torn", start, len(line) + 1, (corrected,), corrected)


def hole_slip(line: str, file: str, number: int, column: int) -> Diagnostic | None:
    """`subject: {{ name }}`: YAML reads two mappings where a text was meant. `column` counts from 1."""
    if not line.startswith("{{", column - 1) or len(line) > LONGEST_LINE:
        return None
    value, _ = split_comment(line[column - 1 :])
    span = Span(file, number, column, number, column + len(value))
    return Diagnostic(SLIP, span, "hole", corrected=quote_line(line, column - 1))


# --- Slips that are read as something else ------------------------------------------------


def slips_in_tree(root: Mapping, lines: SequenceOf[str]) -> list[Diagnostic]:
    """What YAML read without a word, and not as it was meant."""
    spoken = _languages(root)
    diagnostics: list[Diagnostic] = []
    for key, node, inside in _placed(root):
        if isinstance(node, Mapping) and node.flow:
            diagnostics.extend(_in_braces(node, spoken, lines))
        elif isinstance(node, Scalar) and node.plain:
            diagnostics.extend(_torn(key, node, spoken, lines))
            diagnostics.extend(_glued(key, node, inside, lines))
    return diagnostics


def _placed(root: Node) -> Iterator[tuple[Scalar | None, Node, str]]:
    """Every value with its key (None in a list), and what it stands in: `flow`, `list` or `keys`."""
    waiting: list[tuple[Scalar | None, Node, str]] = [(None, root, "")]
    while waiting:
        key, node, inside = waiting.pop()
        yield key, node, inside
        if isinstance(node, Sequence):
            waiting.extend((None, item, "flow" if node.flow else "list") for item in reversed(node.items))
        elif isinstance(node, Mapping):
            waiting.extend((name, value, "flow" if node.flow else "keys") for name, value in reversed(node.entries))


def _languages(root: Mapping | None) -> frozenset[str]:
    """The languages that the flow says it is written in; for a part, those that the interpreter speaks."""
    written = root.get("languages") if root is not None else None
    if isinstance(written, Sequence):
        return frozenset(item.value for item in written.items if isinstance(item, Scalar))
    return frozenset(languages_of_locales())


def _in_braces(node: Mapping, spoken: frozenset[str], lines: SequenceOf[str]) -> Iterator[Diagnostic]:
    line = lines[node.span.line - 1]
    for key, value in node.entries:
        if key.value.startswith(NOT_A_WORD) or _colon_after(key, line):
            continue
        if match := _NO_SPACE.match(key.value):
            start = key.span.column + match.end() - 1
            spot = Span(key.span.file, key.span.line, start, key.span.line, start + 1)
            corrected = (line[:start] + " " + line[start:],) if len(line) <= LONGEST_LINE else ()
            yield Diagnostic(SLIP, spot, "no_space", corrected=corrected)
        elif isinstance(value, Scalar) and value.empty:
            yield Diagnostic(SLIP, key.span, "braces", corrected=_unbraced(node, spoken, line))
            return
    if node.entries and all(key.value in spoken for key, _ in node.entries):
        yield Diagnostic(SLIP, node.span, "braces", corrected=_unbraced(node, spoken, line))


def _colon_after(key: Scalar, line: str) -> bool:
    """Whether `:` follows a key of a `{ }`: without it, what looks like a key is the rest of a torn text."""
    rest = line[key.span.end_column - 1 :].lstrip() if key.span.line == key.span.end_line else ":"
    return rest.startswith(":") or not rest


def _unbraced(node: Mapping, spoken: frozenset[str], line: str) -> tuple[str, ...]:
    if node.span.line != node.span.end_line or len(line) > LONGEST_LINE:
        return ()
    match = _LINE.match(line)
    outermost = match.end() if match else 0
    column = outermost if line.startswith("{", outermost) else node.span.column - 1
    braced = Braced.read(line, column, spoken)
    return braced.lines if braced else ()


def _torn(key: Scalar | None, node: Scalar, spoken: frozenset[str], lines: SequenceOf[str]) -> Iterator[Diagnostic]:
    line = lines[node.span.end_line - 1]
    rest = line[node.span.end_column - 1 :]
    if not rest.startswith(" #") or node.empty or len(line) > LONGEST_LINE:
        return
    spoken_here = key is not None and (key.value in spoken or key.value in _TEXT_KEYS)
    severity = _how_torn(node.value, rest[2:], spoken_here)
    if severity is None:
        return
    start = node.span.end_column + 1
    corrected: tuple[str, ...] = ()
    span = Span(node.span.file, node.span.end_line, start, node.span.end_line, len(line) + 1)
    if node.span.line == node.span.end_line:
        corrected = (line[: node.span.column - 1] + quote(node.value + rest),)
    yield Diagnostic(SLIP, span, "torn", corrected=corrected, severity=severity)


def _how_torn(value: str, comment: str, spoken_here: bool) -> Level | None:
    """`form #5` is surely torn; in a text, `form # 5 and` is likely torn: a comment follows two spaces by custom."""
    if comment[:1].isdigit() or (spoken_here and comment.strip()[:1].isdigit()):
        return Level.ERROR
    if comment[:1].isalpha() and " " in value and spoken_here:
        return Level.ERROR
    unfinished = " " in value and value[-1] not in ".!?…"
    return Level.WARNING if spoken_here and unfinished and comment.strip() else None


def _glued(key: Scalar | None, node: Scalar, inside: str, lines: SequenceOf[str]) -> Iterator[Diagnostic]:
    """`label:Name` without a space is one word to YAML, where it stands on a line of its own."""
    alone = inside in ("list", "flow") and key is None
    alone = alone or (inside == "keys" and key is not None and node.span.line > key.span.line)
    first = node.span.line if alone else node.span.line + 1
    for number in range(first, node.span.end_line + 1):
        line = lines[number - 1]
        start = node.span.column - 1 if number == node.span.line else len(line) - len(line.lstrip(" "))
        match = _NO_SPACE.match(line[start:]) if len(line) <= LONGEST_LINE else None
        if match:
            colon = start + match.end() - (1 if match["hard"] else 0)
            corrected = line[:colon] + " " + line[colon:].lstrip("\xa0")
            span = Span(node.span.file, number, colon, number, colon + 1)
            yield Diagnostic(SLIP, span, "no_space", corrected=(corrected,))
