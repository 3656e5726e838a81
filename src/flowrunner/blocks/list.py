"""`list: {of, title, submitted}`: a list of the account's cases or messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, mapping, one_of, text
from flowrunner.model.flow import Block
from flowrunner.text.text import Text


class AccountList(Struct, frozen=True):
    of: str
    title: Text | None = None
    submitted: Text | None = None


class ListBlock(BlockType[AccountList]):
    name = "list"
    description = "A list of the account's cases or messages."
    stands_on = frozenset({"place"})

    def schema(self) -> Schema:
        keys = {
            "of": one_of(["cases", "messages"], "What it lists."),
            "submitted": text("The words of the link to what was submitted."),
            "title": text("Its heading."),
        }
        return mapping(keys, ["of"])

    def bind(self, written: BlockNode) -> Block:
        title, submitted = (written.at(key).maybe_text() for key in ("title", "submitted"))
        return Block(self.name, AccountList(written.at("of").word(), title, submitted))

    def texts(self, content: AccountList) -> tuple[Text | None, ...]:
        return content.title, content.submitted

    def view(self, content: AccountList, pen: Pen) -> Mapping[str, Any]:
        title = pen.html(content.title) or pen.say(f"page.{content.of}.title")
        submitted = pen.html(content.submitted)
        return {"of": content.of, "title": title, "submitted": submitted, **pen.account_list(content.of)}
