"""The pieces that every schema is made of.

A place that holds one value accepts string, number, boolean and null: editors resolve `no` and `2026`, the reader of
flows does not. There is next to no `oneOf`: `type` lists what may stand in a place, and the keywords for mappings,
lists and characters bind only what they are about, so that an error is about what the author meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
Keys: TypeAlias = Mapping[str, Schema]

SCALAR = ("string", "number", "boolean", "null")
NAME = "^[a-z][a-z0-9_]*$"
DOTTED_NAME = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)?$"
FLOW_NAME = "^[a-z][a-z0-9_-]*$"
ID = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
LANGUAGE = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
TERRITORY = "^([A-Z]{2}|[0-9]{3})$"
WHOLE_NUMBER = "^[0-9]{1,9}$"


def described(schema: Schema, description: str) -> Schema:
    """The same schema with the words that an editor shows beside the key, where there are any."""
    return {"description": description, **schema} if description else schema


def ref(definition: str, description: str = "") -> Schema:
    """A schema that stands under `$defs`."""
    return described({"$ref": f"#/$defs/{definition}"}, description)


def scalar(description: str = "", *, pattern: str | None = None) -> Schema:
    """One value; with a pattern, characters that match it."""
    schema: Schema = {"type": list(SCALAR), "minLength": 1}
    if pattern:
        schema["pattern"] = pattern
    return described(schema, description)


def name(description: str = "") -> Schema:
    """The name of something in the flow."""
    return scalar(description, pattern=NAME)


def expression(description: str = "") -> Schema:
    """A guard, or an expression that gives a value."""
    return ref("expression", description)


def text(description: str = "") -> Schema:
    """Words that a person reads."""
    return ref("text", description)


def duration(description: str = "") -> Schema:
    """A length of time in full words."""
    return ref("duration", description)


def whole_number(description: str = "") -> Schema:
    """A whole number from 0."""
    return scalar(description, pattern=WHOLE_NUMBER)


def yes_no(description: str = "") -> Schema:
    """true or false."""
    return described({"enum": [True, False, "true", "false"]}, description)


def one_of(values: Iterable[str], description: str = "") -> Schema:
    """One of these words."""
    return described({"enum": list(values)}, description)


def mapping(keys: Keys, required: Iterable[str] = ()) -> Schema:
    """A mapping that has these keys and no others."""
    schema: Schema = {"type": "object", "properties": dict(keys), "additionalProperties": False}
    if required := list(required):
        schema["required"] = required
    return schema


def named(values: Schema, description: str = "", *, names: str = NAME, least: int = 0) -> Schema:
    """A mapping from names that the author chooses."""
    schema: Schema = {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": values}
    if least:
        schema["minProperties"] = least
    return described(schema, description)


def array_of(items: Schema, description: str = "", *, least: int = 0) -> Schema:
    """A list."""
    schema: Schema = {"type": "array", "items": items}
    if least:
        schema["minItems"] = least
    return described(schema, description)


def names(least: int = 1) -> Schema:
    """A list of names."""
    return array_of(name(), least=least)


def anything() -> Schema:
    """Any value, list or mapping: something else says what may stand here."""
    return {"type": [*SCALAR, "array", "object"]}


def exactly_one(keys: Iterable[str]) -> list[Schema]:
    """For `oneOf`: one of these keys stands in the mapping, and only one."""
    return [{"required": [key]} for key in keys]


def not_both(*keys: str) -> Schema:
    """These keys do not stand together."""
    return {"not": {"required": list(keys)}}


def or_scalar(schema: Schema, *, pattern: str | None = None) -> Schema:
    """A mapping or list as described, or one value in its place."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*SCALAR, *types], **({"pattern": pattern} if pattern else {}), "minLength": 1}


def one_kind(key: str, kinds: Sequence[str], noun: str, description: str, otherwise: str = "") -> Schema:
    """A mapping that says by a key of which kind it is, with a schema `KIND_NOUN` under `$defs` for each. A mapping
    that does not say is of the kind `otherwise`; it must say if there is none."""

    def is_of(kind: str) -> Schema:
        says = {"properties": {key: {"const": kind}}}
        return says if kind == otherwise else {**says, "required": [key]}

    rules = [{"if": is_of(kind), "then": ref(f"{kind}_{noun}")} for kind in kinds]
    required: Schema = {} if otherwise else {"required": [key]}
    return {"type": "object", **required, "properties": {key: one_of(kinds, description)}, "allOf": rules}
