"""What a page shows: blocks in reading order."""

from __future__ import annotations

from typing import Any

from flowrunner import json_schema as schema
from flowrunner.blocks.base import BlockType, PageKind
from flowrunner.blocks.built_in import BLOCKS
from flowrunner.compiler.schema.texts import lang
from flowrunner.json_schema import Schema, described


def definitions() -> dict[str, Schema]:
    """The blocks of a page, of a place of an account, and of what was submitted, each with its content."""
    mappings = {f"block_{part.name}": part.schema() for part in BLOCKS.values() if _is_mapping(part)}
    return {**mappings, **_content("", "step"), **_content("place_", "place"), **_content("submitted_", "submitted")}


def _content(prefix: str, page: PageKind) -> dict[str, Schema]:
    kinds = {
        part.name: described(_schema(part), part.description) for part in BLOCKS.values() if page in part.stands_on
    }
    beside = {"when": schema.expression("Shown only if this holds."), "lang": lang()}
    block = {**schema.mapping({**kinds, **beside}), "oneOf": schema.exactly_one(kinds)}
    return {f"{prefix}block": block, f"{prefix}content": schema.array_of(schema.ref(f"{prefix}block"))}


def _schema(part: BlockType[Any]) -> Schema:
    """A mapping stands once, for all pages."""
    return schema.ref(f"block_{part.name}") if _is_mapping(part) else part.schema()


def _is_mapping(part: BlockType[Any]) -> bool:
    return part.schema().get("type") == "object"


def place(name: str) -> Schema:
    """A page that every flow has, shaped by the flow."""
    content = "submitted_content" if name == "submitted" else "place_content"
    return schema.mapping({"title": schema.text("Its heading."), "content": schema.ref(content, "What it shows.")})


def desk() -> Schema:
    """Where staff work."""
    what: Schema = {"type": list(schema.SCALAR), "enum": ["answers", "facts", "files", "history"]}
    keys = {
        "columns": schema.array_of(schema.scalar(pattern=schema.DOTTED_NAME), "What the list shows."),
        "show": schema.array_of(what, "What the page of a case shows."),
    }
    return schema.mapping(keys)
