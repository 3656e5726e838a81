"""What a page shows: blocks in reading order, each bound by its part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.compiler.bind.binder import Binder, characters, items_of, under
from flowrunner.compiler.bind.fields import BoundFields, bind_use
from flowrunner.compiler.bind.people import bind_names
from flowrunner.compiler.bind.texts import NO_TEXT, bind_text
from flowrunner.compiler.nodes import Mapping, Node
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Block, Content, FieldUse
from flowrunner.model.record import replace
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Form, Text


def bind_content(binder: Binder, fields: BoundFields, node: Node | None) -> Content:
    """The blocks of a list, in its order."""
    blocks = (_block(binder, fields, item) for item in items_of(node) if isinstance(item, Mapping))
    return tuple(block for block in blocks if block is not None)


def bind_uses(
    binder: Binder, fields: BoundFields, node: Node | None, outer: Expression | None = None
) -> tuple[FieldUse, ...]:
    """The fields of a list."""
    uses = (bind_use(binder, fields, item, outer) for item in items_of(node))
    return tuple(use for use in uses if use is not None)


def _block(binder: Binder, fields: BoundFields, node: Mapping) -> Block | None:
    """The block of the first key that names one; `lang` and `when` may stand beside it."""
    when = binder.guard(node.get("when"))
    for key, value in node.entries:
        if key.value in BLOCKS:
            written = WrittenBlock(binder, fields, value, when, characters(node.get("lang")) or "")
            block = BLOCKS[key.value].bind(written)
            return replace(block, when=when, span=key.span) if block is not None else None
    return None


class WrittenBlock(Struct, frozen=True):
    """What stands behind the key of a block, for its part to read: `blocks.base.BlockNode`."""

    binder: Binder
    fields: BoundFields
    node: Node | None
    when: Expression | None
    lang: str

    @property
    def span(self) -> Span:
        return self.node.span if self.node is not None else NOWHERE

    def at(self, key: str) -> WrittenBlock:
        return replace(self, node=under(self.node, key))

    def items(self) -> Iterator[WrittenBlock]:
        return (replace(self, node=item) for item in items_of(self.node))

    def word(self) -> str:
        return characters(self.node) or ""

    def text(self, form: Form = "inline") -> Text:
        return self.maybe_text(form) or NO_TEXT

    def maybe_text(self, form: Form = "inline") -> Text | None:
        return bind_text(self.binder, self.node, form, lang=self.lang) if self.node is not None else None

    def expression(self) -> Expression | None:
        return self.binder.expression(self.node)

    def known(self, noun: str, names: Sequence[str] | None = None) -> str | None:
        return self.binder.known(noun, self.node, self.binder.draft[f"{noun}s"] if names is None else names)

    def names(self) -> tuple[str, ...]:
        return bind_names(self.binder, self.node)

    def uses(self) -> tuple[FieldUse, ...]:
        return bind_uses(self.binder, self.fields, self.node, self.when)
