"""Where the characters of a value stand in its file, however it is written."""

from __future__ import annotations

import pytest

from flowrunner.compiler.bind.locate import part_of
from flowrunner.compiler.nodes import Scalar
from flowrunner.compiler.parse import parse_yaml


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("key: a plain word here", "word"),
        ("key: 'it''s a quoted word here'", "word"),
        ('key: "a double word"', "word"),
        ('key: "an \\u00e9 before the word"', "word"),
        ("key: |\n  first line\n\n  then the word here", "word"),
        ("key: |2\n   indented\n    word", "word"),
        ("key: >\n  folded lines\n  with a word", "word"),
        ("key: plain on\n  two lines with a word", "word"),
        ("key: # a comment\n  |\n  a word", "word"),
        ("{key: [a, 'the word']}", "word"),
        ("key: sword and word", "word and"),
    ],
)
def test_points_at_the_characters(source: str, wanted: str) -> None:
    parsed = parse_yaml(source.encode(), "f.yaml")
    assert parsed.root is not None
    node = parsed.root.entries[0][1]
    scalar = node if isinstance(node, Scalar) else list(node)[1]
    assert isinstance(scalar, Scalar)
    lines = source.split("\n")
    span = part_of(scalar, scalar.value.index(wanted), len(wanted), {"f.yaml": lines})
    assert span.line == span.end_line
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == wanted


def test_second_of_two_is_the_second() -> None:
    source = "key: >\n  word and\n  word"
    parsed = parse_yaml(source.encode(), "f.yaml")
    assert parsed.root is not None
    scalar = parsed.root.get("key")
    assert isinstance(scalar, Scalar)
    span = part_of(scalar, scalar.value.rindex("word"), 4, {"f.yaml": source.split("\n")})
    assert (span.line, span.column) == (3, 3)


def test_across_lines_is_the_whole() -> None:
    source = "key: >\n  folded\n  lines"
    parsed = parse_yaml(source.encode(), "f.yaml")
    assert parsed.root is not None
    scalar = parsed.root.get("key")
    assert isinstance(scalar, Scalar)
    assert part_of(scalar, 0, 12, {"f.yaml": source.split("\n")}) == scalar.span
