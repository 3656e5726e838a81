"""Code generation for expressions: from a checked tree to a closure, once. What guards say most often has a closure of
its own.

Inside, nothing is None, a list is never None and a yes/no is never None: so a comparison of nothing is false, and its
negation true, without a test at each node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flowrunner.model.expression import syntax
from flowrunner.model.expression.arithmetic import Closure, Env, arithmetic, negative
from flowrunner.model.expression.filters import FAILURES, FILTERS, TESTS
from flowrunner.model.expression.syntax import Node
from flowrunner.model.types import UNKNOWN, Kind, Value

_NO_KEYS: Mapping[str, Value] = MappingProxyType({})
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def switch_key(name: str) -> str:
    """The name in the environment under which a policy switch is overridden (a name of a flow never begins so)."""
    return f"_{name}"


class Builder:
    """Builds closures over the conditions that are compiled already."""

    def __init__(self, conditions: Mapping[str, Closure], zone: tzinfo) -> None:
        self.conditions = conditions
        self.zone = zone

    def switch(self, name: str, tree: Node) -> Closure:
        """A policy switch: its constant, unless the environment says otherwise."""
        key, value = switch_key(name), isinstance(tree, syntax.Constant) and tree.value is True
        return lambda env: env.get(key, value)

    def build(self, node: Node) -> Closure:
        """A closure that gives the value of a checked tree."""
        match node:
            case syntax.Name() | syntax.Key():
                return _settled(_raw(node), node.type.kind)
            case syntax.Constant(value=value):
                return lambda env: value
            case syntax.ConditionRef(name=name):
                return self.conditions.get(name, lambda env: False)
            case syntax.ListOf(items=items):
                return self._list(items)
            case syntax.Compare():
                return self._compare(node)
            case syntax.And(parts=parts):
                return _all([self.build(part) for part in parts])
            case syntax.Or(parts=parts):
                return _any([self.build(part) for part in parts])
            case syntax.Not(operand=operand):
                return _not(self.build(operand))
            case syntax.Negative(operand=operand):
                return negative(self.build(operand))
            case syntax.Arithmetic():
                return arithmetic(node.op, self.build(node.left), self.build(node.right))
            case syntax.IfElse(test=test, then=then, otherwise=otherwise):
                return _if_else(self.build(test), self.build(then), self.build(otherwise))
            case syntax.IsTest(name=name, operand=operand):
                return _test(
                    TESTS[name], _raw(operand) if isinstance(operand, syntax.Name | syntax.Key) else self.build(operand)
                )
            case syntax.Filter():
                return self._filter(node)

    def _list(self, items: tuple[Node, ...]) -> Closure:
        if all(isinstance(item, syntax.Constant) for item in items):
            constant = tuple(item.value for item in items if isinstance(item, syntax.Constant))
            return lambda env: constant
        built = [self.build(item) for item in items]
        return lambda env: tuple(value for item in built if (value := item(env)) is not None)

    def _compare(self, node: syntax.Compare) -> Closure:
        if node.op == "!=":
            return _not(self._compare(syntax.Compare("==", node.left, node.right)))
        if node.op == "not in":
            return _not(self._compare(syntax.Compare("in", node.left, node.right)))
        if node.op == "in":
            return self._member(node)
        left, right = node.left, node.right
        if node.op == "==" and isinstance(left, syntax.Constant):
            left, right = right, left
        if node.op == "==" and isinstance(right, syntax.Constant):
            return _equals(left, self.build(left), right.value)
        return _compared(_COMPARE[node.op], self.build(left), self.build(right))

    def _member(self, node: syntax.Compare) -> Closure:
        if isinstance(node.right, syntax.ListOf) and all(
            isinstance(item, syntax.Constant) for item in node.right.items
        ):
            values = frozenset(item.value for item in node.right.items if isinstance(item, syntax.Constant))
            return _one_of(node.left, self.build(node.left), values)
        return _in(self.build(node.left), self.build(node.right))

    def _filter(self, node: syntax.Filter) -> Closure:
        entry, operand, zone = FILTERS[node.name], self.build(node.operand), self.zone
        argument = entry.read(node.args, UNKNOWN)
        run = entry.run

        def filtered(env: Env) -> Value:
            value = operand(env)
            if value is None:
                return None
            try:
                return run(value, argument, zone)
            except FAILURES:
                return None

        return filtered


# --- Names --------------------------------------------------------------------------------


def _raw(node: syntax.Name | syntax.Key) -> Closure:
    """What stands under a name, None for nothing, whatever its type makes of nothing."""
    if isinstance(node, syntax.Name):
        name = node.name
        return lambda env: env.get(name)
    key = node.key
    if isinstance(node.record, syntax.Name):
        root = node.record.name
        return lambda env: (env.get(root) or _NO_KEYS).get(key)
    if isinstance(node.record, syntax.Key):
        inner = _raw(node.record)
        return lambda env: (inner(env) or _NO_KEYS).get(key)
    raise TypeError("only a name has keys")


def _settled(raw: Closure, kind: Kind) -> Closure:
    """A list that was not given is empty, a yes/no is false."""
    if kind == "list":
        return lambda env: raw(env) or ()
    if kind == "yes_no":
        return lambda env: raw(env) is True
    return raw


# --- Comparisons --------------------------------------------------------------------------


def _equals(node: Node, built: Closure, value: str | Decimal | bool | date) -> Closure:
    """Equal to a constant: nothing never is, since a constant is something."""
    if isinstance(value, bool):
        return built if value else _not(built)
    if isinstance(node, syntax.Name):
        name = node.name
        return lambda env: env.get(name) == value
    if isinstance(node, syntax.Key) and isinstance(node.record, syntax.Name):
        root, key = node.record.name, node.key
        return lambda env: (env.get(root) or _NO_KEYS).get(key) == value
    return lambda env: built(env) == value


def _one_of(node: Node, built: Closure, values: frozenset[Any]) -> Closure:
    if isinstance(node, syntax.Name) and node.type.kind != "yes_no":
        name = node.name
        return lambda env: env.get(name) in values
    if isinstance(node, syntax.Key) and isinstance(node.record, syntax.Name) and node.type.kind != "yes_no":
        root, key = node.record.name, node.key
        return lambda env: (env.get(root) or _NO_KEYS).get(key) in values
    return lambda env: built(env) in values


def _in(item: Closure, many: Closure) -> Closure:
    def contained(env: Env) -> bool:
        value = item(env)
        return value is not None and value in many(env)

    return contained


def _compared(holds: Callable[[Any, Any], bool], left: Closure, right: Closure) -> Closure:
    def compared(env: Env) -> bool:
        one = left(env)
        if one is None:
            return False
        other = right(env)
        return other is not None and holds(one, other)

    return compared


# --- And, or, not, if ---------------------------------------------------------------------


def _not(operand: Closure) -> Closure:
    return lambda env: not operand(env)


def _all(parts: list[Closure]) -> Closure:
    if len(parts) == 2:
        one, two = parts
        return lambda env: one(env) and two(env)
    if len(parts) == 3:
        first, second, third = parts
        return lambda env: first(env) and second(env) and third(env)

    def every(env: Env) -> bool:
        for part in parts:  # noqa: SIM110 - a loop costs half of what `all` with a generator does
            if not part(env):
                return False
        return True

    return every


def _any(parts: list[Closure]) -> Closure:
    if len(parts) == 2:
        one, two = parts
        return lambda env: one(env) or two(env)
    if len(parts) == 3:
        first, second, third = parts
        return lambda env: first(env) or second(env) or third(env)

    def some(env: Env) -> bool:
        for part in parts:  # noqa: SIM110 - as above
            if part(env):
                return True
        return False

    return some


def _if_else(test: Closure, then: Closure, otherwise: Closure) -> Closure:
    return lambda env: then(env) if test(env) else otherwise(env)


def _test(holds: Callable[[Value], bool], raw: Closure) -> Closure:
    return lambda env: holds(raw(env))
