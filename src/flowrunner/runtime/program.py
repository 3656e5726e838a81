"""A flow made ready to run: its machine and what is worked out once for each version, never in a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct

from flowrunner.effects.built_in import EFFECTS
from flowrunner.fields.base import FieldType
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.duration import Duration
from flowrunner.model.flow import Branch, Code, FieldUse, Flow, LookUp, Step, Timer
from flowrunner.model.graph import change_links, timer_trigger
from flowrunner.runtime.machine import TAKEN, StepMachine


class Questions(Struct, frozen=True):
    """What one button sends: its fields in an order in which each `when` reads only what stands before it, and the
    sources that are asked then. `own` are the names of the fields."""

    uses: tuple[FieldUse, ...] = ()
    look_up: tuple[LookUp, ...] = ()
    own: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


NOTHING = Questions()


class Program:
    """One flow version, built once and shared by all cases and threads."""

    def __init__(self, flow: Flow, version: str = "") -> None:
        self.flow = flow
        self.version = version
        self.zone = ZoneInfo(flow.time_zone)
        self.machine = StepMachine(flow)
        self.questions = {(s.name, button): q for s in flow.steps.values() for button, q in _questions(s).items()}
        self.blank: Mapping[str, Mapping[str, None]] = {
            name: dict.fromkeys(field for (step, _), q in self.questions.items() if step == name for field in q.own)
            for name in flow.steps
        }
        self.concerned: Mapping[str, frozenset[str]] = {name: self._concerned(name) for name in flow.steps}
        self.with_files = self._steps_with(lambda use: _kind(use).takes_files)
        self.with_search = self._steps_with(lambda use: bool(use.field.options.get("search")))
        self.secrets = frozenset(name for name, field in flow.fields.items() if FIELD_TYPES[field.kind].secret)
        self.opened: Mapping[str, frozenset[str]] = {
            name: frozenset(change_links(step)) for name, step in flow.steps.items()
        }
        self.retention: Mapping[str, Duration] = {
            name: field.privacy.keep for name, field in flow.fields.items() if field.privacy and field.privacy.keep
        }
        self._branches = {(s.name, button): ways for s in flow.steps.values() for button, ways in s.triggers()}
        self.reading_timers = frozenset(name for name, timer in flow.timers.items() if _reads_answers(timer))
        self.triggers = {name: timer_trigger(name) for name in flow.timers}
        self.sent_codes = {name: _sent_code(flow, step) for name, step in flow.steps.items()}

    def _steps_with(self, is_meant: Callable[[FieldUse], bool]) -> frozenset[str]:
        return frozenset(step for (step, _), q in self.questions.items() if any(map(is_meant, q.uses)))

    def _concerned(self, step: str) -> frozenset[str]:
        """The sources that say something else once a step was passed: it asks them, or what they are asked with."""
        looked_up = {look_up.source for (name, _), q in self.questions.items() if name == step for look_up in q.look_up}
        read = {
            name for name, source in self.flow.sources.items() if self.blank[step].keys() & set(source.asks.values())
        }
        return frozenset(looked_up | read)

    def asks(self, step: str, button: str) -> Questions:
        """What a button of a step sends; nothing for a button that the step does not have."""
        questions = self.questions.get((step, button))
        return questions or self.questions.get((step, button.removeprefix(TAKEN)), NOTHING)

    def branches(self, step: str, trigger: str) -> tuple[Branch, ...]:
        """The branches of a trigger of a step, a timer's one branch among them."""
        if trigger.startswith("timer:"):
            return (self.flow.timers[trigger.removeprefix("timer:")].branch,)
        return self._branches.get((step, trigger.removeprefix(TAKEN)), ())

    def has_button(self, step: str, button: str) -> bool:
        """Whether the step has a button of this name, for whoever may press it and when."""
        return (step, button) in self._branches

    def settles(self, step: Step, branch: Branch, to: str | None, submitted: bool) -> bool:
        """Whether taking this branch, which led to `to`, is a checkpoint: what cannot be taken back."""
        if any(EFFECTS[use.effect].checkpoint for use in branch.do):
            return True
        if to is None:
            return False
        target = self.flow.steps[to]
        handed_over = target.role != step.role
        return passes_sign_in(step, branch) or handed_over or (target.traits.ends and submitted)


def passes_sign_in(step: Step, branch: Branch) -> bool:
    """Whether taking this branch is signing in; another button of the identity page is not."""
    return step.traits.signs_in and any(branch is way for way in step.next)


def _kind(use: FieldUse) -> FieldType:
    return FIELD_TYPES[use.field.kind]


def _reads_answers(timer: Timer) -> bool:
    return timer.reads is not None or any(one.when is not None and one.when.names for one in timer.remind)


def _questions(step: Step) -> dict[str, Questions]:
    by_button = {"next": _page_questions(step.uses, step.look_up)}
    for action in step.actions.values():
        by_button[action.name] = _page_questions(action.fields, action.look_up)
    return by_button


def _page_questions(uses: Iterable[FieldUse], look_up: tuple[LookUp, ...]) -> Questions:
    ordered: list[FieldUse] = []
    waiting = list(uses)
    own = frozenset(use.field.name for use in waiting)
    while waiting:
        before = {use.field.name for use in ordered}
        ready = [use for use in waiting if not (_reads(use) & own) - before - {use.field.name}]
        # Two fields that wait for each other are taken in reading order: the first is asked as if nothing was given.
        ordered += ready or waiting[:1]
        waiting = [use for use in waiting if use not in ordered]
    return Questions(tuple(ordered), look_up, own, frozenset(one.source for one in look_up))


def _reads(use: FieldUse) -> frozenset[str]:
    opened = frozenset(chooser for chooser, _ in use.field.opened_by)
    value = use.field.value.names if use.field.value else frozenset()
    return opened | value | (use.when.names if use.when else frozenset())


def _sent_code(flow: Flow, step: Step) -> tuple[str, Code] | None:
    """The field of the page that asks for a code that is sent, with that code."""
    for use in step.uses:
        code = flow.codes.get(use.field.options.get("code", "")) if _kind(use).is_code else None
        if code is not None and code.send:
            return use.field.name, code
    return None
