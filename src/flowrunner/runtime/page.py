"""What a page shows of a case: values only, made by the interpreter, drawn by whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flowrunner.model.case import Case, Inputs, Problem, Value
from flowrunner.model.flow import Action, Block, Field, FieldUse, Step
from flowrunner.text import Text


class Typed(Struct, frozen=True):
    """Inputs as they were typed and not taken, to be shown again. `fields` are the questions that the page asked then;
    None when it is what the page asks now."""

    inputs: Inputs
    fields: frozenset[str] | None = None

    def of(self, field: str) -> Inputs | None:
        """The inputs of a field, None when the page did not ask it."""
        if self.fields is not None and field not in self.fields:
            return None
        return {k: v for k, v in self.inputs.items() if k == field or k.startswith(f"{field}.")}


class Asked(Struct, frozen=True):
    """A field that the page asks.

    `inputs` are what its controls show: the stored answer, what was typed, or the prefill. `always` is false when its
    `when` reads an answer of the same page: it is shown until that answer is known, and then only if it holds.
    """

    use: FieldUse
    inputs: Inputs
    prefilled: bool = False
    always: bool = True

    @property
    def field(self) -> Field:
        return self.use.field


class Shown(Struct, frozen=True):
    """One answer of a summary: fields without an answer are there too, with None."""

    field: Field
    value: Value


class ShownLine(Struct, frozen=True):
    """A line of a summary. `change` is the step that its link leads to (a side step or an earlier step), else None."""

    answers: tuple[Shown, ...]
    change: str | None


class Page(Struct, frozen=True):
    """A step of a case as one actor sees it now.

    `case` is the case after what is due by the clock, not stored. `blocks` are those whose `when` holds, in reading
    order; `asked` and `lines` give what stands in the blocks of fields and summaries, keyed by field name and by the
    block's index in `blocks`. `codes` are the values of the codes that this page shows. `back` is the step before it.
    `resend` is true when the page can send its code again. `may_act` is false for who only looks (the owner of a case
    that waits for an officer). `reading` is the environment of texts.
    """

    step: Step
    case: Case
    reading: Mapping[str, Any]
    blocks: tuple[Block, ...] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)
    lines: Mapping[int, tuple[ShownLine, ...]] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    has_next: bool = False
    resend: bool = False
    back: str | None = None
    may_act: bool = True
    change: str | None = None
    say: Text | None = None
    problems: tuple[Problem, ...] = ()
