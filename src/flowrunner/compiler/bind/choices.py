"""What may be chosen: a closed list in place, a shared list with `only`, or an expression that gives one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flowrunner.compiler.bind.binder import Binder, characters, yes
from flowrunner.compiler.bind.sections import scalars_of
from flowrunner.compiler.bind.texts import bind_text, maybe_text, text_under
from flowrunner.compiler.nodes import Mapping, Node, Scalar, to_data
from flowrunner.diagnostics.codes import TYPES
from flowrunner.diagnostics.diagnostic import Term
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Choice

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OWN = ("label", "hint", "opens", "exclusive", "retired", "lang", "note")


def closed_list(binder: Binder, field: Mapping) -> tuple[tuple[Scalar, Node], ...] | None:
    """The choices of a field as they were written, `only` applied; None when an expression gives them."""
    node = field.get("choices")
    if isinstance(node, Scalar):
        entry = binder.draft["choices"].get(node.value)
        if entry is None:
            return None
        node = entry.node
    entries = node.entries if isinstance(node, Mapping) else ()
    only = field.get("only")
    if only is None:
        return entries
    by_name = {key.value: (key, value) for key, value in entries}
    return tuple(by_name[scalar.value] for scalar in scalars_of(only) if scalar.value in by_name)


def choice_values(binder: Binder, field: Mapping) -> tuple[str, ...]:
    """The ids of a closed list; nothing when an expression gives the list."""
    return tuple(key.value for key, _ in closed_list(binder, field) or ())


def bind_choices(binder: Binder, field: Mapping) -> tuple[Choice, ...] | Expression:
    """The choices of a field with their words."""
    _check_only(binder, field)
    entries = closed_list(binder, field)
    if entries is not None:
        return tuple(bind_choice(binder, key, node) for key, node in entries)
    return _given_list(binder, field.get("choices"))


def _given_list(binder: Binder, node: Node | None) -> tuple[Choice, ...] | Expression:
    """An expression. A bare name that nothing has was probably meant to be a shared list."""
    if not isinstance(node, Scalar):
        return ()
    bare = _NAME.fullmatch(node.value)
    if bare and node.value not in binder.scope.names:
        binder.findings.unknown("choices", node, binder.draft["choices"])
        return ()
    compiled = binder.expression(node)
    if compiled is None:
        return ()
    if compiled.type.kind not in ("list", "unknown"):
        values = {"found": Term(f"type_{compiled.type.kind}")}
        binder.findings.add(TYPES, node.span, "not_a_list", values)
    return compiled


def _check_only(binder: Binder, field: Mapping) -> None:
    only = field.get("only")
    if only is None:
        return
    without = Mapping(tuple(entry for entry in field.entries if entry[0].value != "only"), field.span)
    values = choice_values(binder, without)
    for scalar in scalars_of(only):
        if values and scalar.value not in values:
            binder.findings.unknown("choice", scalar, values)


def bind_choice(binder: Binder, key: Scalar, node: Node) -> Choice:
    """`id: {label: …}`, or the words of the label alone."""
    if not isinstance(node, Mapping) or "label" not in node:
        return Choice(key.value, bind_text(binder, node), span=key.span)
    opens = node.get("opens")
    return Choice(
        key.value,
        text_under(binder, node, "label"),
        maybe_text(binder, node, "hint"),
        binder.known("field", opens, binder.draft["fields"]) if opens is not None else None,
        yes(node.get("exclusive")),
        yes(node.get("retired")),
        dict(_facts(node)),
        key.span,
    )


def _facts(node: Mapping) -> Iterator[tuple[str, Any]]:
    for key, value in node.entries:
        if key.value not in _OWN:
            yield key.value, characters(value) if isinstance(value, Scalar) else to_data(value)
