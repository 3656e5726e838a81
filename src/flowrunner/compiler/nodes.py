"""YAML as it was written: characters, sequences and mappings, each with its span. Nothing is resolved.

`on`, `no`, `000000` and `2026-01` are characters here; what they are is decided by the place that they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, Union

from msgspec import Struct

from flowrunner.span import Span

Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]


class Scalar(Struct, frozen=True):
    """Characters. Its span holds the quotes; nothing written (`key:`) is an empty plain scalar of no width."""

    value: str
    span: Span
    style: Style = "plain"

    @property
    def plain(self) -> bool:
        """Whether it stands without quotes, and not as a block."""
        return self.style == "plain"

    @property
    def block(self) -> bool:
        """Whether it is a `|` or `>` block."""
        return self.style in ("literal", "folded")

    @property
    def empty(self) -> bool:
        """Whether nothing at all was written: `key:` and no quotes."""
        return self.plain and not self.value


class Sequence(Struct, frozen=True):
    """A list. `flow` is true for `[a, b]`, false for lines that begin with a dash."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = False

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order in which they were written. `flow` is true for `{a: b}`."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool = False
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {key.value: place for place, (key, _) in enumerate(self.entries)}
        object.__setattr__(self, "_index", index)

    def get(self, key: str) -> Node | None:
        """What stands behind a key, or None when there is no such key."""
        place = self._index.get(key)
        return None if place is None else self.entries[place][1]

    def key(self, name: str) -> Scalar | None:
        """The key itself as it was written, with its span, or None."""
        place = self._index.get(name)
        return None if place is None else self.entries[place][0]

    @property
    def keys(self) -> tuple[str, ...]:
        """The characters of all keys."""
        return tuple(key.value for key, _ in self.entries)

    def __contains__(self, key: object) -> bool:
        return key in self._index

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


Node: TypeAlias = Union[Scalar, Sequence, Mapping]  # noqa: UP007 (the names are not defined yet where they are read)


def to_data(node: Node) -> Any:
    """Plain `dict`, `list` and `str`, as a JSON Schema wants them. A scalar stays the characters that it is."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_data(item) for item in node.items]
    return {key.value: to_data(value) for key, value in node.entries}


def at(node: Node, path: SequenceOf[str | int]) -> Node:
    """The node at a path of keys and positions (jsonschema's `absolute_path`), or the last that is there on the way."""
    for part in path:
        below: Node | None = None
        if isinstance(node, Mapping):
            below = node.get(str(part))
        elif isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
            below = node.items[part]
        if below is None:
            return node
        node = below
    return node


def walk_nodes(node: Node) -> Iterator[Node]:
    """The node and all that it holds, keys too, in the order of the file."""
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Sequence):
            waiting.extend(reversed(node.items))
        elif isinstance(node, Mapping):
            for key, value in reversed(node.entries):
                waiting.extend((value, key))
