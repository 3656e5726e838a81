"""`quote: {text, of}`: somebody's words, with who said them. Its template is `quote.html` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, mapping, text
from flowrunner.model.flow import Block
from flowrunner.text.text import Text


class Quote(Struct, frozen=True):
    text: Text
    of: Text


class QuoteBlock(BlockType[Quote]):
    name = "quote"
    description = "Somebody's words."

    def schema(self) -> Schema:
        return mapping({"text": text("The words."), "of": text("Who said them.")}, ["text", "of"])

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, Quote(written.at("text").text("block"), written.at("of").text()))

    def texts(self, content: Quote) -> tuple[Text, ...]:
        return content.text, content.of

    def view(self, content: Quote, pen: Pen) -> Mapping[str, Any]:
        return {"html": pen.html(content.text), "of": pen.html(content.of)}
