"""The directed graph of a flow, steps and the edges between them: what lint, diagrams and coverage read.

The machine that runs a flow is built from the same model by `runtime.machine`; a test compares the two.

networkx was weighed: of all that it has, one walk (`reach`) is needed, and it is long to load.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Branch, EffectUse, Flow, Step, Timer
from flowrunner.span import NOWHERE, Span

EdgeMove: TypeAlias = Literal["go", "return", "back", "stay", "taken", "change"]
SUBMITTED = "submitted"


class Edge(Struct, frozen=True):
    """One way from a step to another. `index` is the branch's place under its trigger.

    `taken` is the way of the loser of a race (`if_taken`), `change` a summary's link to a side step, `back` the way
    from a side step to a step that opens it, `stay` a button that leaves the case where it is.
    """

    step: str
    trigger: str
    index: int
    move: EdgeMove
    to: str
    when: Expression | None = None
    branch: Branch | None = None
    span: Span = NOWHERE

    @property
    def key(self) -> tuple[str, str, int]:
        """What coverage counts: the branch, wherever it leads."""
        return (self.step, self.trigger, self.index)


def edges(flow: Flow) -> tuple[Edge, ...]:
    """Every way of the flow, in the order of its file; timers last."""
    ways = [edge for step in flow.steps.values() for edge in _of_step(flow, step)]
    for timer in flow.timers.values():
        ways += [_of_timer(timer, step) for step in steps_of_timer(flow, timer, ways)]
    return tuple(ways)


def _of_step(flow: Flow, step: Step) -> Iterator[Edge]:
    for trigger, branches in step.triggers():
        for index, branch in enumerate(branches):
            yield from _of_branch(flow, step, trigger, index, branch)
    for opened in change_links(step):
        if flow.steps[opened].side:
            yield Edge(step.name, "change", 0, "change", opened, span=step.span)


def _of_branch(flow: Flow, step: Step, trigger: str, index: int, branch: Branch) -> Iterator[Edge]:
    if branch.move == "back":
        for opener in openers(flow, step.name):
            yield Edge(step.name, trigger, index, "back", opener, branch.when, branch, branch.span)
    else:
        yield Edge(step.name, trigger, index, branch.move, branch.to or step.name, branch.when, branch, branch.span)
    for to in taken_steps(branch.do):
        yield Edge(step.name, trigger, index, "taken", to, branch.when, branch, branch.span)


def _of_timer(timer: Timer, step: str) -> Edge:
    branch = timer.branch
    return Edge(step, timer_trigger(timer.name), 0, branch.move, branch.to or step, None, branch, timer.span)


def timer_trigger(name: str) -> str:
    """The name under which a timer fires."""
    return f"timer:{name}"


def taken_steps(do: Iterable[EffectUse]) -> Iterator[str]:
    """The steps that losers of a race go to."""
    for use in do:
        if isinstance(use.argument, dict):
            yield from use.argument.values()


def change_links(step: Step) -> tuple[str, ...]:
    """The steps that the summaries of a page lead to, each once."""
    return tuple(dict.fromkeys(line.change for block in step.content for line in block.lines if line.change))


def openers(flow: Flow, side: str) -> tuple[str, ...]:
    """The steps whose summaries open this side step."""
    return tuple(step.name for step in flow.steps.values() if side in change_links(step))


def moments_of(do: Iterable[EffectUse]) -> frozenset[str]:
    """The moments that these effects remember."""
    return frozenset(name for use in do for name in use.sets if "." not in name)


def steps_of_timer(flow: Flow, timer: Timer, ways: Iterable[Edge]) -> tuple[str, ...]:
    """The steps in which a timer can fire: its own, or all that its moment reaches before it stops."""
    if timer.in_step is not None:
        return (timer.in_step,)
    ways = [edge for edge in ways if edge.move != "back"]
    starts = {name for name, step in flow.steps.items() if timer.since in moments_of(step.enter)}
    starts |= {edge.to for edge in ways if edge.branch and timer.since in moments_of(edge.branch.do)}
    onward = [edge for edge in ways if not (edge.branch and timer.until in moments_of(edge.branch.do))]
    reached = reach(starts, onward)
    return tuple(n for n, s in flow.steps.items() if n in reached and not s.side and n != timer.branch.to)


def reach(starts: Iterable[str], ways: Iterable[Edge]) -> frozenset[str]:
    """The steps that these ways lead to from the starts, the starts among them."""
    onward: dict[str, list[str]] = {}
    for edge in ways:
        onward.setdefault(edge.step, []).append(edge.to)
    steps = set(starts)
    waiting = deque(steps)
    while waiting:
        for to in onward.get(waiting.popleft(), ()):
            if to not in steps:
                steps.add(to)
                waiting.append(to)
    return frozenset(steps)
