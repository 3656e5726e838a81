"""`fields`: questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, array_of, ref
from flowrunner.model.flow import Block


class FieldsBlock(BlockType[None]):
    name = "fields"
    description = "Questions."
    stands_on = frozenset({"step"})

    def schema(self) -> Schema:
        return array_of(ref("field_use"), least=1)

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, uses=written.uses())

    def view(self, content: None, pen: Pen) -> Mapping[str, Any] | None:
        questions = pen.questions()
        return {"controls": questions} if questions else None
