"""Examples: values that a field must accept or refuse."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf

from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.rules import read_constant
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, to_data
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.model.flow import Example, Field

_VALUE = "value"


def bind_examples(
    binder: Binder, fields: MappingOf[str, Field], field: Field, node: Node | None
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """The valid and the invalid ones. Their own values stay as written: lint judges them as if they were typed."""
    valid, invalid = under(node, "valid"), under(node, "invalid")
    return (
        tuple(_bind_example(binder, fields, field, item) for item in _items(valid)),
        tuple(_bind_example(binder, fields, field, item) for item in _items(invalid)),
    )


def first_example(node: Node | None) -> str | None:
    """The characters of the first valid example, which `{{ example }}` shows."""
    for item in _items(under(under(node, "examples"), "valid")):
        value = _value_of(item)
        if isinstance(value, Scalar):
            return value.value
    return None


def _items(node: Node | None) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    return () if node is None else (node,)


def _value_of(node: Node) -> Node:
    inner = under(node, _VALUE)
    return node if inner is None else inner


def _bind_example(binder: Binder, fields: MappingOf[str, Field], field: Field, node: Node) -> Example:
    answers = dict(_other_answers(binder, fields, node)) if under(node, _VALUE) is not None else {}
    return Example(to_data(_value_of(node)), answers, node.span)


def _other_answers(binder: Binder, fields: MappingOf[str, Field], node: Node) -> Iterator[tuple[str, object]]:
    """The other answers that an example needs, typed."""
    entries = node.entries if isinstance(node, Mapping) else ()
    for key, value in entries:
        if key.value == _VALUE or binder.known("field", key, binder.draft["fields"]) is None:
            continue
        other = fields.get(key.value)
        if other is None:
            continue
        constant = read_constant(binder, other, value)
        if constant is None:
            excerpt = value.value[:60] if isinstance(value, Scalar) else "…"
            binder.findings.add(CANNOT_HOLD, value.span, "not_a_value", {"found": excerpt, "field": other.name})
        else:
            yield key.value, constant
