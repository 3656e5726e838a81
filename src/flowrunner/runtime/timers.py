"""What is due by the clock: timers and reminders, in the order in which they are due, each once.

A timer fires with the moment when it was due as now, however late somebody looks: a page works out what is due and
stores nothing, a worker may be late, and both must come to the same case. So a message that a timer sends late says
when it was due; the outbox keeps when it left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.effects.send import send_message
from flowrunner.model.case import Actor, Case, Decision, Event, Place, Visit, Work, World
from flowrunner.model.flow import Reminder, Timer
from flowrunner.model.record import replace
from flowrunner.runtime.environment import Environment, switched
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program
from flowrunner.timer_kinds.due import deadline, reminders, runs

NOBODY = Actor()
MOST_AT_ONCE = 100


def next_due(program: Program, case: Case, world: World) -> datetime | None:
    """When the clock has something to do for this case: the first timer or reminder, or None."""
    return min((due.at for due in _all_due(program, case, world)), default=None)


def fire_due(program: Program, case: Case, world: World) -> Decision:
    """Fire all that is due by `world.now`, one after the other, each as at the moment when it was due.

    So a worker that comes late, or a page that works out what is due without storing it, come to the same case.
    """
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
    # A timer can lead to a step in which another runs: a bound, so that two that lead to each other end too.
    for _ in range(MOST_AT_ONCE):
        fired = _fire_first(program, case, world)
        if fired is None:
            break
        case, events, work = fired.case, events + fired.events, work + fired.work
    return Decision(case, case.step, events=events, work=work)


class _Due(Struct, frozen=True):
    """A timer, or one of its reminders with its key."""

    at: datetime
    timer: Timer
    key: str = ""
    reminder: Reminder | None = None


def _fire_first(program: Program, case: Case, world: World) -> Decision | None:
    waiting = list(_all_due(program, case, world, until=world.now))
    if not waiting:
        return None
    first = min(waiting, key=lambda due: (due.at, due.reminder is None, due.timer.name))
    walk = Walk(program, case, NOBODY, replace(world, now=first.at))
    for visit in case.path:
        walk.reading.merge(visit)
    if first.reminder is not None:
        return _remind(case, walk, first.key, first.reminder)
    return _fire(walk, first.timer)


def _all_due(program: Program, case: Case, world: World, until: datetime | None = None) -> Iterator[_Due]:
    """All timers and reminders that can fire, or those that are due before `until`."""
    running = [timer for timer in program.flow.timers.values() if runs(timer, case) and _leads(program, timer, case)]
    if not running:
        return
    # Most timers count from a moment: the answers are read only for one that asks for them.
    env = (
        _read(program, case, world)
        if any(timer.name in program.reading_timers for timer in running)
        else switched(world)
    )
    for timer in running:
        end = deadline(program.flow, timer, case, env)
        if end is not None and (until is None or end < until):
            yield _Due(end, timer)
        for key, due, reminder in reminders(program.flow, timer, case, until):
            if reminder.when is None or reminder.when.evaluate(env):
                yield _Due(due, timer, key, reminder)


def _leads(program: Program, timer: Timer, case: Case) -> bool:
    """Whether it leads anywhere from here: it does not from the step that it has led to."""
    return program.machine.has(case.step, program.triggers[timer.name])


def _read(program: Program, case: Case, world: World) -> Mapping[str, Any]:
    reading = Environment(program, case, NOBODY, world)
    for visit in case.path:
        reading.merge(visit)
    return reading.env


def _remind(case: Case, walk: Walk, key: str, reminder: Reminder) -> Decision:
    walk.change.visit = case.path[-1]
    send_message(walk.program.flow.messages[reminder.send], walk.change)
    walk.change.events.append(Event(walk.change.now, "reminded", case.step, key.partition(":")[0]))
    reminded = replace(case, reminded=case.reminded | {key}, works=walk.case.works)
    return Decision(reminded, case.step, events=tuple(walk.change.events), work=tuple(walk.change.work))


def _fire(walk: Walk, timer: Timer) -> Decision | None:
    trigger = walk.program.triggers[timer.name]
    case = walk.case
    step = case.step
    fired = walk.program.machine.fire(step, trigger, walk.reading.env)
    if fired is None or fired.to is None:
        return None
    here = case.path[-1]
    # What was offered again on the page and not sent is no answer.
    here = Visit(here.number, here.place, here.since, pressed=trigger, branch=fired.index, on=walk.reading.today)
    walk.visits = [*case.path[:-1], here]
    walk.records = {}
    walk.do(timer.branch.do, here)
    walk.change.events.append(Event(walk.change.now, "timer", step, trigger, fired.index, fired.to, visit=here.number))
    walk.settle()
    if timer.branch.move == "return":
        walk.change.update(round=walk.case.round + 1)
        walk.read_again()
    walk.on_to(Place(fired.to))
    changed = walk.finish()
    return Decision(changed, changed.step, events=tuple(walk.change.events), work=tuple(walk.change.work))
