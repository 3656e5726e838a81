"""Explaining a case from its audit trail: step by step, and by which rules of the version that it began with.

Which branch was taken stands in the record, and the machine takes the first that holds: so the branch's own guard held
and those before it did not, whatever can still be read. Facts and answers are read again as they stood. What a guard is
made of is worked out from them; where that does not come to the recorded branch, it is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.model.case import Actor, Case, Event, Fact, Visit, World
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import OWNER, Branch, Flow, Timer
from flowrunner.model.graph import moments_of
from flowrunner.model.record import replace
from flowrunner.runtime.environment import Environment
from flowrunner.runtime.machine import TAKEN
from flowrunner.runtime.program import Program
from flowrunner.runtime.redaction import fields_to_redact
from flowrunner.runtime.sentence import ExplainedEvent, Guard, ReadFact, SentenceKind
from flowrunner.span import NOWHERE, Span

WAYS_ON = frozenset({"moved", "taken", "timer"})
# Told by the event that they belong to.
SILENT = frozenset({"settled", "recorded"})
TIMER = "timer:"
CODE = "code_"


def explain(program: Program, case: Case, events: Iterable[Event], world: World) -> tuple[ExplainedEvent, ...]:
    """What happened to a case, in order, and how it stands now. `program` is the version that it began with."""
    return tuple(_Explanation(program, case, tuple(events), world).sentences())


class _Past(Struct, frozen=True):
    """What could be read when a branch was taken; `sure` when the branch that was recorded follows from it."""

    reading: Environment
    sure: bool


class _Explanation:
    def __init__(self, program: Program, case: Case, events: Sequence[Event], world: World) -> None:
        self.program = program
        self.flow = program.flow
        self.case = case
        self.events = events
        self.world = world
        self.line = (*case.trail, *case.path)
        self.places = {visit.number: place for place, visit in enumerate(self.line)}
        self.event_of_visit = self._event_of_visit()
        # What a rule came to cannot be worked out again from answers that are not kept any longer.
        answers = fields_to_redact(program, case, world.now)
        sources = self.flow.sources.items()
        self.gone = answers | {name for name, source in sources if answers & set(source.asks.values())}

    def sentences(self) -> Iterator[ExplainedEvent]:
        yield ExplainedEvent("began", self.case.began, self.flow.start, span=self.flow.steps[self.flow.start].span)
        for index, event in enumerate(self.events):
            if event.kind in WAYS_ON:
                yield self._way_on(index, event)
            elif event.kind not in SILENT:
                yield self._happened(event)
        yield self._now()

    # --- What stands -----------------------------------------------------------------------

    def _event_of_visit(self) -> dict[int, int]:
        """Visit → the event that left it as it stands: the last one that says what the visit says."""
        events = {}
        for index, event in enumerate(self.events):
            number = self._number(index, event)
            place = self.places.get(number) if number is not None else None
            if place is not None and event.kind in WAYS_ON:
                visit = self.line[place]
                trigger = f"{TAKEN}{event.trigger}" if event.kind == "taken" else event.trigger
                if (visit.pressed, visit.branch) == (trigger, event.branch):
                    events[visit.number] = index
        return events

    def _number(self, index: int, event: Event) -> int | None:
        """The visit that an event left: an action that stays is recorded as a visit of its own, right after it."""
        following = self.events[index + 1] if index + 1 < len(self.events) else None
        if following is None or following.kind != "recorded":
            return event.visit
        same = (following.step, following.trigger, following.at) == (event.step, event.trigger, event.at)
        return following.visit if same else event.visit

    # --- What happened ---------------------------------------------------------------------

    def _way_on(self, index: int, event: Event) -> ExplainedEvent:
        trigger = event.trigger or ""
        branches = self.program.branches(event.step, trigger)
        branch = branches[event.branch or 0]
        place, visit = self._visit_of(index, event)
        then = self._then(index, event, place, visit, branch) if visit or branch.move == "stay" else None
        guards = [(b.when, b is branch) for b in branches[: (event.branch or 0) + 1] if b.when is not None]
        timer = self.flow.timers.get(trigger.removeprefix(TIMER)) if event.kind == "timer" else None
        read = _names([guard for guard, _ in guards], timer)
        return ExplainedEvent(
            self._kind(event, branch),
            event.at,
            event.step,
            event.to,
            trigger.removeprefix(TIMER),
            event.branch,
            event.role,
            event.account,
            timer.span if timer is not None else self._span(event, branch),
            (*self._offered(event), *(self._guard(guard, holds, then) for guard, holds in guards)),
            self._facts(event, [guard for guard, _ in guards], then),
            {name: then.reading.env.get(name) for name in self.flow.fields if name in read - self.gone} if then else {},
            visit.answers if visit is not None else {},
            self._round(index),
            visit is None and branch.move != "stay",
            then is None or then.sure,
        )

    def _span(self, event: Event, branch: Branch) -> Span:
        """Where the rule stands: a branch of its own, or the action that is one."""
        action = self.flow.steps[event.step].actions.get(event.trigger or "")
        return action.span if action is not None and len(action.branches) == 1 else branch.span

    def _visit_of(self, index: int, event: Event) -> tuple[int | None, Visit | None]:
        """Where the visit stands that this event left, and the visit if it still is as the event left it."""
        number = self._number(index, event)
        place = self.places.get(number) if number is not None else None
        stands = number is not None and self.event_of_visit.get(number) == index
        return place, self.line[place] if stands and place is not None else None

    def _kind(self, event: Event, branch: Branch) -> SentenceKind:
        step = self.flow.steps[event.step]
        if event.kind in ("taken", "timer"):
            return "taken" if event.kind == "taken" else "timer"
        if step.traits.passes:
            return "chosen"
        if event.role is None:
            return "again"
        if step.traits.signs_in and event.trigger == "next":
            return "signed_in"
        kinds: Mapping[str, SentenceKind] = {"return": "returned", "back": "came_back", "stay": "stayed"}
        return kinds.get(branch.move, "moved")

    def _happened(self, event: Event) -> ExplainedEvent:
        kind: SentenceKind = "recorded"
        trigger, span = event.kind, NOWHERE
        if event.kind.startswith(CODE):
            kind, trigger = "code", event.kind.removeprefix(CODE)
        elif event.kind == "redacted":
            kind = "redacted"
        elif event.kind == "reminded":
            kind, trigger = "reminded", event.trigger or ""
            span = self.flow.timers[trigger].span
        return ExplainedEvent(kind, event.at, event.step, event.to, trigger, None, event.role, event.account, span)

    def _now(self) -> ExplainedEvent:
        case, step = self.case, self.flow.steps[self.case.step]
        kind: SentenceKind = "ended" if case.ended else "left" if step.traits.ends else "waits"
        at = case.ended or case.path[-1].since
        return ExplainedEvent(kind, at, step.name, role=step.role, span=step.span, round=case.round)

    def _offered(self, event: Event) -> tuple[Guard, ...]:
        """The guard of the action itself: it held, or there was nothing to press."""
        action = self.flow.steps[event.step].actions.get(event.trigger or "")
        return () if action is None or action.when is None else (self._guard(action.when, True, None),)

    def _round(self, index: int) -> int:
        """The round that an event belongs to: a return across a checkpoint begins the next."""
        visits = [self.line[self.places[number]] for number, event in self.event_of_visit.items() if event < index]
        return 1 + sum(not visit.side and _returned(self.program, visit) for visit in visits)

    # --- As it stood -----------------------------------------------------------------------

    def _then(self, index: int, event: Event, place: int | None, visit: Visit | None, branch: Branch) -> _Past | None:
        """Read again what stood before this visit, and what was answered in it. None when the visit is gone."""
        if place is None:
            return None
        trail = list(self.line[:place])
        if visit is None or visit.side:
            # What stands beside the path read the path too, which was settled later.
            later = self.line[place + 1 :]
            trail += [v for v in later if not v.side and self.event_of_visit.get(v.number, len(self.events)) < index]
        # A moment that this branch itself set was not there when its guards were asked.
        set_now = {name for name in moments_of(branch.do) if self.case.moments.get(name) == event.at}
        then = replace(
            self.case,
            trail=tuple(trail),
            path=(visit or replace(self.line[place], pressed=None),),
            facts=self._facts_until(place, visit, event.at),
            moments={n: m for n, m in self.case.moments.items() if m <= event.at and n not in set_now},
            round=self._round(index),
            owner=None,
        )
        reading = Environment(self.program, then, _actor(event), replace(self.world, now=event.at))
        if visit is not None:
            reading.on(visit.on or reading.today)
            reading.merge(visit)
        fired = self.program.machine.fire(event.step, event.trigger or "", reading.env, known=True)
        branches = self.program.branches(event.step, event.trigger or "")[: (event.branch or 0) + 1]
        read = frozenset[str]().union(*(branch.when.names for branch in branches if branch.when is not None))
        sure = fired is not None and fired.index == event.branch and not read & self.gone
        return _Past(reading, sure)

    def _facts_until(self, place: int, visit: Visit | None, at: datetime) -> tuple[Fact, ...]:
        """The facts that were known then: the newest of those that are kept, and what the visit was decided with."""
        settled = [fact for before in self.line[:place] for fact in before.facts.values()]
        newest: dict[tuple[str, object], Fact] = {}
        for fact in sorted([*settled, *self.case.facts], key=lambda fact: fact.at):
            if fact.at <= at:
                newest[fact.source, fact.given] = fact
        newest.update({(fact.source, fact.given): fact for fact in (visit.facts.values() if visit else ())})
        return tuple(newest.values())

    # --- What a guard read -----------------------------------------------------------------

    def _guard(self, guard: Expression, holds: bool, then: _Past | None) -> Guard:
        env = then.reading.env if then is not None and then.sure else None
        alone = guard.conditions[0] if guard.conditions == (guard.source.strip(),) else ""
        if alone:
            return _condition(self.flow, alone, env, holds)
        parts = tuple(_condition(self.flow, name, env) for name in guard.conditions) if env is not None else ()
        return Guard(guard.source, holds, guard.span, parts=parts)

    def _facts(self, event: Event, guards: Iterable[Expression], then: _Past | None) -> tuple[ReadFact, ...]:
        """The facts that the guards read, and those that the button asked for."""
        if then is None:
            return ()
        keys: dict[str, set[str]] = {}
        for dotted in (one for guard in guards for one in guard.reads):
            source, _, key = dotted.partition(".")
            if source in self.flow.sources:
                keys.setdefault(source, set()).update({key} if key else self.flow.sources[source].gives)
        for look_up in self.program.asks(event.step, event.trigger or "").look_up:
            keys.setdefault(look_up.source, set(self.flow.sources[look_up.source].gives))
        return tuple(
            _read_fact(then.reading, name, keys[name]) for name in self.flow.sources if name in keys.keys() - self.gone
        )


def _actor(event: Event) -> Actor:
    """Whoever acted, as far as the record knows: what is done without anybody is done for the owner."""
    owner = event.role in (None, OWNER)
    return Actor(roles=frozenset() if owner else frozenset({event.role or ""}), holds=owner)


def _condition(flow: Flow, name: str, env: Mapping[str, Any] | None, holds: bool | None = None) -> Guard:
    condition = flow.conditions[name]
    if env is not None:
        holds = bool(condition.when.evaluate(env)) if holds is None else holds
    parts = tuple(_condition(flow, part, env) for part in condition.when.conditions) if env is not None else ()
    return Guard(condition.when.source, holds, _span_of(condition.span, condition.when), name, condition.means, parts)


def _span_of(span: Span, guard: Expression) -> Span:
    return span if span != NOWHERE else guard.span


def _names(guards: Iterable[Expression], timer: Timer | None) -> frozenset[str]:
    read = frozenset[str]().union(*(guard.names for guard in guards))
    return read | timer.reads.names if timer is not None and timer.reads is not None else read


def _read_fact(reading: Environment, name: str, keys: Iterable[str]) -> ReadFact:
    """A fact as it was known then. A source whose question lacked an answer was not asked: `on_failure` stands."""
    source = reading.program.flow.sources[name]
    arguments = reading.arguments_of(source)
    asked_with = dict(zip(source.asks.values(), arguments, strict=True))
    if None in arguments or name not in reading.looked_up:
        return ReadFact(name, "not_asked", None, _chosen(reading.values_of(source), keys), asked_with)
    fact = reading.facts.get((name, arguments))
    if fact is None:
        return ReadFact(name, None, given=asked_with)
    return ReadFact(name, fact.why, fact.at, _chosen(fact.values, keys), asked_with)


def _chosen(values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    names = set(keys)
    return {key: value for key, value in values.items() if key in names}


def _returned(program: Program, visit: Visit) -> bool:
    if visit.pressed is None or visit.branch is None:
        return False
    branches = program.branches(visit.step, visit.pressed)
    return branches[visit.branch].move == "return"
