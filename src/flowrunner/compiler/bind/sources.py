"""Where facts are looked up: the contract of each source."""

from __future__ import annotations

from typing import Any

from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.choices import bind_choice
from flowrunner.compiler.bind.sections import Entry, scalars_of, words_of
from flowrunner.compiler.bind.texts import bind_text, maybe_text
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, to_data
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Source
from flowrunner.model.record import replace
from flowrunner.model.types import ADDRESS, MOMENT, UNKNOWN, Type, choice_of, list_of
from flowrunner.sources.values import parse_value
from flowrunner.text.text import Text

_DEFAULT_TIMEOUT = 5.0
TYPED = "typed"
"""What a source that is asked while the person types is asked with."""


def kinds_given() -> dict[str, Type]:
    """The types that a source may give by name; a list in place gives a choice."""
    kinds = {kind.name: kind for kind in FIELD_TYPES.values() if not kind.has_choices and not kind.secret}
    named = {name: kind.type((), {}) for name, kind in kinds.items() if not kind.required_keys}
    return {**named, "moment": MOMENT, "addresses": list_of(ADDRESS)}


def gives_of(binder: Binder, entry: Entry) -> dict[str, Type]:
    """What a source gives, by name."""
    node = under(entry.node, "gives")
    entries = node.entries if isinstance(node, Mapping) else ()
    return {key.value: _value_type(binder, f"{entry.name}.{key.value}", value) for key, value in entries}


def _value_type(binder: Binder, name: str, node: Node) -> Type:
    if isinstance(node, Sequence):
        return choice_of(words_of(node), name)
    types = kinds_given()
    if not isinstance(node, Scalar):
        return UNKNOWN
    shared = _shared(binder, node)
    if shared and node.value not in types:
        return choice_of(tuple(key.value for key, _ in shared), name)
    if node.value not in types:
        binder.findings.unknown("type", node, (*types, *binder.draft["choices"]))
        return UNKNOWN
    return types[node.value]


def _shared(binder: Binder, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    """The choices of a shared list that is named here."""
    entry = binder.draft["choices"].get(node.value) if isinstance(node, Scalar) else None
    return entry.node.entries if entry is not None and isinstance(entry.node, Mapping) else ()


def bind_sources(binder: Binder) -> dict[str, Source]:
    """The sources of a flow by name."""
    while_typing = set(_while_typing(binder))
    return {name: _bind_source(binder, entry, name in while_typing) for name, entry in binder.draft["sources"].items()}


def _while_typing(binder: Binder) -> list[str]:
    """The sources that address fields search in."""
    names: list[str] = []
    for entry in binder.draft["fields"].values():
        if words_of(under(entry.node, "type")) == ("address",):
            names += words_of(under(entry.node, "search"))
    return names


def _bind_source(binder: Binder, entry: Entry, while_typing: bool) -> Source:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    gives = gives_of(binder, entry)
    timeout = binder.duration(node.get("timeout"))
    source = Source(
        entry.name,
        _asks(binder, node.get("asks"), while_typing),
        gives,
        float(timeout.seconds) if timeout is not None else _DEFAULT_TIMEOUT,
        _on_failure(binder, node.get("on_failure"), gives),
        entry.key.span,
        maybe_text(binder, node, "title"),
    )
    labels = {**_labels_of_lists(binder, node.get("gives")), **_labels(binder, node.get("labels"), source.words)}
    return replace(source, labels=labels)


def _labels_of_lists(binder: Binder, node: Node | None) -> dict[str, Text]:
    """The words of the shared lists of which a source gives a choice, by fact and value."""
    facts = node.entries if isinstance(node, Mapping) else ()
    shared = ((fact.value, *entry) for fact, written in facts for entry in _shared(binder, written))
    return {f"{fact}.{key.value}": bind_choice(binder, key, choice).label for fact, key, choice in shared}


def _labels(binder: Binder, node: Node | None, names: tuple[str, ...]) -> dict[str, Text]:
    """The words for what it gives, by the names of facts and values."""
    labels = {}
    for key, written in node.entries if isinstance(node, Mapping) else ():
        if key.value in names:
            labels[key.value] = bind_text(binder, written)
        else:
            binder.findings.unknown("fact", key, names)
    return labels


def _asks(binder: Binder, node: Node | None, while_typing: bool) -> dict[str, str]:
    """Names of answers, or a mapping from the source's own names to them."""
    if isinstance(node, Mapping):
        pairs = [(key.value, value) for key, value in node.entries if isinstance(value, Scalar)]
    else:
        pairs = [(scalar.value, scalar) for scalar in scalars_of(node)]
    asks = {}
    for own, scalar in pairs:
        if while_typing and scalar.value == TYPED:
            asks[own] = TYPED
        elif binder.known("field", scalar, binder.draft["fields"]) is not None:
            asks[own] = scalar.value
    return asks


def _on_failure(binder: Binder, node: Node | None, gives: dict[str, Type]) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        return None
    facts: dict[str, Any] = {}
    for key, value in node.entries:
        if key.value not in gives:
            binder.findings.unknown("fact", key, gives)
            continue
        try:
            facts[key.value] = parse_value(to_data(value), gives[key.value])
        except ValueError:
            excerpt = value.value[:60] if isinstance(value, Scalar) else "…"
            if gives[key.value].kind == "choice" and isinstance(value, Scalar):
                binder.findings.unknown("choice", value, gives[key.value].values)
            else:
                binder.findings.add(CANNOT_HOLD, value.span, "not_a_fact", {"found": excerpt, "name": key.value})
    return facts
