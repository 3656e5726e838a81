"""The page of a step as data (a view model): what it shows this actor now. Works out what is due, and stores
nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Actor, Case, Inputs, Problem, Value, Visit, World
from flowrunner.model.flow import Action, Block, Field, FieldUse, Step, SummaryLine
from flowrunner.runtime.answers import context_of, is_asked
from flowrunner.runtime.environment import Environment, reading
from flowrunner.runtime.interpreter import is_open_side
from flowrunner.runtime.program import Program
from flowrunner.runtime.timers import fire_due
from flowrunner.text.text import Text


class TypedInputs(Struct, frozen=True):
    """Inputs as they were typed and not taken, to be shown again. `fields` are the questions that the page asked then;
    None when it is what the page asks now."""

    inputs: Inputs
    fields: frozenset[str] | None = None

    def of(self, field: str) -> Inputs | None:
        """The inputs of a field, None when the page did not ask it."""
        if self.fields is not None and field not in self.fields:
            return None
        return {k: v for k, v in self.inputs.items() if k == field or k.startswith(f"{field}.")}


class PageQuestion(Struct, frozen=True):
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


class ShownAnswer(Struct, frozen=True):
    """One answer of a summary: fields without an answer are there too, with None."""

    field: Field
    value: Value


class ShownLine(Struct, frozen=True):
    """A line of a summary. `change` is the step that its link leads to (a side step or an earlier step), else None."""

    answers: tuple[ShownAnswer, ...]
    change: str | None


class Page(Struct, frozen=True):
    """A step of a case as one actor sees it now.

    `case` is the case after what is due by the clock, not stored. `blocks` are those whose `when` holds, in reading
    order; `questions` and `lines` give what stands in the blocks of fields and summaries, keyed by field name and by
    the block's index in `blocks`. `codes` are the values of the codes that this page shows. `back` is the step before
    it. `resend` is true when the page can send its code again. `may_act` is false for who only looks (the owner of a
    case that waits for an officer). `reading` is the environment of texts.
    """

    step: Step
    case: Case
    reading: Mapping[str, Any]
    blocks: tuple[Block, ...] = ()
    questions: Mapping[str, PageQuestion] = field(default_factory=dict)
    lines: Mapping[int, tuple[ShownLine, ...]] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    has_next: bool = False
    resend: bool = False
    back: str | None = None
    may_act: bool = True
    change: str | None = None
    say: Text | None = None
    problems: tuple[Problem, ...] = ()


def look(
    program: Program,
    case: Case,
    actor: Actor,
    step: str | None,
    world: World,
    change: str | None = None,
    typed: TypedInputs | None = None,
    problems: tuple[Problem, ...] = (),
) -> Page | None:
    """The page of a step on the path, of a side step that is open, or of the current step (None).

    `typed` is what was typed on the page and not taken: the submission was refused, or never came. None when this
    actor cannot see such a page: the shell answers with the current step, or as if there were nothing.
    """
    case = fire_due(program, case, world).case
    name = step or case.step
    page_step = program.flow.steps.get(name)
    visit = next((visit for visit in case.path if visit.step == name), None)
    if page_step is None or not (actor.is_owner(case) or actor.may_act_as(page_step.role, case)):
        return None
    if visit is None and not is_open_side(program, case, page_step):
        return None
    return _PageBuilder(program, case, actor, world, page_step, visit, typed).page(change, problems)


class _PageBuilder:
    def __init__(
        self,
        program: Program,
        case: Case,
        actor: Actor,
        world: World,
        step: Step,
        visit: Visit | None,
        typed: TypedInputs | None,
    ) -> None:
        self.program, self.case, self.actor, self.step, self.visit, self.typed = (
            program,
            case,
            actor,
            step,
            visit,
            typed,
        )
        self.reading = Environment(program, case, actor, world)
        for before in case.path:
            if before is visit:
                break
            self.reading.merge(before)
        self.before = dict(self.reading.env)
        if visit is not None:
            self.reading.merge(visit)
        self.env = self.reading.env

    def page(self, change: str | None, problems: tuple[Problem, ...]) -> Page:
        may_act = self.actor.may_act_as(self.step.role, self.case) and self.case.ended is None
        blocks = tuple(block for block in self.step.content if self._holds(block))
        actions = tuple(a for a in self.step.actions.values() if may_act and self._offers(a))
        return Page(
            step=self.step,
            case=self.case,
            reading=self.env,
            blocks=blocks,
            questions=self._questions(blocks, actions),
            lines={i: self._lines(block) for i, block in enumerate(blocks) if block.lines},
            actions=actions,
            has_next=may_act and self.program.machine.has(self.step.name, "next"),
            resend=may_act and self.program.sent_codes.get(self.step.name) is not None,
            back=self._back(),
            may_act=may_act,
            change=change,
            problems=problems,
        )

    def _holds(self, block: Block) -> bool:
        if block.when is None or block.uses:
            return True
        return bool(block.when.evaluate(self.env))

    def _offers(self, action: Action) -> bool:
        return self.program.machine.can(
            self.step.name, action.name, self.env, lambda role: self.actor.may_act_as(role, self.case)
        )

    def _back(self) -> str | None:
        if self.visit is None:
            return self.case.step
        pages = [v.step for v in self.case.path if not self.program.flow.steps[v.step].traits.passes]
        if self.step.name not in pages:
            return None
        index = pages.index(self.step.name)
        return pages[index - 1] if index else None

    # --- Questions ------------------------------------------------------------------------

    def _questions(self, blocks: tuple[Block, ...], actions: tuple[Action, ...]) -> Mapping[str, PageQuestion]:
        uses = [use for block in blocks for use in block.uses]
        uses += [use for action in actions for use in action.fields]
        own = frozenset(use.field.name for use in uses)
        values = self._values(own)
        reading = {**self.before, **{name: value for name, value in values.items() if value is not None}}
        questions = {}
        for use in uses:
            if use.when is None and not use.field.opened_by:
                questions[use.field.name] = self._one(use, values.get(use.field.name), always=True)
                continue
            read_here = _reads_of(use) & own
            # A `when` that reads an answer of this page is judged once that answer is known; shown until then.
            is_answered = all(values.get(name) is not None for name in read_here)
            if is_answered and not is_asked(use, reading):
                continue
            questions[use.field.name] = self._one(use, values.get(use.field.name), always=not read_here)
        return questions

    def _values(self, own: frozenset[str]) -> dict[str, Value]:
        if self.visit is None:
            return {name: self.env.get(name) for name in own}
        answers = {**self.visit.aside, **self.visit.answers}
        return {name: answers.get(name) for name in own}

    def _one(self, use: FieldUse, value: Value, *, always: bool) -> PageQuestion:
        field = use.field
        kind = FIELD_TYPES[field.kind]
        typed = self.typed.of(field.name) if self.typed is not None else None
        if typed is not None:
            return PageQuestion(use, {} if kind.secret else typed, always=always)
        if value is not None:
            return PageQuestion(use, kind.write(field, value), always=always)
        prefill = None if field.prefill is None or self._touched(field) else field.prefill.evaluate(self.before)
        if prefill is None:
            return PageQuestion(use, {}, always=always)
        return PageQuestion(use, self._prefill(field, prefill), prefilled=True, always=always)

    def _touched(self, field: Field) -> bool:
        """Whether the person has had a say in it, be it by leaving it empty."""
        return self.visit is not None and (field.name in self.visit.aside or field.name in self.visit.answers)

    def _prefill(self, field: Field, value: Value) -> Inputs:
        """What the prefill gives, if the field can hold it."""
        kind = FIELD_TYPES[field.kind]
        written = kind.write(field, value)
        context = context_of(self.program, field, self.before)
        return written if kind.read(field, written, context).value is not None else {}

    # --- Summaries ------------------------------------------------------------------------

    def _lines(self, block: Block) -> tuple[ShownLine, ...]:
        return tuple(
            ShownLine(
                tuple(ShownAnswer(self.program.flow.fields[name], self.env.get(name)) for name in line.fields),
                self._change(line),
            )
            for line in block.lines
        )

    def _change(self, line: SummaryLine) -> str | None:
        """The step that the link leads to: the fields' own step while it is on the path, else the side step."""
        if line.change is None or self.case.ended is not None or not self.actor.is_owner(self.case):
            return None
        for visit in self.case.path:
            if visit.step == self.step.name:
                break
            if self.program.asks(visit.step, "next").own & set(line.fields):
                return visit.step
        target = self.program.flow.steps[line.change]
        return target.name if target.side else None


def _reads_of(use: FieldUse) -> frozenset[str]:
    opened = frozenset(chooser for chooser, _ in use.field.opened_by)
    return opened | (use.when.names if use.when is not None else frozenset())


def conditions(program: Program, case: Case, actor: Actor, world: World) -> Mapping[str, bool]:
    """Whether each named condition holds now, for scenarios and explanations."""
    env = reading(program, case, actor, world)
    return {name: bool(condition.when.evaluate(env)) for name, condition in program.flow.conditions.items()}
