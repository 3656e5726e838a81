"""`text`: words in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner import json_schema
from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema
from flowrunner.model.flow import Block
from flowrunner.text.text import Text


class TextBlock(BlockType[Text]):
    name = "text"
    description = "Words in Markdown."
    prose = True

    def schema(self) -> Schema:
        return json_schema.text()

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, written.text("block"))

    def texts(self, content: Text) -> tuple[Text, ...]:
        return (content,)

    def view(self, content: Text, pen: Pen) -> Mapping[str, Any]:
        return {"html": pen.html(content), "lang": pen.lang(content)}
