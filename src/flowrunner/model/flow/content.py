"""What a page of a flow shows, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flowrunner.model.expression import Expression
from flowrunner.model.flow.questions import Field
from flowrunner.span import NOWHERE, Span
from flowrunner.text import Text

NoticeKind: TypeAlias = Literal["info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field as one step uses it: adapted, and shown only if `when` (its own, the block's and the use's) holds."""

    field: Field
    when: Expression | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Block:
    """What every block has: the guard under which it is shown, and where it stands."""

    when: Expression | None = field(default=None, kw_only=True)
    span: Span = field(default=NOWHERE, kw_only=True)


@dataclass(frozen=True, slots=True)
class TextBlock(Block):
    text: Text


@dataclass(frozen=True, slots=True)
class Notice(Block):
    kind: NoticeKind
    text: Text


@dataclass(frozen=True, slots=True)
class Details(Block):
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """Fields shown together. `change` is the step that its link leads to, None for `change: never`."""

    fields: tuple[str, ...]
    change: str | None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Summary(Block):
    lines: tuple[SummaryLine, ...]


@dataclass(frozen=True, slots=True)
class Copy(Block):
    """A value shown with a button that copies it."""

    value: Expression
    label: Text


@dataclass(frozen=True, slots=True)
class Documents(Block):
    """The files of a field, each with its status."""

    field: str


@dataclass(frozen=True, slots=True)
class Link(Block):
    """A link to a page of the interpreter, another flow, a step, or an address; exactly one of the four is given."""

    text: Text
    page: str | None = None
    flow: str | None = None
    step: str | None = None
    address: Text | None = None


@dataclass(frozen=True, slots=True)
class Fields(Block):
    uses: tuple[FieldUse, ...]


@dataclass(frozen=True, slots=True)
class ListBlock(Block):
    """A list of the account's cases or messages."""

    of: str
    title: Text | None = None
    submitted: Text | None = None


Content: TypeAlias = tuple[Block, ...]
