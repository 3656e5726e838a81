"""`link`: a link to a page of the interpreter, another flow, a step, or an address; exactly one of the four."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, exactly_one, mapping, name, one_of, scalar, text
from flowrunner.model.flow import Block
from flowrunner.text.text import Text

PAGES = ("home", "profile", "recover", "resume", "sign_in", "submitted")


class Link(Struct, frozen=True):
    text: Text
    page: str | None = None
    flow: str | None = None
    step: str | None = None
    address: Text | None = None


class LinkBlock(BlockType[Link]):
    name = "link"
    description = "A link to a page of ours, a flow, a step or an address."

    def schema(self) -> Schema:
        targets = {
            "page": one_of(PAGES, "A page of the interpreter."),
            "flow": scalar("Another flow, by its name."),
            "step": name("A step of this flow."),
            "address": text("An address on the web; it may differ by language."),
        }
        words = {"text": text("The words of the link.")}
        return {**mapping({**targets, **words}, ["text"]), "oneOf": exactly_one(targets)}

    def bind(self, written: BlockNode) -> Block:
        link = Link(
            written.at("text").text(),
            written.at("page").known("page", PAGES),
            written.at("flow").word() or None,
            written.at("step").known("step"),
            written.at("address").maybe_text("address"),
        )
        return Block(self.name, link)

    def texts(self, content: Link) -> tuple[Text | None, ...]:
        return content.text, content.address

    def flows(self, content: Link) -> tuple[str, ...]:
        return (content.flow,) if content.flow else ()

    def view(self, content: Link, pen: Pen) -> Mapping[str, Any]:
        way = pen.link(page=content.page, flow=content.flow, step=content.step, address=content.address)
        return {"html": pen.html(content.text), "way": way}
