"""What an answer must satisfy: `rules` of a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flowrunner.compiler.bind.binder import Binder
from flowrunner.compiler.bind.kinds import kind_of
from flowrunner.compiler.bind.texts import maybe_text
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, to_data
from flowrunner.diagnostics.codes import CANNOT_HOLD, TYPES
from flowrunner.diagnostics.diagnostic import Filling, Term
from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Choice, Field, RuleUse
from flowrunner.model.types import NUMBER, YES_NO, Type, alike
from flowrunner.rules.base import Rule
from flowrunner.rules.built_in import RULES
from flowrunner.rules.pattern import compile_pattern

# What has no letter names nothing: it was meant as a constant.
_LETTER = re.compile("[A-Za-z]")
_BESIDE = ("message", "when", "at", "lang")


def bind_rules(binder: Binder, field: Field, node: Node | None, example: str | None) -> tuple[RuleUse, ...]:
    """The rules of a field in their order; what cannot be bound is noted and left out."""
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(use for item in items for use in _bind_rule(binder, field, item, example))


def _bind_rule(binder: Binder, field: Field, node: Node, example: str | None) -> Iterator[RuleUse]:
    if not isinstance(node, Mapping):
        return
    message = maybe_text(binder, node, "message", example=example)
    when = binder.guard(node.get("when"))
    if when is not None and (written := node.key("when")) is not None and FIELD_TYPES[field.kind].secret:
        binder.findings.add(CANNOT_HOLD, written.span, "secret_when", {"field": field.name})
    at = node.get("at")
    beside = binder.known("field", at, binder.draft["fields"]) if at is not None else None
    named = [(key, value) for key, value in node.entries if key.value not in _BESIDE]
    for key, value in named:
        if key.value not in RULES:
            binder.findings.unknown("rule", key, RULES.names)
            continue
        rule = RULES[key.value]
        if not rule.fits(field.type) and field.type.kind != "unknown":
            values: dict[str, Filling] = {
                "rule": rule.name,
                "field": field.name,
                "found": Term(f"type_{field.type.kind}"),
            }
            binder.findings.add(TYPES, key.span, "rule_does_not_fit", values)
            continue
        bound = _bound(binder, field, rule, value)
        if isinstance(bound, Expression) and FIELD_TYPES[field.kind].secret:
            # A password is judged outside the core, where no expression has a value: the rule would never be judged.
            binder.findings.add(CANNOT_HOLD, key.span, "secret_bound", {"field": field.name, "rule": rule.name})
        elif bound is not None:
            yield RuleUse(rule.name, bound, message, when, beside, key.span)


def _bound(binder: Binder, field: Field, rule: Rule, node: Node) -> Any:
    """What stands behind the rule's name; None after a finding."""
    match rule.takes:
        case "pattern":
            return _pattern(binder, node)
        case "count":
            return _count(binder, node)
        case "value":
            return _value(binder, field, node)
        case "values":
            return _values(binder, field, node)
        case "field":
            return _other(binder, field, node)
        case "guard":
            return binder.expression(node, YES_NO)


def _pattern(binder: Binder, node: Node) -> Any:
    if not isinstance(node, Scalar):
        return None
    try:
        return compile_pattern(node.value)
    except ValueError:
        binder.findings.add(CANNOT_HOLD, node.span, "pattern", {"found": node.value[:60]})
        return None


def _count(binder: Binder, node: Node) -> Decimal | int | Expression | None:
    if isinstance(node, Scalar) and node.value.isascii() and node.value.isdigit() and len(node.value) < 10:
        return int(node.value)
    return binder.expression(node, NUMBER)


def _value(binder: Binder, field: Field, node: Node) -> Any:
    """A constant as the field's type reads it, else an expression of that type."""
    if not isinstance(node, Scalar):
        return None
    constant = read_constant(binder, field, node)
    if constant is not None:
        return constant
    if _LETTER.search(node.value) or isinstance(binder.tried(node, field.type), Expression):
        return binder.expression(node, field.type)
    binder.findings.add(CANNOT_HOLD, node.span, "not_a_value", {"found": _short(node), "field": field.name})
    return None


def _values(binder: Binder, field: Field, node: Node) -> tuple[Any, ...] | None:
    constants: list[Any] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        constant = read_constant(binder, field, item)
        if constant is None:
            binder.findings.add(CANNOT_HOLD, item.span, "not_a_value", {"found": _short(item), "field": field.name})
            return None
        constants += constant if isinstance(constant, tuple) else [constant]
    return tuple(constants)


def _other(binder: Binder, field: Field, node: Node) -> str | None:
    name = binder.known("field", node, binder.draft["fields"])
    other = binder.scope.names.get(name) if name is not None else None
    if other is not None and not comparable(field.type, other):
        values = {"left": Term(f"type_{field.type.kind}"), "right": Term(f"type_{other.kind}")}
        binder.findings.add(TYPES, node.span, "different_types", values)
    if name is not None and _is_secret(binder, name) and not FIELD_TYPES[field.kind].secret:
        binder.findings.add(CANNOT_HOLD, node.span, "secret_other", {"field": field.name, "name": name})
    return name


def _is_secret(binder: Binder, name: str) -> bool:
    node = binder.draft["fields"][name].node
    kind = kind_of(node) if isinstance(node, Mapping) else ""
    return kind in FIELD_TYPES and FIELD_TYPES[kind].secret


def comparable(one: Type, other: Type) -> bool:
    """Whether answers of the two types can be the same."""
    return alike(one, other) or {one.kind, other.kind} == {"text", "choice"}


def read_constant(binder: Binder, field: Field, node: Node) -> Any:
    """What a field of this type would make of these characters; None when it refuses them."""
    reading = FIELD_TYPES[field.kind].parse(field, to_data(node), context(binder, field))
    return None if reading.problems else reading.value


def context(binder: Binder, field: Field) -> Context:
    """What reading may know at compile time."""
    choices: tuple[Choice, ...] = field.choices if isinstance(field.choices, tuple) else ()
    territory = binder.draft.root.get("territory")
    return Context(choices, territory.value if isinstance(territory, Scalar) else None)


def _short(node: Node) -> str:
    return node.value[:60] if isinstance(node, Scalar) else "…"
