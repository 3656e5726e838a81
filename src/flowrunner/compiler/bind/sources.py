"""Where facts are looked up: the contract of each source."""

from __future__ import annotations

from typing import Any

from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.sections import Entry, scalars_of, words_of
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, to_data
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS, MOMENT, UNKNOWN, Type, choice_of, list_of
from flowrunner.sources.values import parse_value

_DEFAULT_TIMEOUT = 5.0
TYPED = "typed"
"""What a source that is asked while the person types is asked with."""


def kinds_given() -> dict[str, Type]:
    """The types that a source may give by name; a list in place gives a choice."""
    kinds = {kind.name: kind for kind in FIELD_TYPES if not kind.has_choices and not kind.secret}
    named = {name: kind.type((), {}) for name, kind in kinds.items() if not kind.required_keys}
    return {**named, "moment": MOMENT, "addresses": list_of(ADDRESS)}


def gives_of(binder: Binder, entry: Entry) -> dict[str, Type]:
    """What a source gives, by name."""
    node = under(entry.node, "gives")
    entries = node.entries if isinstance(node, Mapping) else ()
    return {key.value: _given(binder, f"{entry.name}.{key.value}", value) for key, value in entries}


def _given(binder: Binder, name: str, node: Node) -> Type:
    if isinstance(node, Sequence):
        return choice_of(words_of(node), name)
    known = kinds_given()
    if not isinstance(node, Scalar):
        return UNKNOWN
    if node.value not in known:
        binder.findings.unknown("type", node, known)
        return UNKNOWN
    return known[node.value]


def bind_sources(binder: Binder) -> dict[str, Source]:
    """The sources of a flow by name."""
    while_typing = set(_while_typing(binder))
    return {name: _bind_source(binder, entry, name in while_typing) for name, entry in binder.draft["sources"].items()}


def _while_typing(binder: Binder) -> list[str]:
    """The sources that address fields search in."""
    found: list[str] = []
    for entry in binder.draft["fields"].values():
        if words_of(under(entry.node, "type")) == ("address",):
            found += words_of(under(entry.node, "search"))
    return found


def _bind_source(binder: Binder, entry: Entry, while_typing: bool) -> Source:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    gives = gives_of(binder, entry)
    timeout = binder.duration(node.get("timeout"))
    return Source(
        entry.name,
        _asks(binder, node.get("asks"), while_typing),
        gives,
        float(timeout.seconds) if timeout is not None else _DEFAULT_TIMEOUT,
        _on_failure(binder, node.get("on_failure"), gives),
        entry.key.span,
    )


def _asks(binder: Binder, node: Node | None, while_typing: bool) -> dict[str, str]:
    """Names of answers, or a mapping from the source's own names to them."""
    if isinstance(node, Mapping):
        pairs = [(key.value, value) for key, value in node.entries if isinstance(value, Scalar)]
    else:
        pairs = [(scalar.value, scalar) for scalar in scalars_of(node)]
    found = {}
    for own, scalar in pairs:
        if while_typing and scalar.value == TYPED:
            found[own] = TYPED
        elif binder.known("field", scalar, binder.draft["fields"]) is not None:
            found[own] = scalar.value
    return found


def _on_failure(binder: Binder, node: Node | None, gives: dict[str, Type]) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        return None
    found: dict[str, Any] = {}
    for key, value in node.entries:
        if key.value not in gives:
            binder.findings.unknown("fact", key, gives)
            continue
        try:
            found[key.value] = parse_value(to_data(value), gives[key.value])
        except ValueError:
            told = value.value[:60] if isinstance(value, Scalar) else "…"
            if gives[key.value].kind == "choice" and isinstance(value, Scalar):
                binder.findings.unknown("choice", value, gives[key.value].values)
            else:
                binder.findings.add(CANNOT_HOLD, value.span, "not_a_fact", {"found": told, "name": key.value})
    return found
