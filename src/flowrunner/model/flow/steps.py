"""The states of a flow and their buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow.content import Content, FieldUse
from flowrunner.model.flow.decisions import Branch, EffectUse, LookUp
from flowrunner.span import NOWHERE, Span
from flowrunner.step_kinds.base import StepKind
from flowrunner.step_kinds.built_in import STEP_KINDS
from flowrunner.text.text import Text

OWNER = "owner"


class Action(Struct, frozen=True):
    """A button beside `next`, with its own branches and, if it has any, its own questions."""

    name: str
    label: Text
    branches: tuple[Branch, ...]
    fields: tuple[FieldUse, ...] = ()
    look_up: tuple[LookUp, ...] = ()
    confirm: Text | None = None
    when: Expression | None = None
    span: Span = NOWHERE


class Step(Struct, frozen=True):
    """One state. `role` is who acts here; `side` is true for a step that is reached by a change link and goes back."""

    name: str
    kind: str
    role: str = OWNER
    title: Text | None = None
    status: Text | None = None
    content: Content = ()
    enter: tuple[EffectUse, ...] = ()
    look_up: tuple[LookUp, ...] = ()
    next: tuple[Branch, ...] = ()
    next_label: Text | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    outcome: str | None = None
    reveals: str | None = None
    exclusive: bool = False
    side: bool = False
    span: Span = NOWHERE

    @property
    def traits(self) -> StepKind:
        """What its kind says of it."""
        return STEP_KINDS[self.kind]

    @property
    def uses(self) -> tuple[FieldUse, ...]:
        """The fields of the page in reading order, those of actions not among them."""
        return tuple(use for block in self.content for use in block.uses)

    def triggers(self) -> Iterator[tuple[str, tuple[Branch, ...]]]:
        """Every button of the step with its branches, `next` first."""
        if self.next:
            yield "next", self.next
        for action in self.actions.values():
            yield action.name, action.branches
