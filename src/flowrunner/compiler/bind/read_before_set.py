"""Definite assignment: names that may be read before anything sets them (FR303), found by data-flow analysis.

Facts, codes, moments and the reference must be set on every way to where they are read; an answer must be asked on
some way to it, or on the same page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from msgspec import Struct

from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.bind.names_read import (
    Read,
    Reader,
    in_message,
    in_text,
    judged,
    looked_up,
    place_of,
    sends,
    sent_uses,
    shown,
)
from flowrunner.diagnostics.codes import READ_BEFORE_SET
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Branch, EffectUse, Flow, Step, Timer
from flowrunner.model.graph import Edge, edges, timer_trigger

Names = frozenset[str]
NONE: Names = frozenset()
MOST_FINDINGS = 100
LONGEST_WAY = 8


class AssignedNames(Struct, frozen=True):
    """What is set at a place: on every way to it, and (answers) on some way to it."""

    surely: Names
    maybe: Names

    def and_then(self, surely: Names, maybe: Names = NONE) -> AssignedNames:
        return AssignedNames(self.surely | surely, self.maybe | maybe)


def check_order(flow: Flow, findings: Findings) -> None:
    """Note every name that may be read too early. The flow has no other errors."""
    _Order(flow, findings).check()


class _Order:
    def __init__(self, flow: Flow, findings: Findings) -> None:
        self.flow = flow
        self.findings = findings
        self.reader = Reader(flow)
        self.guards = {name: condition.when for name, condition in flow.conditions.items()}
        self.ways = edges(flow)
        self.names = _solve(flow, self.ways)
        self.onward: dict[str, list[Edge]] = {}
        for way in self.ways:
            self.onward.setdefault(way.step, []).append(way)

    def check(self) -> None:
        for name, step in self.flow.steps.items():
            if name in self.names:
                self._step(step, self.names[name])
        for timer in self.flow.timers.values():
            self._timer(timer)

    # --- A step ---

    def _step(self, step: Step, assigned: AssignedNames) -> None:
        here = self._effects(step.enter, assigned, step.name)
        own = frozenset(use.field.name for use in step.uses)
        own |= {use.field.name for action in step.actions.values() for use in action.fields}
        page = here.and_then(NONE, own)
        self._read(shown(step), page, step.name)
        for trigger, branches in step.triggers():
            uses = sent_uses(step, trigger)
            sent = page.and_then(looked_up(step, trigger))
            self._read(judged(rule for use in uses for rule in use.field.rules), sent, step.name)
            for branch in branches:
                self._branch(branch, sent, step.name)

    def _branch(self, branch: Branch, assigned: AssignedNames, step: str) -> None:
        self._read([branch.when], assigned, step)
        after = self._effects(branch.do, assigned, step)
        self._read(in_text(branch.say), after, step)

    def _effects(self, effects: Iterable[EffectUse], assigned: AssignedNames, step: str) -> AssignedNames:
        """Check one effect after the other; gives what is set after the last."""
        for use in effects:
            assigned = assigned.and_then(use.sets)
            message = sends(self.flow, use)
            if message is not None:
                self._read(in_message(message), assigned, step)
        return assigned

    # --- Time ---

    def _timer(self, timer: Timer) -> None:
        steps = [way.step for way in self.ways if way.trigger == timer_trigger(timer.name) and way.step in self.names]
        if not steps:
            return
        inside = [self.names[name].and_then(_entered(self.flow.steps[name])) for name in steps]
        since = frozenset({timer.since} if timer.since else ())
        assigned = AssignedNames(frozenset.intersection(*(one.surely for one in inside)) | since, _any(inside))
        self._read([timer.reads], assigned, steps[0])
        self._branch(timer.branch, assigned, steps[0])
        for reminder in timer.remind:
            self._read([reminder.when, *in_message(self.flow.messages[reminder.send])], assigned, steps[0])

    # --- What is told ---

    def _read(self, expressions: Iterable[Expression | None], assigned: AssignedNames, step: str) -> None:
        for read in self.reader.of(expressions):
            if read.name in (assigned.maybe if read.field else assigned.surely) or len(self.findings) >= MOST_FINDINGS:
                continue
            offset, length = place_of(read, self.guards)
            span = self.findings.inside(read.expression.span, read.expression.source, offset, length)
            if read.field:
                self.findings.add(READ_BEFORE_SET, span, "never_asked", {"name": read.name, "step": step})
            else:
                values = {"name": read.name, "way": " > ".join(self._way(read, step))}
                self.findings.add(READ_BEFORE_SET, span, "on_a_way", values)

    def _way(self, read: Read, step: str) -> list[str]:
        """A shortest way from the start to the step on which nothing sets the name."""
        before: dict[str, str | None] = {self.flow.start: None}
        waiting = deque(before)
        while waiting and step not in before:
            here = waiting.popleft()
            for way in self.onward.get(here, ()):
                if way.to not in before and read.name not in _set_on(self.flow, way):
                    before[way.to] = here
                    waiting.append(way.to)
        backwards = [step]
        while (last := before.get(backwards[-1])) is not None:
            backwards.append(last)
        steps = backwards[::-1]
        return steps if len(steps) <= LONGEST_WAY else [*steps[:2], "…", *steps[-3:]]


# --- What is set where --------------------------------------------------------------------


def _entered(step: Step) -> Names:
    return frozenset().union(*(use.sets for use in step.enter))


def _set_on(flow: Flow, way: Edge) -> Names:
    """What a way sets: on entering the step that it leaves, by asking, by its effects, by having waited."""
    step = flow.steps[way.step]
    names = _entered(step)
    if way.move == "change":
        return names
    names |= looked_up(step, way.trigger)
    if way.branch is not None and way.move != "taken":
        names = names.union(*(use.sets for use in way.branch.do))
    for timer in flow.timers.values():
        if way.trigger == timer_trigger(timer.name) and timer.since is not None:
            names |= {timer.since}
    return names


def _asked_on(flow: Flow, way: Edge) -> Names:
    return frozenset(use.field.name for use in sent_uses(flow.steps[way.step], way.trigger))


def _solve(flow: Flow, ways: tuple[Edge, ...]) -> Mapping[str, AssignedNames]:
    """What is set when each step is reached; steps that nothing reaches are not there."""
    onward: dict[str, list[tuple[Edge, Names, Names]]] = {}
    for way in ways:
        onward.setdefault(way.step, []).append((way, _set_on(flow, way), _asked_on(flow, way)))
    assigned: dict[str, AssignedNames] = {flow.start: AssignedNames(NONE, NONE)}
    waiting = deque(assigned)
    while waiting:
        here = waiting.popleft()
        for way, surely, maybe in onward.get(here, ()):
            after = _joined(assigned.get(way.to), assigned[here].and_then(surely, maybe), way)
            if after != assigned.get(way.to):
                assigned[way.to] = after
                waiting.append(way.to)
    return assigned


def _joined(before: AssignedNames | None, coming: AssignedNames, way: Edge) -> AssignedNames:
    if before is None:
        return coming
    # The way back from a side step comes from where it leads: it cannot make that less sure.
    surely = before.surely if way.move == "back" else before.surely & coming.surely
    return AssignedNames(surely, before.maybe | coming.maybe)


def _any(several: Iterable[AssignedNames]) -> Names:
    return frozenset().union(*(one.maybe for one in several))
