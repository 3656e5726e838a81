"""What stands where in a file, by the schema of its noun: the order of keys, and which words are in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from msgspec import Struct, field

from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Node, Scalar, to_data
from flowrunner.compiler.nodes import Sequence as SequenceNode
from flowrunner.compiler.schema.files import Noun
from flowrunner.compiler.shape import resolved_schema
from flowrunner.json_schema import LANGUAGE, Schema

_LANGUAGE = re.compile(LANGUAGE)
# A list written in place is long: it stands below the words that it goes with.
_LONG, _BELOW = "choices", "hint"
# What a scenario expects is told in the order in which its author tells it.
_FREE = "expect"


class Places(Struct):
    """By the identity of a node of the tree: the entries of a mapping in their order, the language of a text's words.

    What is in neither stays as it is written.
    """

    entries: dict[int, tuple[tuple[Scalar, Node], ...]] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)


def places_of(root: MappingNode, noun: Noun) -> Places:
    """Find out about every node of a tree."""
    places = Places()
    _walk([resolved_schema(noun)], root, _Layout(places, _languages(root)))
    return places


class _Layout(Struct, frozen=True):
    places: Places
    languages: tuple[str, ...]


def _languages(root: MappingNode) -> tuple[str, ...]:
    node = root.get("languages")
    items = node.items if isinstance(node, SequenceNode) else ()
    return tuple(item.value for item in items if isinstance(item, Scalar))


def _walk(schemas: Sequence[Schema], node: Node, plan: _Layout) -> None:
    if isinstance(node, Scalar) or not schemas:
        return
    applied = [one for schema in schemas for one in _applied(schema, to_data(node))]
    if isinstance(node, SequenceNode):
        items = [schema["items"] for schema in applied if isinstance(schema.get("items"), dict)]
        for item in node.items:
            _walk(items, item, plan)
        return
    if any(_is_text(schema) for schema in applied):
        _take_text(node, plan)
        return
    plan.places.entries[id(node)] = _ordered(node, [key for schema in applied for key in schema.get("properties", {})])
    for key, value in node.entries:
        below = [schema_below for schema in applied if (schema_below := _below(schema, key.value)) is not None]
        if isinstance(value, Scalar) and any(_is_text(schema) for schema in below):
            _take_words(node, value, plan)
        if key.value != _FREE:
            _walk(below, value, plan)


def _applied(schema: Schema, data: Any) -> Iterator[Schema]:
    """The schema and all that holds along with it for this data."""
    yield schema
    for other in schema.get("allOf", ()):
        yield from _applied(other, data)
    if "if" in schema:
        chosen = schema.get("then" if _judge(id(schema), schema).is_valid(data) else "else")
        if chosen is not None:
            yield from _applied(chosen, data)


_JUDGES: dict[int, Draft202012Validator] = {}


def _judge(ident: int, schema: Schema) -> Draft202012Validator:
    """One judge for each condition of the schemas, which live as long as the process."""
    if ident not in _JUDGES:
        _JUDGES[ident] = Draft202012Validator(schema["if"])
    return _JUDGES[ident]


def _below(schema: Schema, key: str) -> Schema | None:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if key in properties:
        return properties[key]
    more = schema.get("additionalProperties")
    return more if isinstance(more, dict) else None


def _is_text(schema: Schema) -> bool:
    return set(schema.get("properties", ())) == {"note", "lang"}


# --- The order of keys ----------------------------------------------------------------------


def _ordered(node: MappingNode, names: Sequence[str]) -> tuple[tuple[Scalar, Node], ...]:
    """Known keys in the order of the schema, then the author's own in theirs."""
    order = {key: float(place) for place, key in enumerate(dict.fromkeys(names))}
    if _LONG in order and _BELOW in order and isinstance(node.get(_LONG), MappingNode):
        order[_LONG] = order[_BELOW] + 0.5
    return tuple(sorted(node.entries, key=lambda entry: order.get(entry[0].value, len(order))))


# --- Words ----------------------------------------------------------------------------------


def _take_text(node: MappingNode, plan: _Layout) -> None:
    names = (*plan.languages, *(key for key in node.keys if _LANGUAGE.match(key)), "lang", "note")
    plan.places.entries[id(node)] = _ordered(node, names)
    for key, value in node.entries:
        if isinstance(value, Scalar) and _LANGUAGE.fullmatch(key.value):
            plan.places.languages[id(value)] = key.value


def _take_words(parent: MappingNode, value: Scalar, plan: _Layout) -> None:
    """One text for every language: it is in the one that `lang` says, or in the only one that there is."""
    lang = parent.get("lang")
    if isinstance(lang, Scalar):
        plan.places.languages[id(value)] = lang.value
    elif len(plan.languages) == 1:
        plan.places.languages[id(value)] = plan.languages[0]
