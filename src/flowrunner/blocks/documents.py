"""`documents: FIELD`: the files of a field, each with its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner import json_schema
from flowrunner.blocks.base import OF_A_CASE, BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema
from flowrunner.model.flow import Block


class DocumentsBlock(BlockType[str]):
    """Where the page asks for the files, the question itself lists them."""

    name = "documents"
    description = "The files of a field, each with its status."
    stands_on = OF_A_CASE
    personal = True

    def schema(self) -> Schema:
        return json_schema.name()

    def bind(self, written: BlockNode) -> Block | None:
        field = written.known("field")
        return Block(self.name, field) if field is not None else None

    def view(self, content: str, pen: Pen) -> Mapping[str, Any] | None:
        return None if pen.asks(content) else {"files": pen.files(pen.answer(content))}
