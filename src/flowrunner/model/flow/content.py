"""What a page of a flow shows, block by block."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from flowrunner.model.expression import Expression
from flowrunner.model.flow.questions import Field
from flowrunner.span import NOWHERE, Span
from flowrunner.text import Text

NoticeKind: TypeAlias = Literal["info", "success", "warning", "danger"]


class FieldUse(Struct, frozen=True):
    """A field as one step uses it: adapted, and shown only if `when` (its own, the block's and the use's) holds."""

    field: Field
    when: Expression | None = None
    span: Span = NOWHERE


class Block(Struct, frozen=True, kw_only=True):
    """What every block has: the guard under which it is shown, and where it stands."""

    when: Expression | None = None
    span: Span = NOWHERE


class TextBlock(Block, frozen=True):
    text: Text


class NoticeBlock(Block, frozen=True):
    kind: NoticeKind
    text: Text


class DetailsBlock(Block, frozen=True):
    title: Text
    text: Text


class SummaryLine(Struct, frozen=True):
    """Fields shown together. `change` is the step that its link leads to, None for `change: never`."""

    fields: tuple[str, ...]
    change: str | None
    span: Span = NOWHERE


class SummaryBlock(Block, frozen=True):
    lines: tuple[SummaryLine, ...]


class CopyBlock(Block, frozen=True):
    """A value shown with a button that copies it."""

    value: Expression
    label: Text


class DocumentsBlock(Block, frozen=True):
    """The files of a field, each with its status."""

    field: str


class LinkBlock(Block, frozen=True):
    """A link to a page of the interpreter, another flow, a step, or an address; exactly one of the four is given."""

    text: Text
    page: str | None = None
    flow: str | None = None
    step: str | None = None
    address: Text | None = None


class FieldsBlock(Block, frozen=True):
    uses: tuple[FieldUse, ...]


class ListBlock(Block, frozen=True):
    """A list of the account's cases or messages."""

    of: str
    title: Text | None = None
    submitted: Text | None = None


Content: TypeAlias = tuple[Block, ...]
