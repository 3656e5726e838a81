"""What a row of a case is searched and scheduled by."""

from __future__ import annotations

from datetime import datetime

from flowrunner.model.case import Case, World
from flowrunner.model.graph import SUBMITTED
from flowrunner.runtime.program import Program
from flowrunner.runtime.redaction import redact_at
from flowrunner.runtime.timers import next_due
from flowrunner.store.cases import Schedule


def schedule(program: Program, case: Case, world: World) -> Schedule:
    """Who it waits for, when time has something to do for it, when it is to be erased, and when answers of it are."""
    return Schedule(
        waiting_role=program.flow.steps[case.step].role,
        next_due=next_due(program, case, world),
        erase_at=_erase_at(program, case, world.now),
        redact_at=redact_at(program, case, world.now),
    )


def _erase_at(program: Program, case: Case, used: datetime) -> datetime | None:
    """So long after the last use; never while a submitted case waits for a decision."""
    decided = SUBMITTED in case.moments
    if decided and case.ended is None:
        return None
    keep = program.flow.decided if decided else program.flow.undecided
    return keep.add_to(used, program.zone) if keep else None
