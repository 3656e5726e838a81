"""The YAML parser, from the bytes of a file to its syntax tree: FR1. Whatever the bytes are, they end in a tree or in
diagnostics.

The events of the YAML reader are put together here rather than composed by it: so each end is right, nothing recurses,
and depth and size are stopped while reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct, field

from flowrunner.compiler.decode import decode_text, printable, split_lines
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, Style
from flowrunner.compiler.quoting import quote_line
from flowrunner.compiler.yaml_errors import explain_yaml_error
from flowrunner.compiler.yaml_mistakes import NOT_A_WORD, hole_slip, slips_in_tree
from flowrunner.diagnostics.codes import DUPLICATE_KEY, NOT_ONE_FLOW, SHORTHAND, SYNTAX, TOO_DEEP, TOO_LARGE
from flowrunner.diagnostics.diagnostic import Diagnostic, Related, in_order
from flowrunner.span import Span

MOST_NODES = 50_000
MOST_DEPTH = 60
MOST_FINDINGS = 100
MOST_ROUNDS = 20

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STYLES: dict[str | None, Style] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}


class Parsed(Struct, frozen=True):
    """One file as it was read. `root` is None when there are errors; `text` is for showing its lines."""

    file: str
    text: str
    root: Mapping | None
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_yaml(data: bytes, file: str) -> Parsed:
    """Read the bytes of one file. `file` is the name that its diagnostics carry. Never raises."""
    text, findings = decode_text(data, file)
    if findings:
        return Parsed(file, printable(data), None, in_order(findings))
    root, findings = _read(split_lines(text), file)
    if isinstance(root, Mapping):
        lines_told = {one.span.line for one in findings}
        findings += [one for one in slips_in_tree(root, split_lines(text)) if one.span.line not in lines_told]
    elif root is not None and not findings:
        findings.append(Diagnostic(NOT_ONE_FLOW, root.span, "not_a_mapping"))
    diagnostics = in_order(dict.fromkeys(findings[:MOST_FINDINGS]))
    sound = isinstance(root, Mapping) and not any(finding.level == "error" for finding in diagnostics)
    return Parsed(file, text, root if sound and isinstance(root, Mapping) else None, diagnostics)


def _read(lines: list[str], file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read the lines; where one is broken in a usual way, note it, mend it in memory and read on to find the next."""
    broken: dict[int, Diagnostic] = {}
    lines = list(lines)
    rounds = max(1, min(MOST_ROUNDS, 2_000_000 // sum(map(len, lines), 1)))
    for _ in range(rounds):
        tree = _Tree(lines, file)
        error = tree.grow()
        if error is None:
            return tree.root, _all(broken, tree.diagnostics)
        finding, mended = explain_yaml_error(error, lines, file)
        if mended is None:
            return None, _all(broken, [finding, *tree.diagnostics])
        broken.setdefault(finding.span.line, finding)
        lines = mended
    return None, list(broken.values())


def _all(broken: dict[int, Diagnostic], diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """What was mended and what came after; a line that was mended is told once, for its columns are no longer true."""
    return [*broken.values(), *(one for one in diagnostics if one.span.line not in broken)]


class _Stop(Exception):
    """The file is refused as a whole; what was found says why."""


class _Open(Struct):
    """A collection whose end has not come yet."""

    mapping: bool
    flow: bool
    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    key: Scalar | None = None


class _Tree:
    """Puts events together. `root` is None until the end; `found` collects what the language refuses."""

    def __init__(self, lines: list[str], file: str) -> None:
        self.lines = lines
        self.file = file
        self.root: Node | None = None
        self.diagnostics: list[Diagnostic] = []
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def grow(self) -> yaml.MarkedYAMLError | None:
        """Read to the end; the error of the YAML reader if there is one."""
        try:
            for event in self._events():
                self._take(event)
        except _Stop:
            self.root = None
        except yaml.MarkedYAMLError as error:
            self.root = None
            return error
        except yaml.YAMLError:
            self.root = None
            self.diagnostics.append(Diagnostic(SYNTAX, Span(self.file, 1, 1, 1, 1), "other"))
        return None

    def _events(self) -> Iterator[Any]:
        events: Iterator[Any] = yaml.parse("\n".join(self.lines), Loader=_LOADER)
        return events

    def _take(self, event: Any) -> None:
        mark = event.start_mark
        if isinstance(event, yaml.NodeEvent):
            self._count(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Scalar(event.value, self._scalar_span(event), _STYLES[event.style]))
        elif isinstance(event, yaml.AliasEvent):
            self._shorthand(event, "alias", str(event.anchor))
            self._add(Scalar("", self._span(event)))
        elif isinstance(event, yaml.CollectionStartEvent):
            mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(mapping, bool(event.flow_style), mark.line + 1, mark.column + 1))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop(Diagnostic(TOO_LARGE, self._span(event), "nodes", {"most": MOST_NODES}))
        if len(self._open) > MOST_DEPTH:
            self._stop(Diagnostic(TOO_DEEP, self._span(event), values={"most": MOST_DEPTH}))
        if isinstance(event, yaml.AliasEvent):
            return
        if event.anchor is not None:
            self._shorthand(event, "anchor", event.anchor)
        if event.tag is not None:
            self._shorthand(event, "tag", event.tag)

    def _stop(self, why: Diagnostic) -> None:
        self.diagnostics.append(why)
        raise _Stop

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(Diagnostic(NOT_ONE_FLOW, self._span(event), "several"))
        if event.tags:
            self._shorthand(event, "tag", "%TAG")

    def _shorthand(self, event: Any, variant: str, name: str) -> None:
        corrected = quote_line(self.lines[event.start_mark.line], event.start_mark.column)
        span = self._span(event)
        if span.end_line != span.line or not isinstance(event, yaml.AliasEvent):
            length = len(name) + (0 if variant == "tag" else 1)
            span = Span(span.file, span.line, span.column, span.line, span.column + length)
        self.diagnostics.append(Diagnostic(SHORTHAND, span, variant, {"name": name}, corrected=corrected))

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.mapping:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node, parent)
        else:
            parent.entries.append((parent.key, node))
            parent.key = None

    def _key(self, node: Node, parent: _Open) -> Scalar:
        if isinstance(node, Scalar):
            if node.plain and node.value == "<<":
                self.diagnostics.append(Diagnostic(SHORTHAND, node.span, "merge"))
            return node
        slip = hole_slip(self.lines[parent.line - 1], self.file, parent.line, parent.column)
        self.diagnostics.append(slip or Diagnostic(SYNTAX, node.span, "key_not_a_word"))
        return Scalar(f"{NOT_A_WORD}{len(parent.entries)}", node.span)

    def _close(self, event: Any) -> None:
        done = self._open.pop()
        children: list[Node] = [value for _, value in done.entries] if done.mapping else done.items
        if done.flow:
            end = self._place(event.end_mark)
        elif children:
            end = (children[-1].span.end_line, children[-1].span.end_column)
        else:
            end = (done.line, done.column)
        span = Span(self.file, done.line, done.column, *end)
        if done.mapping:
            self._duplicates(done.entries)
            self._add(Mapping(tuple(done.entries), span, done.flow))
        else:
            self._add(Sequence(tuple(done.items), span, done.flow))

    def _duplicates(self, entries: list[tuple[Scalar, Node]]) -> None:
        first: dict[str, Span] = {}
        for key, _ in entries:
            if key.value in first:
                earlier = first[key.value]
                values = {"key": key.value, "line": str(earlier.line)}
                related = (Related(earlier, "first"),)
                self.diagnostics.append(Diagnostic(DUPLICATE_KEY, key.span, values=values, related=related))
            first.setdefault(key.value, key.span)

    def _span(self, event: Any) -> Span:
        return Span(self.file, *self._place(event.start_mark), *self._place(event.end_mark))

    def _place(self, mark: Any) -> tuple[int, int]:
        """Line and column from 1. The reader puts what was left out at the very end on a line that is not there."""
        if mark.line >= len(self.lines):
            return len(self.lines), len(self.lines[-1]) + 1
        return mark.line + 1, mark.column + 1

    def _scalar_span(self, event: Any) -> Span:
        """The reader ends a block where the next thing begins; here it ends with its last line that is not blank."""
        span = self._span(event)
        if event.style not in ("|", ">"):
            return span
        number = min(span.end_line, len(self.lines))
        if span.end_column <= len(self.lines[number - 1]) or not self.lines[number - 1].strip():
            number -= 1
        while number > span.line and not self.lines[number - 1].strip():
            number -= 1
        return Span(self.file, span.line, span.column, number, len(self.lines[number - 1].rstrip()) + 1)
