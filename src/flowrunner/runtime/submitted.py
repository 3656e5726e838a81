"""What was submitted, as its owner reads it: the pages that were sent until then, and what was added in later rounds.

It is frozen: an answer is the one that held when the case was submitted, whatever was changed since. What other roles
typed is not the owner's to read here, and neither are codes and passwords, which no visit holds as answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from flowrunner.model.case import Actor, Case, Visit, World
from flowrunner.model.flow import OWNER, FieldUse, Step
from flowrunner.model.graph import SUBMITTED, moments_of
from flowrunner.model.record import replace
from flowrunner.runtime.environment import Environment
from flowrunner.runtime.look import ShownAnswer
from flowrunner.runtime.program import Program


class Group(Struct, frozen=True):
    """The answers of one page, in its reading order: each question once, where it was asked first."""

    step: Step
    answers: tuple[ShownAnswer, ...]


class SubmissionPart(Struct, frozen=True):
    """What was sent together: at first, or on a later day. `reading` is what the titles of its pages read."""

    on: date | None
    groups: tuple[Group, ...]
    reading: Mapping[str, Any]


class SubmittedCase(Struct, frozen=True):
    """`parts` begins with what was submitted; those that follow were added, in order."""

    reference: str | None
    at: datetime
    parts: tuple[SubmissionPart, ...]


def submitted_case(program: Program, case: Case, actor: Actor, world: World) -> SubmittedCase | None:
    """What was submitted of a case; None when nothing was, or when this actor does not own it."""
    at = case.moments.get(SUBMITTED)
    if at is None or not actor.is_owner(case):
        return None
    first = _length(program, case.trail)
    parts = [_part(program, case, actor, world, case.trail[:first], None)]
    for number in range(first, len(case.trail)):
        visit = case.trail[number]
        groups = _part(program, case, actor, world, case.trail[: number + 1], visit)
        if groups.groups:
            parts.append(groups)
    return SubmittedCase(case.reference, at, tuple(parts))


def _length(program: Program, trail: Sequence[Visit]) -> int:
    """How many visits the trail had when it was submitted."""
    for number, visit in enumerate(trail):
        branches = program.branches(visit.step, visit.pressed or "")
        if visit.branch is not None and SUBMITTED in moments_of(branches[visit.branch].do):
            return number + 1
    return len(trail)


def _part(
    program: Program, case: Case, actor: Actor, world: World, trail: tuple[Visit, ...], only: Visit | None
) -> SubmissionPart:
    """The pages of these visits with the answers that held after them; of `only` one of them, if it is given."""
    env = Environment(program, replace(case, trail=trail, path=()), actor, world).env
    visits = trail if only is None else (only,)
    return SubmissionPart(only.on if only is not None else None, tuple(_groups(program, visits, env)), env)


def _groups(program: Program, visits: Iterable[Visit], env: Mapping[str, Any]) -> Iterator[Group]:
    shown: set[str] = set()
    pages: dict[str, list[ShownAnswer]] = {}
    for visit in visits:
        step = program.flow.steps[visit.step]
        if step.role != OWNER:
            continue
        for use in _answered_uses(step, visit):
            if use.field.name not in shown:
                shown.add(use.field.name)
                pages.setdefault(step.name, []).append(ShownAnswer(use.field, env.get(use.field.name)))
    for name, answers in pages.items():
        yield Group(program.flow.steps[name], tuple(answers))


def _answered_uses(step: Step, visit: Visit) -> Iterator[FieldUse]:
    """What the visit was asked and could answer, as the page was read."""
    action = step.actions.get(visit.pressed or "")
    uses = action.fields if action is not None else step.uses if visit.pressed == "next" else ()
    return (use for use in uses if use.field.name in visit.answers)
