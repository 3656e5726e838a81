"""Looking at a place that every flow has: what its page shows an account, or whoever holds a case.

Most places are about no case, so what they may read is little: who is signed in, and the day. The answers of some case
are never read there, not even those of the only one: a page that is about an account says the same however many it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flowrunner.model.case import Actor, Case, Problem, World
from flowrunner.model.flow import AccountPage, Block
from flowrunner.runtime.environment import account_record, reading, switched
from flowrunner.runtime.look import PageQuestion, ShownAnswer, ShownLine
from flowrunner.runtime.program import Program


class PlacePage(Struct, frozen=True):
    """A place as one actor sees it now. `blocks` are those whose `when` holds, in reading order; `lines` what stands in
    its summaries, by their index in `blocks`. It asks nothing. `reading` is the environment of texts."""

    place: AccountPage
    reading: Mapping[str, Any]
    blocks: tuple[Block, ...] = ()
    lines: Mapping[int, tuple[ShownLine, ...]] = field(default_factory=dict)
    questions: Mapping[str, PageQuestion] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def look_at_place(
    program: Program, place: AccountPage, actor: Actor, language: str, world: World, case: Case | None = None
) -> PlacePage:
    """The page of a place. `case` is the one that it is about, None for a place that is about none."""
    if case is None:
        env = reading_without_case(program, actor, language, world)
    else:
        env = reading(program, case, actor, world)
    shown = (block for block in place.content if not block.uses)
    blocks = tuple(block for block in shown if block.when is None or block.when.evaluate(env))
    lines = {i: _lines(program, block, env) for i, block in enumerate(blocks) if block.lines}
    return PlacePage(place, env, blocks, lines)


def reading_without_case(program: Program, actor: Actor, language: str, world: World) -> dict[str, Any]:
    """What can be read where there is no case: who is signed in, and the day in the flow's zone. `actor.owner` is not
    among it, because nobody owns what is not there; all else reads as nothing."""
    return {
        **switched(world),
        "today": world.now.astimezone(program.zone).date(),
        "case": {"language": language},
        "account": account_record(actor),
        "actor": dict.fromkeys(actor.roles, True),
        "timer": {},
        "code": {},
    }


def _lines(program: Program, block: Block, env: Mapping[str, Any]) -> tuple[ShownLine, ...]:
    """What is shown in a place is changed elsewhere."""
    fields = program.flow.fields
    return tuple(
        ShownLine(tuple(ShownAnswer(fields[name], env.get(name)) for name in line.fields), None) for line in block.lines
    )
