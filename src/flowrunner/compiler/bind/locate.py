"""Where some characters of a scalar's value stand in its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowrunner.compiler.nodes import Scalar
from flowrunner.span import Span

Lines = Mapping[str, Sequence[str]]
"""The lines of each file, by its name."""


def part_of(scalar: Scalar, offset: int, length: int, lines: Lines) -> Span:
    """The span of `length` characters from `offset` of the value; the whole scalar where that cannot be told."""
    whole = scalar.span
    part = scalar.value[offset : offset + length]
    file = lines.get(whole.file, ())
    if not part or "\n" in part or whole.end_line > len(file):
        return whole
    if scalar.style == "literal":
        return _in_literal(scalar, offset, part, file)
    if whole.line == whole.end_line:
        return _in_line(scalar, offset, part, file[whole.line - 1])
    return _by_search(scalar, offset, part, file)


def _in_literal(scalar: Scalar, offset: int, part: str, file: Sequence[str]) -> Span:
    """A `|` block holds its lines as they are, each after the same indent."""
    before = scalar.value[:offset]
    number = scalar.span.line + 1 + before.count("\n")
    column = offset - (before.rfind("\n") + 1)
    if number > len(file):
        return scalar.span
    written = scalar.value.split("\n")[before.count("\n")]
    source = file[number - 1]
    if not source.endswith(written):
        return scalar.span
    return _stretch(scalar, number, len(source) - len(written) + column, part)


def _in_line(scalar: Scalar, offset: int, part: str, source: str) -> Span:
    begin = scalar.span.column - 1
    written = source[begin : scalar.span.end_column - 1]
    shift = offset
    if scalar.style == "single":
        shift = 1 + offset + scalar.value[:offset].count("'")
    elif scalar.style == "double":
        shift = 1 + offset
    if written[shift : shift + len(part)] == part:
        return _stretch(scalar, scalar.span.line, begin + shift, part)
    return _by_search(scalar, offset, part, ["" for _ in range(scalar.span.line - 1)] + [source])


def _by_search(scalar: Scalar, offset: int, part: str, file: Sequence[str]) -> Span:
    """The same one of several: the n-th time that the characters occur in the value is the n-th in the source."""
    rank = scalar.value[:offset].count(part)
    for number in range(scalar.span.line, scalar.span.end_line + 1):
        source = file[number - 1]
        at = scalar.span.column - 1 if number == scalar.span.line else 0
        while (at := source.find(part, at)) >= 0:
            if rank == 0:
                return _stretch(scalar, number, at, part)
            rank -= 1
            at += len(part)
    return scalar.span


def _stretch(scalar: Scalar, line: int, column: int, part: str) -> Span:
    return Span(scalar.span.file, line, column + 1, line, column + 1 + len(part))


def part_within(whole: Span, source: str, offset: int, length: int, lines: Lines) -> Span:
    """The span of some characters of a source that stands as it is on one line of `whole`, else `whole`."""
    file = lines.get(whole.file, ())
    if not length or not source or whole.end_line > len(file):
        return whole
    for number in range(whole.line, whole.end_line + 1):
        begin = whole.column - 1 if number == whole.line else 0
        at = file[number - 1].find(source, begin)
        if at >= 0:
            column = at + offset + 1
            return Span(whole.file, number, column, number, column + length)
    return whole
