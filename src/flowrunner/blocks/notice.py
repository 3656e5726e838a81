"""`notice: {kind, text}`: a box that draws attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, mapping, one_of, text
from flowrunner.model.flow import Block
from flowrunner.text.text import Text

KINDS = ("info", "success", "warning", "danger")


class Notice(Struct, frozen=True):
    kind: str
    text: Text


class NoticeBlock(BlockType[Notice]):
    name = "notice"
    description = "A box that draws attention."
    prose = True

    def schema(self) -> Schema:
        kind = one_of(KINDS, "How it is drawn: info, success, warning or danger.")
        return mapping({"kind": kind, "text": text("What it says.")}, ["kind", "text"])

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, Notice(written.at("kind").word(), written.at("text").text("block")))

    def texts(self, content: Notice) -> tuple[Text, ...]:
        return (content.text,)

    def view(self, content: Notice, pen: Pen) -> Mapping[str, Any]:
        title = pen.say(f"page.notice.{content.kind}")
        return {"tone": content.kind, "title": title, "html": pen.html(content.text), "lang": pen.lang(content.text)}
