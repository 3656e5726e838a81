"""The invariants of the language as checks: each raises AssertionError when it does not hold.

`tests/runtime/test_invariants.py` holds them on any walk; `test_seeded_faults.py` shows that each can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flowrunner.model.case import Actor, Asks, Case, Decision, Submission, Visit, World
from flowrunner.model.graph import edges
from flowrunner.model.record import replace
from flowrunner.runtime import answers
from flowrunner.runtime.environment import Environment
from flowrunner.runtime.interpreter import act
from flowrunner.runtime.look import look
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program

GARBAGE = "something that nobody may read"


def ways_of(path: tuple[Visit, ...]) -> list[tuple[Any, ...]]:
    return [(visit.place, visit.pressed, visit.branch, dict(visit.answers)) for visit in path]


def walked(program: Program, case: Case, world: World) -> Case:
    walk = Walk(program, case, Actor(holds=True), world)
    walk.to(None)
    return walk.finish()


def check_path_follows(program: Program, case: Case, world: World) -> None:
    """The path depends only on answers, facts and buttons on it: walked again from its beginning it is the same."""
    again = walked(program, case, world)
    assert ways_of(again.path) == ways_of(case.path)


def check_aside_is_unread(program: Program, case: Case, world: World) -> None:
    """What was kept aside is read by nothing: whatever it held, path and environment are the same."""
    aside = {place: _spoiled(visit) for place, visit in case.aside.items()}
    path = tuple(replace(visit, aside=dict.fromkeys(visit.aside, GARBAGE)) for visit in case.path)
    spoiled = replace(case, aside=aside, path=path)
    assert _environment(program, spoiled, world) == _environment(program, case, world)
    assert [visit.place for visit in walked(program, spoiled, world).path] == [visit.place for visit in case.path]


def _spoiled(visit: Visit) -> Visit:
    return replace(visit, answers=dict.fromkeys(visit.answers, GARBAGE), pressed=None)


def _environment(program: Program, case: Case, world: World) -> dict[str, Any]:
    reading = Environment(program, case, Actor(holds=True), world)
    for visit in case.path:
        reading.merge(visit)
    return {name: value for name, value in reading.env.items() if name not in ("timer", "code")}


def check_settled_were_complete(program: Program, before: Case, decision: Decision, world: World) -> None:
    """Nothing is settled while a visit of the path is incomplete or breaks a rule: each still passes as it stood."""
    reading = Environment(program, before, Actor(holds=True), world)
    for visit in decision.case.trail[len(before.trail) :]:
        if visit.pressed is None or visit.pressed.startswith("timer:"):
            continue
        questions = program.asks(visit.step, visit.pressed)
        reading.on(visit.on or reading.today)
        # Secrets and proofs of codes are erased when a visit is settled.
        erased = {use.field.name: "" for use in questions.uses if use.field.kind in ("code", "password")}
        passed = replace(visit, proofs=erased, secrets=erased)
        again = answers.judge_again(questions, passed, reading.env, partial(_decided_with, visit))
        assert again is not None, f"{visit.step} was not complete"
        reading.merge(visit)
    assert not decision.problems or decision.case.trail == before.trail


def _decided_with(visit: Visit, env: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: fact.values for name, fact in visit.facts.items()}


def check_change_returns(program: Program, submission: Submission, decision: Decision) -> None:
    """Changing from a summary returns there, by way of any step newly opened; a button that stays on its page does."""
    if submission.change is None or decision.problems or decision.stale:
        return
    pressed = [
        event for event in decision.events if (event.step, event.trigger) == (submission.step, submission.button)
    ]
    ways = program.branches(submission.step, submission.button)
    if any(event.branch is not None and ways[event.branch].move == "stay" for event in pressed):
        assert decision.show == submission.step
        return
    steps = [visit.step for visit in decision.case.path]
    assert decision.show == (submission.change if submission.change in steps else steps[-1])


def check_looking_does_nothing(program: Program, case: Case, actor: Actor, world: World) -> None:
    """A refresh stores nothing and shows the same."""
    kept = replace(case)
    first, second = look(program, case, actor, None, world), look(program, case, actor, None, world)
    assert case == kept
    if first is not None:
        assert second is not None
        assert (first.step, first.questions, first.lines, first.blocks) == (
            second.step,
            second.questions,
            second.lines,
            second.blocks,
        )


def check_pressed_twice(
    program: Program, decision: Decision, actor: Actor, submission: Submission, world: World
) -> None:
    """Sending the same page again does nothing twice. Only a button that stays on its page, and a side step, act each
    time that they are pressed: there the one-time id of the form tells the two apart."""
    step = program.flow.steps.get(submission.step)
    if decision.problems or step is None or step.side or not actor.may_act_as(step.role, decision.case):
        return
    branches = dict(step.triggers()).get(submission.button, ())
    if any(branch.move == "stay" for branch in branches):
        return
    again = act(program, decision.case, actor, submission, world)
    if not isinstance(again, Asks):
        assert [work.effect for work in again.work] == []


def check_bounded(program: Program, case: Case) -> None:
    """Between two returns no walk has more moves than the flow has steps."""
    places = [visit.place for visit in case.path]
    assert len(set(places)) == len(places) <= len(program.flow.steps)


def check_replay(program: Program, began_at: str, decisions: list[Decision]) -> None:
    """Replaying the events on the flow version gives the trail: the same visits, by ways that the flow has."""
    events = [event for decision in decisions for event in decision.events if event.kind in ("settled", "recorded")]
    trail = decisions[-1].case.trail
    assert [(event.visit, event.step, event.trigger, event.branch) for event in events] == [
        (visit.number, visit.step, visit.pressed, visit.branch) for visit in trail
    ]
    ways = {(edge.step, edge.trigger, edge.index, edge.to) for edge in edges(program.flow)}
    walk = [event for event in events if event.kind == "settled"]
    here = began_at
    for event in walk:
        assert event.step == here
        onward = [to for step, trigger, index, to in ways if (step, trigger, index) == _key(event)]
        after = walk[walk.index(event) + 1].step if event is not walk[-1] else decisions[-1].case.path[0].step
        assert after in onward
        here = after


def _key(event: Any) -> tuple[str, str | None, int | None]:
    return (event.step, event.trigger, event.branch)


def check_kept(before: Case, after: Case) -> None:
    """Moments keep their first time, the trail is only added to, codes stay while they live."""
    assert after.trail[: len(before.trail)] == before.trail
    assert {name: after.moments.get(name) for name in before.moments} == dict(before.moments)
    assert after.visits >= before.visits
    for name, state in before.codes.items():
        now = after.codes[name]
        if state.expires is None and state.spent is None and state.to == now.to and now.spent is None:
            assert now.nonce == state.nonce


def check_pure(program: Program, case: Case, actor: Actor, submission: Submission, world: World) -> None:
    """The same inputs give the same decision, and are left as they were."""
    kept = replace(case)
    first, second = (act(program, case, actor, submission, world) for _ in range(2))
    assert first == second
    assert case == kept
