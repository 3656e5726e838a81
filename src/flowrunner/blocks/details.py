"""`details: {title, text}`: words that open when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, mapping, text
from flowrunner.model.flow import Block
from flowrunner.text.text import Text


class Details(Struct, frozen=True):
    title: Text
    text: Text


class DetailsBlock(BlockType[Details]):
    name = "details"
    description = "Words that open when asked for."
    prose = True

    def schema(self) -> Schema:
        keys = {"title": text("The words to press."), "text": text("The words that open.")}
        return mapping(keys, ["title", "text"])

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, Details(written.at("title").text(), written.at("text").text("block")))

    def texts(self, content: Details) -> tuple[Text, ...]:
        return content.title, content.text

    def view(self, content: Details, pen: Pen) -> Mapping[str, Any]:
        return {"title": pen.html(content.title), "html": pen.html(content.text)}
