"""The closed list of what an expression is made of: small frozen nodes that checks and proofs may walk.

A tree that `parse` gives knows no types. The tree of an `Expression` has been checked: names and keys carry their
types, names of conditions have become `ConditionRef`, quoted dates have become dates, and a record that stands for one
of its keys (a code for its value) has become that `Key`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from flowrunner.model.types import UNKNOWN, Type

CompareOp: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
ArithmeticOp: TypeAlias = Literal["+", "-", "*", "/", "//"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a node without parts stands: characters of the source, from 0. Places do not make trees differ."""

    offset: int = field(default=0, compare=False, kw_only=True)
    length: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Name(Leaf):
    name: str
    type: Type = field(default=UNKNOWN, compare=False)


@dataclass(frozen=True, slots=True)
class ConditionRef(Leaf):
    """A named condition; its own tree is that of the condition's expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant(Leaf):
    value: str | Decimal | bool | date


@dataclass(frozen=True, slots=True)
class Key(Leaf):
    """`record.key`; its place is that of the key."""

    record: Node
    key: str
    type: Type = field(default=UNKNOWN, compare=False)

    @property
    def dotted(self) -> str:
        """The way to it: `register.status`, `code.verification.expires`."""
        before = self.record.dotted if isinstance(self.record, Key) else getattr(self.record, "name", "")
        return f"{before}.{self.key}"


@dataclass(frozen=True, slots=True)
class ListOf(Leaf):
    items: tuple[Node, ...]


class Compare(Struct, frozen=True):
    op: CompareOp
    left: Node
    right: Node


class And(Struct, frozen=True):
    """Two or more parts; the first that is false decides."""

    parts: tuple[Node, ...]


class Or(Struct, frozen=True):
    """Two or more parts; the first that is true decides."""

    parts: tuple[Node, ...]


class Not(Struct, frozen=True):
    operand: Node


class Negative(Struct, frozen=True):
    operand: Node


class Arithmetic(Struct, frozen=True):
    op: ArithmeticOp
    left: Node
    right: Node


class IfElse(Struct, frozen=True):
    """`then if test else otherwise`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class IsTest(Leaf):
    """`operand is name`; `is not` is a `Not` around it. Its place is that of `is`."""

    __test__ = False  # pytest collects classes called Test

    name: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Filter(Leaf):
    """`operand | name(args)`; the arguments are constants. Its place is that of the filter's name."""

    name: str
    operand: Node
    args: tuple[str | Decimal | bool, ...] = ()


Node: TypeAlias = (
    Name
    | ConditionRef
    | Constant
    | Key
    | ListOf
    | Compare
    | And
    | Or
    | Not
    | Negative
    | Arithmetic
    | IfElse
    | IsTest
    | Filter
)


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes that a node is made of, in reading order."""
    match node:
        case Name() | ConditionRef() | Constant():
            return ()
        case Key(record=inner):
            return (inner,)
        case ListOf(items=several) | And(parts=several) | Or(parts=several):
            return several
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Not(operand=inner) | Negative(operand=inner) | IsTest(operand=inner) | Filter(operand=inner):
            return (inner,)
        case IfElse(test=test, then=then, otherwise=otherwise):
            return (then, test, otherwise)


def walk_expression(node: Node) -> Iterator[Node]:
    """The node and every node inside it, parents first."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(parts(here)))


def depth(node: Node) -> int:
    """How many nodes stand inside each other, itself counted."""
    levels, here = 0, [node]
    while here:
        levels += 1
        here = [part for one in here for part in parts(one)]
    return levels


def extent(node: Node) -> tuple[int, int]:
    """Where a node stands in its source: offset and length in characters (0, 0 when nothing in it has a place)."""
    leaves = [leaf for leaf in walk_expression(node) if isinstance(leaf, Leaf) and leaf.length]
    if not leaves:
        return 0, 0
    start = min(leaf.offset for leaf in leaves)
    return start, max(leaf.offset + leaf.length for leaf in leaves) - start
