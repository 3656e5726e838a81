"""The interpreter: a pure function from a case, an actor and what was sent to a decision.

It reads no clock, database, network or chance. When it needs facts it answers `Asks`; the shell asks, with no
transaction open, and calls again with the answers in `World.facts`.
"""

from __future__ import annotations

from flowrunner.model.case import Actor, Asks, Case, Decision, Place, Submission, Visit, World
from flowrunner.model.record import replace
from flowrunner.runtime import timers
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program
from flowrunner.runtime.submission import NEW_CODE, NotAllowed, Sending

__all__ = ["NEW_CODE", "NotAllowed", "act", "begin", "tick"]


def begin(
    program: Program,
    *,
    id: str,
    language: str,
    world: World,
    opened_from: str | None = None,
    at: str | None = None,
) -> Decision:
    """A new case in its first step (or in `at`, for scenarios), and what arriving there causes; nothing is stored."""
    first = Visit(1, Place(at or program.flow.start), world.now)
    case = Case(
        id=id,
        flow=program.flow.name,
        version=program.version,
        language=language,
        began=world.now,
        path=(first,),
        opened_from=opened_from,
    )
    walk = Walk(program, case, Actor(holds=True), world)
    walk.to(None)
    arrived = walk.finish()
    return Decision(arrived, arrived.step, events=tuple(walk.change.events), work=tuple(walk.change.work))


def tick(program: Program, case: Case, world: World) -> Decision:
    """What is due by the clock, fired in the order in which it was due; the same case when nothing is."""
    return timers.fire_due(program, case, world)


def act(program: Program, case: Case, actor: Actor, submission: Submission, world: World) -> Decision | Asks:
    """Take a page that was sent.

    Fires first what is due. Raises NotAllowed when the actor lacks the role of the step; a step that is not on the
    path any more, or a button that it does not have, gives a stale decision that shows the current step.
    """
    ticked = timers.fire_due(program, case, world)
    decision = Sending(program, ticked.case, actor, submission, world).run()
    if isinstance(decision, Asks) or not (ticked.events or ticked.work):
        return decision
    return replace(decision, events=ticked.events + decision.events, work=ticked.work + decision.work)
