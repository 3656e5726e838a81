"""What a page of a flow shows, block by block."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct

from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow.questions import Field
from flowrunner.span import NOWHERE, Span


class FieldUse(Struct, frozen=True):
    """A field as one step uses it: adapted, and shown only if `when` (its own, the block's and the use's) holds."""

    field: Field
    when: Expression | None = None
    span: Span = NOWHERE


class SummaryLine(Struct, frozen=True):
    """Fields shown together. `change` is the step that its link leads to, None for `change: never`."""

    fields: tuple[str, ...]
    change: str | None
    span: Span = NOWHERE


class Block(Struct, frozen=True):
    """One block. `kind` names its part and `content` is what that part bound (`blocks`); `uses` are the questions that
    it asks, `lines` the answers that it shows. It is shown while `when` holds; questions have their own."""

    kind: str
    content: Any = None
    uses: tuple[FieldUse, ...] = ()
    lines: tuple[SummaryLine, ...] = ()
    when: Expression | None = None
    span: Span = NOWHERE


Content: TypeAlias = tuple[Block, ...]
