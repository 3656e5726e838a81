"""JSON Schema validation: whether a file has the shape of a flow, a scenario or settings (FR2). Any tree ends in
diagnostics, or in none.

The tree is held against the JSON Schema that is made from what is installed; what it does not fit is told where it
stands, once, and as what the author meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.compiler.schema.files import SCHEMAS, Noun
from flowrunner.compiler.schema_errors import diagnostics_of
from flowrunner.diagnostics.codes import MISSING_KEY, ONLY_ONE, UNKNOWN_KEY
from flowrunner.diagnostics.diagnostic import Diagnostic, in_order
from flowrunner.json_schema import Schema
from flowrunner.registry import nearest

MOST_DEPTH = 20
MOST_FINDINGS = 100


def check_shape(root: Node, noun: Noun = "flow") -> tuple[Diagnostic, ...]:
    """What does not fit, in the order of the file; at most MOST_FINDINGS."""
    errors: Iterator[ValidationError] = _validator(noun).iter_errors(_plain(root))
    paths: dict[Diagnostic, tuple[str | int, ...]] = {}
    for error in errors:
        for diagnostic in diagnostics_of(error, root):
            paths.setdefault(diagnostic, tuple(error.absolute_path))
        if len(paths) >= MOST_FINDINGS:
            break
    return in_order(_without_echoes(paths))


def _without_echoes(paths: dict[Diagnostic, tuple[str | int, ...]]) -> list[Diagnostic]:
    """A key that is only misspelt or one too many is told once, not as unknown and as missing too."""
    too_many = {diagnostic.span for diagnostic in paths if diagnostic.check is ONLY_ONE}
    unknown: dict[tuple[str | int, ...], list[str]] = {}
    for diagnostic, path in paths.items():
        if diagnostic.check is UNKNOWN_KEY:
            unknown.setdefault(path, []).append(str(diagnostic.values["key"]))
    return [
        one
        for one, path in paths.items()
        if not (one.check is MISSING_KEY and _is_echo(one, unknown.get(path, [])))
        and not (one.check is UNKNOWN_KEY and one.span in too_many)
    ]


def _is_echo(missing: Diagnostic, unknown: list[str]) -> bool:
    keys = missing.values.get("known", (str(missing.values.get("key", "")),))
    names = keys if isinstance(keys, tuple) else (str(keys),)
    return any(nearest(key, names) for key in unknown) or (len(names) > 1 and bool(unknown))


@lru_cache(maxsize=8)
def _validator(noun: Noun) -> Draft202012Validator:
    return Draft202012Validator(resolved_schema(noun))


@lru_cache(maxsize=8)
def resolved_schema(noun: Noun) -> Schema:
    """The schema of a noun with all that it refers to in its place. Not to be changed."""
    schema = SCHEMAS[noun]()
    resolved: Schema = _resolved(schema, schema["$defs"], {})
    return resolved


def _resolved(schema: Any, definitions: Schema, resolved: dict[str, Any]) -> Any:
    """The schema with what it refers to put in place, which is much faster to go through.

    `$` matches before a last line break in Python, which JSON Schema does not mean: `\\Z` is what it means.
    """
    if isinstance(schema, list):
        return [_resolved(item, definitions, resolved) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        name = str(reference).removeprefix("#/$defs/")
        if name not in resolved:
            resolved[name] = _resolved(definitions[name], definitions, resolved)
        beside = {key: value for key, value in schema.items() if key not in ("$ref", "description")}
        return {**resolved[name], **beside}
    copy = {key: _resolved(value, definitions, resolved) for key, value in schema.items() if key != "$defs"}
    if isinstance(copy.get("pattern"), str):
        copy["pattern"] = _exact(copy["pattern"])
    if isinstance(copy.get("patternProperties"), dict):
        copy["patternProperties"] = {_exact(key): value for key, value in copy["patternProperties"].items()}
    return copy


def _exact(pattern: str) -> str:
    return pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern


def _plain(node: Node, depth: int = 0) -> Any:
    """Plain data for the validator; what is deeper than any schema reaches is left out."""
    if isinstance(node, Scalar):
        return node.value
    if depth > MOST_DEPTH:
        return {} if isinstance(node, Mapping) else []
    if isinstance(node, Sequence):
        return [_plain(item, depth + 1) for item in node.items]
    return {key.value: _plain(value, depth + 1) for key, value in node.entries}
