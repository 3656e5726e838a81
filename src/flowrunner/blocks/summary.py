"""`summary`: answers given before, with links that change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.blocks.base import OF_A_CASE, BlockNode, BlockType, Pen
from flowrunner.json_schema import NAME, Schema, array_of, mapping, name, scalar
from flowrunner.model.flow import Block, SummaryLine

NEVER = "never"


class SummaryBlock(BlockType[None]):
    name = "summary"
    description = "Answers given before, with links that change them."
    stands_on = OF_A_CASE
    personal = True

    def schema(self) -> Schema:
        fields = array_of(name(), "Fields shown together.", least=1)
        change = scalar("The step where they are changed, or never.", pattern=NAME)
        return array_of(mapping({"fields": fields, "change": change}, ["fields", "change"]), least=1)

    def bind(self, written: BlockNode) -> Block:
        return Block(self.name, lines=tuple(_line(line) for line in written.items()))

    def view(self, content: None, pen: Pen) -> Mapping[str, Any] | None:
        rows = pen.answers()
        return {"rows": rows} if rows else None


def _line(written: BlockNode) -> SummaryLine:
    change = written.at("change")
    step = None if change.word() == NEVER else change.known("step")
    return SummaryLine(written.at("fields").names(), step, written.span)
