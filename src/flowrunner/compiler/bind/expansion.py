"""Shared words in their place: `{{ name }}` of a text becomes the words of that text, before Markdown is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Node, Scalar
from flowrunner.diagnostics.codes import CANNOT_HOLD, CIRCLE
from flowrunner.text.holes import split_holes

MOST_CHARACTERS = 100_000
MOST_USES = 1_000
MOST_DEPTH = 20


class Expanded(Struct):
    """Words with the shared ones in their place, and where each stretch of them was written.

    `names` are the shared texts that the words themselves use, `uses` counts those that stand in these as well.
    """

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    origins: list[tuple[Scalar, int]] = field(default_factory=list)
    length: int = 0
    uses: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def shared(self) -> bool:
        """Whether there are shared words in them."""
        return self.uses > 0

    @property
    def source(self) -> str:
        return "".join(self.pieces)

    def add(self, words: str, scalar: Scalar, offset: int) -> None:
        """Add words that stand at `offset` of a scalar's value."""
        if words:
            self.pieces.append(words)
            self.starts.append(self.length)
            self.origins.append((scalar, offset))
            self.length += len(words)

    def origin(self, offset: int) -> tuple[Scalar, int]:
        """The scalar that a character of the expanded words comes from, and its offset there."""
        index = max(0, bisect_right(self.starts, offset) - 1)
        scalar, begin = self.origins[index]
        return scalar, begin + offset - self.starts[index]


class Expander:
    """Knows the shared texts of a flow, as they were written. `used` are those that some text uses."""

    def __init__(self, texts: Mapping[str, Node], findings: Findings) -> None:
        self._texts = texts
        self._findings = findings
        self.used: set[str] = set()
        self._circles: set[frozenset[str]] = set()

    def expand(self, scalar: Scalar, language: str) -> Expanded:
        """The words of a scalar in one language."""
        expanded = Expanded()
        self._into(expanded, scalar, language, ())
        return expanded

    def _into(self, expanded: Expanded, scalar: Scalar, language: str, way: tuple[str, ...]) -> None:
        value = scalar.value.rstrip("\n") if way else scalar.value
        end = 0
        for name, start, stop, at in self._names(value):
            expanded.add(value[end:start], scalar, end)
            end = stop
            expanded.uses += 1
            self.used.add(name)
            if not way:
                expanded.names.append(name)
            if name in way:
                self._circle(scalar, at, (*way[way.index(name) :], name))
            elif expanded.length > MOST_CHARACTERS or expanded.uses > MOST_USES or len(way) == MOST_DEPTH:
                span = self._findings.part(scalar, at, len(name))
                self._findings.add(CANNOT_HOLD, span, "too_long_text", {"most": MOST_CHARACTERS})
                return
            elif (words := words_in(self._texts[name], language)) is not None:
                self._into(expanded, words, language, (*way, name))
        expanded.add(value[end:], scalar, end)

    def _circle(self, scalar: Scalar, at: int, way: tuple[str, ...]) -> None:
        """Tell a circle once, wherever it is entered."""
        if frozenset(way) not in self._circles:
            self._circles.add(frozenset(way))
            span = self._findings.part(scalar, at, len(way[-1]))
            self._findings.add(CIRCLE, span, "circle", {"way": " > ".join(way)})

    def _names(self, value: str) -> Iterator[tuple[str, int, int, int]]:
        """Each hole that is the name of a shared text: the name, where its braces begin and end, where it stands."""
        if "{{" not in value:
            return
        for segment in split_holes(value):
            name = segment.source.strip()
            if segment.kind == "hole" and name in self._texts:
                stop = segment.offset + len(segment.source) + 2
                yield name, segment.offset - 2, stop, segment.offset + segment.source.index(name)


def words_in(node: Node, language: str) -> Scalar | None:
    """The words of a text in one language: a plain string is the same in each. None where there are none."""
    if isinstance(node, MappingNode):
        words = node.get(language)
        return words if isinstance(words, Scalar) and words.value.strip() else None
    return node if isinstance(node, Scalar) and node.value.strip() else None
