"""What is due by the clock: timers and reminders, in the order in which they are due, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flowrunner.effects.send import send_message
from flowrunner.model.case import Actor, Case, Decision, Event, Place, Work, World
from flowrunner.model.due import deadline, reminders, runs
from flowrunner.model.flow import Reminder, Timer
from flowrunner.model.graph import timer_trigger
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program
from flowrunner.runtime.reading import Reading

NOBODY = Actor()


def next_due(program: Program, case: Case, world: World) -> datetime | None:
    """When the clock has something to do for this case: the first timer or reminder, or None."""
    if not program.flow.timers or case.ended is not None:
        return None
    reading = Reading(program, case, NOBODY, world)
    for visit in case.path:
        reading.merge(visit)
    moments = [due for timer in program.flow.timers.values() for due, _ in _due(program, case, reading, timer)]
    return min(moments, default=None)


def fire_due(program: Program, case: Case, world: World) -> Decision:
    """Fire all that is due by `world.now`, one after the other, each as at its own time."""
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
    # A timer can lead to a step in which another runs; each fires at most once, so this ends.
    for _ in range(len(program.flow.timers) * 4 + 64):
        fired = _fire_first(program, case, world)
        if fired is None:
            break
        case, events, work = fired.case, events + fired.events, work + fired.work
    return Decision(case, case.step, events=events, work=work)


def _fire_first(program: Program, case: Case, world: World) -> Decision | None:
    if not program.flow.timers or case.ended is not None:
        return None
    walk = Walk(program, case, NOBODY, world)
    for visit in case.path:
        walk.reading.merge(visit)
    waiting = [
        (due, timer.name, reminder, timer)
        for timer in program.flow.timers.values()
        for due, reminder in _due(program, case, walk.reading, timer)
        if world.now > due
    ]
    if not waiting:
        return None
    _, _, found, timer = min(waiting, key=lambda item: (item[0], item[1], item[2] is None))
    if found is not None:
        return _remind(case, walk, *found)
    return _fire(walk, timer)


def _due(
    program: Program, case: Case, reading: Reading, timer: Timer
) -> list[tuple[datetime, tuple[str, Reminder] | None]]:
    if not runs(timer, case):
        return []
    found: list[tuple[datetime, tuple[str, Reminder] | None]] = []
    end = deadline(program.flow, timer, case, reading.env)
    if end is not None:
        found.append((end, None))
    for key, due, reminder in reminders(program.flow, timer, case):
        if reminder.when is None or reminder.when.evaluate(reading.env):
            found.append((due, (key, reminder)))
    return found


def _remind(case: Case, walk: Walk, key: str, reminder: Reminder) -> Decision:
    walk.change.visit = case.path[-1]
    send_message(walk.program.flow.messages[reminder.send], walk.change)
    walk.change.events.append(Event(walk.change.now, "reminded", case.step, key.partition(":")[0]))
    reminded = replace(case, reminded=case.reminded | {key})
    return Decision(reminded, case.step, events=tuple(walk.change.events), work=tuple(walk.change.work))


def _fire(walk: Walk, timer: Timer) -> Decision | None:
    trigger = timer_trigger(timer.name)
    case = walk.case
    step = case.step
    if not walk.program.machine.has(step, trigger):
        return None
    index = walk.program.machine.fire(step, trigger, walk.reading.env)
    if index is None or timer.branch.to is None:
        return None
    here = replace(case.path[-1], pressed=trigger, branch=index, on=walk.reading.today)
    walk.visits = [*case.path[:-1], here]
    walk.records = {}
    walk.do(timer.branch.do, here)
    walk.change.events.append(Event(walk.change.now, "timer", step, trigger, index, timer.branch.to, visit=here.number))
    walk.settle()
    if timer.branch.move == "return":
        walk.change.update(round=walk.case.round + 1)
    walk.on_to(Place(timer.branch.to))
    changed = walk.finish()
    return Decision(changed, changed.step, events=tuple(walk.change.events), work=tuple(walk.change.work))
