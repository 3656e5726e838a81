"""`copy: {value, label}`: a value with a button that copies it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flowrunner.blocks.base import OF_A_CASE, BlockNode, BlockType, Pen
from flowrunner.json_schema import Schema, expression, mapping, text
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Block
from flowrunner.text.text import Text


class Copy(Struct, frozen=True):
    value: Expression
    label: Text


class CopyBlock(BlockType[Copy]):
    name = "copy"
    description = "A value with a button that copies it."
    stands_on = OF_A_CASE
    personal = True

    def schema(self) -> Schema:
        keys = {"value": expression("What is copied."), "label": text("The words on the button.")}
        return mapping(keys, ["value", "label"])

    def bind(self, written: BlockNode) -> Block | None:
        value, label = written.at("value").expression(), written.at("label").text()
        return Block(self.name, Copy(value, label)) if value is not None else None

    def texts(self, content: Copy) -> tuple[Text, ...]:
        return (content.label,)

    def values(self, content: Copy) -> tuple[Expression, ...]:
        return (content.value,)

    def view(self, content: Copy, pen: Pen) -> Mapping[str, Any] | None:
        value = pen.value(content.value)
        return {"title": pen.html(content.label), "value": value} if value else None
