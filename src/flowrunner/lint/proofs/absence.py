"""Three-valued logic: whether a guard can hold only because something was never asked.

An answer that was not given compares false, and `not`, `!=`, `not in` are plain negations of that. Here a guard is
read in a second way, in which what was not asked makes its comparison neither true nor false (Kleene). Where the
language says true and that reading says unknown, the guard holds for nothing but want of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from msgspec import Struct

from flowrunner.model.expression import syntax
from flowrunner.model.expression.expression import Expression
from flowrunner.model.expression.syntax import Node
from flowrunner.model.types import Type

MOST_CASES = 20_000
OTHER = "…"


class Counterexample(Struct, frozen=True):
    """A case in which the guard holds only for want of an answer: what was not asked, and what was answered."""

    absent: str
    answers: Mapping[str, str]


def holds_for_want_of(
    guard: Expression,
    conditions: Mapping[str, Expression],
    absent: str,
    gone: frozenset[str],
    only_if: Expression | None,
    answered: frozenset[str] = frozenset(),
) -> Counterexample | None:
    """An example, or None when there is none.

    `gone` are the root names that have no value when `absent` was not asked; `only_if` is a guard that is false then
    (the `when` of the field), or None. `answered` are the fields that certainly have a value.
    """
    reading = _Reading(conditions, gone, answered)
    trees = [guard.tree] + ([only_if.tree] if only_if else [])
    atoms = dict(reading.atoms(trees))
    for values in islice(product(*atoms.values()), MOST_CASES):
        assigned = dict(zip(atoms, values, strict=True))
        if only_if is not None and reading.language(only_if.tree, assigned):
            continue
        if reading.language(guard.tree, assigned) and reading.kleene(guard.tree, assigned) is None:
            choices = {k: v for k, v in assigned.items() if isinstance(v, str) and v != OTHER and "(" not in k}
            return Counterexample(absent, choices)
    return None


class _Reading:
    """The two readings of a tree, over the same atoms: choices have their values, anything else is true or false."""

    def __init__(
        self, conditions: Mapping[str, Expression], gone: frozenset[str], answered: frozenset[str] = frozenset()
    ) -> None:
        self.conditions = conditions
        self.gone = gone
        self.answered = answered

    def atoms(self, trees: list[Node]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        domains: dict[str, tuple[Any, ...]] = {}
        types: dict[str, Type] = {}
        for node in self._all(trees):
            if isinstance(node, syntax.Compare) and (choice := _choice_of(node)) and not self._is_gone(node):
                types[choice.dotted] = choice.type
                domains[choice.dotted] = tuple(dict.fromkeys((*domains.get(choice.dotted, ()), *_constants(node))))
            elif self._is_atom(node) and not self._is_gone(node):
                domains[_key(node)] = (False, True)
        for name, kind in types.items():
            domains[name] = self._values(name, kind, domains[name])
        yield from domains.items()

    def _values(self, name: str, kind: Type, compared: tuple[str, ...]) -> tuple[str, ...]:
        """The values that tell cases apart: one that is compared with nothing stands for all such, and so does OTHER
        for no value at all."""
        more = tuple(islice((value for value in kind.values if value not in compared), 1))
        return (*more, *compared, *(() if name in self.answered else (OTHER,)))

    def _all(self, trees: list[Node]) -> Iterator[Node]:
        for tree in trees:
            for node in syntax.walk_expression(tree):
                yield node
                if isinstance(node, syntax.ConditionRef) and node.name in self.conditions:
                    yield from self._all([self.conditions[node.name].tree])

    def _is_atom(self, node: Node) -> bool:
        if isinstance(node, (syntax.Compare, syntax.IsTest)):
            return True
        return isinstance(node, (syntax.Name, syntax.Key)) and node.type.kind == "yes_no"

    def _is_gone(self, node: Node) -> bool:
        return any(isinstance(part, syntax.Name) and part.name in self.gone for part in syntax.walk_expression(node))

    def language(self, node: Node, assigned: Mapping[str, Any]) -> bool:
        """What the language says: what is gone compares false."""
        truth = self._read(node, assigned, gone=False)
        return bool(truth)

    def kleene(self, node: Node, assigned: Mapping[str, Any]) -> bool | None:
        """True, False, or None where it hangs on what is gone."""
        return self._read(node, assigned, gone=None)

    def _read(self, node: Node, assigned: Mapping[str, Any], gone: bool | None) -> bool | None:
        match node:
            case syntax.And(parts=parts):
                return _all([self._read(part, assigned, gone) for part in parts])
            case syntax.Or(parts=parts):
                return _not(_all([_not(self._read(part, assigned, gone)) for part in parts]))
            case syntax.Not(operand=operand):
                return _not(self._read(operand, assigned, gone))
            case syntax.ConditionRef(name=name):
                condition = self.conditions.get(name)
                return self._read(condition.tree, assigned, gone) if condition else False
            case syntax.IfElse(test=test, then=then, otherwise=otherwise):
                chosen = self._read(test, assigned, gone)
                return None if chosen is None else self._read(then if chosen else otherwise, assigned, gone)
            case syntax.Constant(value=value):
                return bool(value)
            case syntax.IsTest():
                return False if self._is_gone(node) else assigned.get(_key(node), False)
            case _:
                return self._compared(node, assigned, gone)

    def _compared(self, node: Node, assigned: Mapping[str, Any], gone: bool | None) -> bool | None:
        if isinstance(node, syntax.Compare) and node.op in ("!=", "not in"):
            positive = syntax.Compare("==" if node.op == "!=" else "in", node.left, node.right)
            return _not(self._compared(positive, assigned, gone))
        if self._is_gone(node):
            return gone
        if isinstance(node, syntax.Compare) and (choice := _choice_of(node)):
            return assigned.get(choice.dotted) in _constants(node)
        return bool(assigned.get(_key(node), False))


class _Choice(Struct, frozen=True):
    dotted: str
    type: Type


def _choice_of(node: syntax.Compare) -> _Choice | None:
    """The name that is compared with constants alone, if it is one."""
    sides = (node.left, node.right) if node.op in ("==", "!=") else (node.left,)
    for side in sides:
        if isinstance(side, (syntax.Name, syntax.Key)) and side.type.kind == "choice" and _constants(node):
            return _Choice(side.dotted if isinstance(side, syntax.Key) else side.name, side.type)
    return None


def _constants(node: syntax.Compare) -> tuple[str, ...]:
    if node.op not in ("==", "!=", "in", "not in"):
        return ()
    sides = (node.left, node.right) if node.op in ("==", "!=") else (node.right,)
    values: list[str] = []
    for side in sides:
        items = side.items if isinstance(side, syntax.ListOf) else (side,)
        if isinstance(side, (syntax.ListOf, syntax.Constant)):
            values += [
                item.value for item in items if isinstance(item, syntax.Constant) and isinstance(item.value, str)
            ]
    return tuple(values)


def _key(node: Node) -> str:
    positive = {"!=": "==", "not in": "in"}
    if isinstance(node, syntax.Compare):
        return f"({_key(node.left)} {positive.get(node.op, node.op)} {_key(node.right)})"
    if isinstance(node, syntax.IsTest):
        return f"({_key(node.operand)} is {node.name})"
    if isinstance(node, syntax.Key):
        return node.dotted
    return node.name if isinstance(node, syntax.Name) else repr(node)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
