"""What a page shows: blocks in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from flowrunner.compiler.bind.binder import Binder, characters, under
from flowrunner.compiler.bind.fields import BoundFields as FieldBook
from flowrunner.compiler.bind.fields import bind_use
from flowrunner.compiler.bind.people import bind_names
from flowrunner.compiler.bind.texts import bind_text, maybe_text
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.model.expression import Expression
from flowrunner.model.flow import (
    Block,
    Content,
    CopyBlock,
    DetailsBlock,
    DocumentsBlock,
    FieldsBlock,
    FieldUse,
    LinkBlock,
    ListBlock,
    NoticeBlock,
    NoticeKind,
    SummaryBlock,
    SummaryLine,
    TextBlock,
)
from flowrunner.span import Span
from flowrunner.text import Form, Text

PAGES = ("home", "sign_in", "resume", "recover", "profile", "submitted")
NEVER = "never"


class ContentBinder:
    """Binds the blocks of one page or place."""

    def __init__(self, binder: Binder, fields: FieldBook) -> None:
        self.binder = binder
        self.fields = fields
        self._lang = ""
        self._makers: dict[str, Callable[[Node, Expression | None, Span], Block | None]] = {
            "text": self._text,
            "notice": self._notice,
            "details": self._details,
            "summary": self._summary,
            "copy": self._copy,
            "documents": self._documents,
            "link": self._link,
            "fields": self._fields,
            "list": self._list,
        }

    def bind(self, node: Node | None) -> Content:
        """The blocks of a list, in its order."""
        items = node.items if isinstance(node, Sequence) else ()
        return tuple(block for item in items if (block := self._block(item)) is not None)

    def uses(self, node: Node | None, outer: Expression | None = None) -> tuple[FieldUse, ...]:
        """The fields of a list."""
        items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
        found = (bind_use(self.binder, self.fields, item, outer) for item in items)
        return tuple(use for use in found if use is not None)

    def _block(self, node: Node) -> Block | None:
        if not isinstance(node, Mapping):
            return None
        self._lang = characters(node.get("lang")) or ""
        when = self.binder.guard(node.get("when"))
        for key, value in node.entries:
            maker = self._makers.get(key.value)
            if maker is not None:
                return maker(value, when, key.span)
        return None

    def _words(self, node: Node, key: str, form: Form = "inline") -> Text:
        """Words of the block; `lang` may stand beside the block's own key."""
        return bind_text(self.binder, under(node, key), form, lang=self._lang)

    # --- One for each kind of block ---

    def _text(self, node: Node, when: Expression | None, span: Span) -> Block:
        return TextBlock(bind_text(self.binder, node, "block", lang=self._lang), when=when, span=span)

    def _notice(self, node: Node, when: Expression | None, span: Span) -> Block:
        kind = characters(node.get("kind")) if isinstance(node, Mapping) else None
        return NoticeBlock(cast("NoticeKind", kind or "info"), self._words(node, "text", "block"), when=when, span=span)

    def _details(self, node: Node, when: Expression | None, span: Span) -> Block:
        title, text = self._words(node, "title"), self._words(node, "text", "block")
        return DetailsBlock(title, text, when=when, span=span)

    def _summary(self, node: Node, when: Expression | None, span: Span) -> Block:
        items = node.items if isinstance(node, Sequence) else (node,)
        return SummaryBlock(tuple(self._lines(items)), when=when, span=span)

    def _lines(self, items: tuple[Node, ...]) -> Iterator[SummaryLine]:
        for item in items:
            if isinstance(item, Scalar):
                yield SummaryLine(bind_names(self.binder, item), None, item.span)
            elif isinstance(item, Mapping):
                names = bind_names(self.binder, item.get("fields") or item.get("field"))
                yield SummaryLine(names, self._change(item.get("change")), item.span)

    def _change(self, node: Node | None) -> str | None:
        if node is None or characters(node) == NEVER:
            return None
        return self.binder.known("step", node, self.binder.draft["steps"])

    def _copy(self, node: Node, when: Expression | None, span: Span) -> Block | None:
        value = self.binder.expression(node.get("value")) if isinstance(node, Mapping) else None
        label = self._words(node, "label")
        return CopyBlock(value, label, when=when, span=span) if value is not None else None

    def _documents(self, node: Node, when: Expression | None, span: Span) -> Block | None:
        written = node.get("field") if isinstance(node, Mapping) else node
        name = self.binder.known("field", written, self.binder.draft["fields"])
        return DocumentsBlock(name, when=when, span=span) if name is not None else None

    def _link(self, node: Node, when: Expression | None, span: Span) -> Block | None:
        if not isinstance(node, Mapping):
            return None
        page, step = node.get("page"), node.get("step")
        return LinkBlock(
            self._words(node, "text"),
            self.binder.known("page", page, PAGES) if page is not None else None,
            characters(node.get("flow")),
            self.binder.known("step", step, self.binder.draft["steps"]) if step is not None else None,
            maybe_text(self.binder, node, "address", "address"),
            when=when,
            span=span,
        )

    def _fields(self, node: Node, when: Expression | None, span: Span) -> Block:
        return FieldsBlock(self.uses(node, when), when=when, span=span)

    def _list(self, node: Node, when: Expression | None, span: Span) -> Block:
        of = characters(node.get("of")) if isinstance(node, Mapping) else characters(node)
        title, submitted = (maybe_text(self.binder, node, key) for key in ("title", "submitted"))
        return ListBlock(of or "", title, submitted, when=when, span=span)
