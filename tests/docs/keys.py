"""The mappings that the schemas know, each with its keys, as the reference tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flowrunner.compiler.schema.files import SCHEMAS
from flowrunner.fields.built_in import FIELD_TYPES

# Of a type of field, the keys that all have stand in one table.
COMMON = set.intersection(
    *(set(SCHEMAS["flow"]()["$defs"][f"{kind}_field"]["properties"]) for kind in FIELD_TYPES.names)
)


def objects() -> dict[str, Mapping[str, Any]]:
    """Every mapping of fixed keys that the schemas know, by where it stands: `flow.accounts`, `scenario.walk`."""
    found: dict[str, Mapping[str, Any]] = {}
    for noun, make in SCHEMAS.items():
        schema = make()
        for name, definition in {**schema["$defs"], **({noun: schema} if "properties" in schema else {})}.items():
            for where, one in _inside(name, definition):
                # A part has nothing that the flow has not; texts are the same in all three schemas.
                if not where.startswith("part.") and found.setdefault(where, one) != one:
                    raise ValueError(f"two mappings are called {where}")
    return found


def _inside(where: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if schema.get("properties"):
        yield where, schema
    for key, value in schema.get("properties", {}).items():
        yield from _inside(f"{where}.{key}", value)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _inside(where, schema[key])


# Where the same keys stand again, and what one table tells of several.
AGAIN = re.compile(
    r"(?!text_field\.).+_field\..+|field_use\..+|choices_of_field|flow\.(submitted|profile|sign_in|recover)"
    r"|.+_step|step|block|place_block|submitted_block(\.summary)?|effect(\..+)?"
)


def tabled() -> dict[str, Mapping[str, Any]]:
    """Those of them that have keys of their own to be told."""
    found: dict[str, Mapping[str, Any]] = {}
    every = objects()
    for where, schema in every.items():
        keys = dict(schema["properties"])
        if AGAIN.fullmatch(where):
            continue
        if where == "field":
            common = every["text_field"]["properties"]
            keys = {key: common[key] for key in common if key in COMMON}
        elif where == "field_use":
            keys = {"field": keys["field"]}
        elif where.endswith("_field"):
            keys = {key: value for key, value in keys.items() if key not in COMMON}
        if keys:
            required = every["text_field" if where == "field" else where].get("required", ())
            found[where.replace("text_field.", "field.")] = {"properties": keys, "required": required}
    return found
