"""What a JSON Schema finds, told as what it means to the author of the file.

jsonschema's `best_match` was weighed: it picks an error by how deep it lies, and says it in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType
from typing import Any

from jsonschema.exceptions import ValidationError

from flowrunner import json_schema
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, at
from flowrunner.diagnostics.codes import MISSING_KEY, NOT_ONE_OF, ONLY_ONE, UNKNOWN_KEY, VERSION, WRONG_KIND
from flowrunner.diagnostics.diagnostic import Diagnostic, Filling, Term
from flowrunner.effects.built_in import EFFECTS
from flowrunner.registry import nearest
from flowrunner.span import Span

LONGEST_SHOWN = 60
DISCRIMINATORS = ("kind", "type", "connector")
PATTERNS: MappingOf[str, str] = MappingProxyType(
    {
        json_schema.NAME: "pattern",
        json_schema.DOTTED_NAME: "pattern",
        json_schema.FLOW_NAME: "flow_name",
        json_schema.ID: "id",
        json_schema.LANGUAGE: "language",
        json_schema.TERRITORY: "territory",
        json_schema.WHOLE_NUMBER: "whole_number",
    }
)
_SAID_OTHERWISE: MappingOf[str, str] = MappingProxyType(
    {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
)


def diagnostics_of(error: ValidationError, root: Node) -> Iterator[Diagnostic]:
    """The findings that an error of the validator amounts to; mostly one."""
    tell = _TELL.get(str(error.validator), _other)
    yield from tell(error, at(root, tuple(error.absolute_path)), root)


Tell = Callable[[ValidationError, Node, Node], Iterator[Diagnostic]]


# --- Keys ---------------------------------------------------------------------------------


def _unknown_key(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    if not isinstance(node, Mapping):
        return
    schema: Any = error.schema
    names = tuple(schema.get("properties", {}))
    patterns = tuple(schema.get("patternProperties", {}))
    of = _discriminator(schema, node)
    variant = "text" if patterns else "of" if of else "found"
    for key, _ in node.entries:
        if key.value in names or any(re.search(pattern, key.value) for pattern in patterns):
            continue
        values: dict[str, Filling] = {"key": _short(key.value), "known": names, "of": of}
        yield Diagnostic(UNKNOWN_KEY, key.span, variant, values, nearest(key.value, names))


def _discriminator(schema: Any, node: Mapping) -> str:
    """`kind: decision`, where the keys depend on it and the author has written it."""
    for key in DISCRIMINATORS:
        const = schema.get("properties", {}).get(key, {}).get("const")
        if const and key in node:
            return f"{key}: {const}"
    return ""


def _missing_key(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    required: Any = error.validator_value
    for key in required:
        if isinstance(node, Mapping) and key not in node:
            yield Diagnostic(MISSING_KEY, _head(error, node, root), values={"key": key})


def _one_of_keys(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    branches: Any = error.validator_value
    keys = tuple(key for branch in branches for key in branch.get("required", ()))
    if len(keys) != len(branches):
        yield from _other(error, node, root)
        return
    if not isinstance(node, Mapping):
        return
    present = [key for key, _ in node.entries if key.value in keys]
    if present:
        yield _only_one(present)
    else:
        variant = "branch_without_go" if keys == ("go", "return") else "one_of"
        yield Diagnostic(MISSING_KEY, _head(error, node, root), variant, {"known": keys})


def _together(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    schema: Any = error.validator_value
    if isinstance(node, Mapping) and "required" in schema:
        yield _only_one([key for key, _ in node.entries if key.value in schema["required"]])
    else:
        yield from _other(error, node, root)


def _several(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    if isinstance(node, Mapping):
        yield _only_one([key for key, _ in node.entries])


def _only_one(present: list[Scalar]) -> Diagnostic:
    keys = tuple(_short(key.value) for key in present)
    return Diagnostic(ONLY_ONE, present[1].span, values={"keys": keys})


# --- Values -------------------------------------------------------------------------------


def _wrong_kind(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    if isinstance(node, Scalar) and node.empty:
        yield from _empty(error, node, root)
        return
    if "then" in tuple(error.absolute_schema_path)[-2:]:
        return  # what stands there has no kind of its own yet: that it is no mapping is told once
    schema: Any = error.schema
    keys = tuple(schema.get("properties", {})) if isinstance(node, Scalar) else ()
    yield _misfit(error, node, root, _expected(error.validator_value), keys)


def _misfit(error: ValidationError, node: Node, root: Node, expected: str, keys: tuple[str, ...] = ()) -> Diagnostic:
    """`keys` are the keys of which words on their own may have been meant for one."""
    values: dict[str, Filling] = {"wanted": Term(expected), "found": Term(_kind(node))}
    span = _head(error, node, root)
    if not keys:
        return Diagnostic(WRONG_KIND, span, values=values)
    return Diagnostic(WRONG_KIND, span, "keys", {**values, "known": keys})


def _expected(types: Any) -> str:
    types = [types] if isinstance(types, str) else types
    kinds = [("characters", "string"), ("list", "array"), ("keys", "object")]
    return "_or_".join(kind for kind, type_ in kinds if type_ in types) or "characters"


def _kind(node: Node) -> str:
    return "keys" if isinstance(node, Mapping) else "list" if isinstance(node, Sequence) else "characters"


def _empty(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    span = _head(error, node, root) if isinstance(node, Scalar) else node.span
    yield Diagnostic(WRONG_KIND, span, "empty", {"key": _owner(error)})


def _not_one_of(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    expected: Any = [error.validator_value] if error.validator == "const" else error.validator_value
    names = tuple(dict.fromkeys(value for value in expected if isinstance(value, str)))
    values: dict[str, Filling]
    if not isinstance(node, Scalar):
        yield _misfit(error, node, root, "characters")
    elif node.empty:
        yield from _empty(error, node, root)
    elif tuple(error.absolute_path) == ("flowrunner",):
        newer = re.fullmatch("[0-9]{1,9}", node.value) and int(node.value) > max(map(int, names))
        values = {"found": _short(node.value), "known": names}
        yield Diagnostic(VERSION, node.span, "newer" if newer else "unknown", values)
    elif "then" in error.relative_schema_path and node.value in EFFECTS:
        values = {"effect": node.value, "takes": Term(EFFECTS[node.value].takes)}
        yield Diagnostic(MISSING_KEY, node.span, "effect_argument", values)
    else:
        values = {"found": _short(node.value), "known": names}
        likely = _SAID_OTHERWISE.get(node.value.lower(), node.value)
        yield Diagnostic(NOT_ONE_OF, node.span, values=values, nearest=nearest(likely, names))


def _twice(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            if item.value in seen:
                yield Diagnostic(NOT_ONE_OF, item.span, "twice", {"found": _short(item.value)})
            seen.add(item.value)


def _pattern(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    written = str(error.instance)
    span = node.span
    if "propertyNames" in error.absolute_schema_path and isinstance(node, Mapping):
        key = node.key(written)
        span = key.span if key else span
    elif isinstance(node, Scalar) and node.empty:
        return
    pattern = str(error.validator_value)
    shown_pattern = pattern.removesuffix(r"\Z") + "$"
    variant = PATTERNS.get(shown_pattern, "other_pattern")
    values = {"found": _short(written), "pattern": shown_pattern}
    yield Diagnostic(NOT_ONE_OF, span, variant, values, _name_like(written) if variant == "pattern" else None)


def _name_like(written: str) -> str | None:
    """`Start page` → `start_page`, when that makes a name."""
    name = re.sub(r"[^a-z0-9]+", "_", written[:LONGEST_SHOWN].lower()).strip("_")
    return name if re.match("[a-z]", name) else None


def _any_of(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    """Tell the way that fits best: the one whose own errors lie deepest; if none does, that nothing fits."""
    context = list(error.context or ())
    if all(inner.validator == "type" and not inner.path for inner in context) and context:
        types = [name for inner in context for name in _types(inner)]
        merged = ValidationError("", validator="type", validator_value=types, instance=error.instance, path=error.path)
        merged.parent = error.parent
        yield from _wrong_kind(merged, node, root)
        return
    apart = [inner for inner in context if inner.validator != "type" or inner.path]
    best = max(apart, key=lambda inner: len(inner.path), default=None)
    if best is None:
        yield from _other(error, node, root)
    else:
        yield from diagnostics_of(best, root)


def _types(error: ValidationError) -> list[str]:
    value: Any = error.validator_value
    return [value] if isinstance(value, str) else list(value)


def _other(error: ValidationError, node: Node, root: Node) -> Iterator[Diagnostic]:
    yield Diagnostic(WRONG_KIND, _head(error, node, root), "other")


# --- Where --------------------------------------------------------------------------------


def _owner(error: ValidationError) -> str:
    """The key that the value stands behind, or "" for the file."""
    keys = [part for part in error.absolute_path if isinstance(part, str)]
    return _short(keys[-1]) if keys else ""


def _head(error: ValidationError, node: Node, root: Node) -> Span:
    """Where the eye should go: what stands within a line as it is, the key of what fills lines, else its first key."""
    within = isinstance(node, Scalar) or node.flow
    if within and node.span.line == node.span.end_line and node.span.end_column > node.span.column:
        return node.span
    path = tuple(error.absolute_path)
    if path and isinstance(path[-1], str):
        parent = at(root, path[:-1])
        key = parent.key(path[-1]) if isinstance(parent, Mapping) else None
        if key is not None:
            return key.span
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0][0].span
    return _first_line(node.span)


def _first_line(span: Span) -> Span:
    if span.end_line == span.line:
        return span
    return Span(span.file, span.line, span.column, span.line, span.column + 1)


def _short(written: str) -> str:
    return written if len(written) <= LONGEST_SHOWN else written[: LONGEST_SHOWN - 1] + "…"


_TELL: MappingOf[str, Tell] = MappingProxyType(
    {
        "additionalProperties": _unknown_key,
        "required": _missing_key,
        "oneOf": _one_of_keys,
        "anyOf": _any_of,
        "not": _together,
        "maxProperties": _several,
        "type": _wrong_kind,
        "minLength": _empty,
        "minItems": _empty,
        "minProperties": _empty,
        "enum": _not_one_of,
        "const": _not_one_of,
        "uniqueItems": _twice,
        "pattern": _pattern,
    }
)
