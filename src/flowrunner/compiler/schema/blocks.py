"""What a page shows: blocks in reading order."""

from __future__ import annotations

from typing import Any

from flowrunner.blocks.base import BlockType, PageKind
from flowrunner.blocks.built_in import BLOCKS
from flowrunner.compiler.schema.texts import lang
from flowrunner.json_schema import (
    DOTTED_NAME,
    SCALAR,
    Schema,
    array_of,
    exactly_one,
    expression,
    mapping,
    ref,
    said,
    scalar,
    text,
)


def definitions() -> dict[str, Schema]:
    """The blocks of a page, of a place of an account, and of what was submitted, each with its content."""
    mappings = {
        f"block_{part.name}": schema for part in BLOCKS.values() if (schema := part.schema()).get("type") == "object"
    }
    return {**mappings, **_content("", "step"), **_content("place_", "place"), **_content("submitted_", "submitted")}


def _content(prefix: str, page: PageKind) -> dict[str, Schema]:
    kinds = {part.name: said(_schema(part), part.description) for part in BLOCKS.values() if page in part.stands_on}
    beside = {"when": said(expression(), "Shown only if this holds."), "lang": lang()}
    block = {**mapping({**kinds, **beside}), "oneOf": exactly_one(kinds)}
    return {f"{prefix}block": block, f"{prefix}content": array_of(ref(f"{prefix}block"))}


def _schema(part: BlockType[Any]) -> Schema:
    """A mapping stands once, for all pages."""
    schema = part.schema()
    return ref(f"block_{part.name}") if schema.get("type") == "object" else schema


def place(name: str) -> Schema:
    """A page that every flow has, shaped by the flow."""
    content = "submitted_content" if name == "submitted" else "place_content"
    return mapping({"title": said(text(), "Its heading."), "content": said(ref(content), "What it shows.")})


def desk() -> Schema:
    """Where staff work."""
    what: Schema = {"type": list(SCALAR), "enum": ["answers", "facts", "files", "history"]}
    keys = {
        "columns": said(array_of(scalar(pattern=DOTTED_NAME)), "What the list shows."),
        "show": said(array_of(what), "What the page of a case shows."),
    }
    return mapping(keys)
