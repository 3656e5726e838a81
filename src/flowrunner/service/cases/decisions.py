"""Keeping a decision: the case, what it is searched and scheduled by, what happened and what it causes, in one
transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Actor, Case, Decision, Value, World
from flowrunner.model.flow import Flow
from flowrunner.model.graph import SUBMITTED
from flowrunner.runtime.environment import reading
from flowrunner.runtime.program import Program
from flowrunner.runtime.redaction import redact_at
from flowrunner.runtime.timers import next_due
from flowrunner.service.cases.account_effects import Performance, perform
from flowrunner.service.mail.notices import post_notice
from flowrunner.store import cases, resume_keys, unsubmitted
from flowrunner.store import events as event_rows
from flowrunner.store.cases import NO_COLUMNS, Schedule
from flowrunner.store.database import Transaction


def keep_decision(
    transaction: Transaction,
    case: Case,
    expected: int | None,
    decision: Decision,
    plan: Schedule,
    now: datetime,
    token: str = "",
    key: bytes = b"",
    searched: Mapping[str, Any] = NO_COLUMNS,
    notified_flows: Collection[str] = (),
) -> None:
    """Keep a case if its stored revision is still `expected` (None: it is new), with the decision's events and work.

    `token` is the session of whoever acted, "" when nobody did; `key` the case's data key and `searched` what its row
    is found by, if they are at hand; `notified_flows` those of which a team is told what is submitted. Raises Conflict
    and LostRace.
    """
    if expected is None:
        cases.add(transaction, case, plan)
    else:
        cases.save(transaction, case, expected, plan, key, searched)
    if case.ended:
        # With an end nothing of the case waits to be sent, whoever or whatever brought it about.
        unsubmitted.drop(transaction, case.id, None)
    event_rows.record(transaction, case, decision.events)
    for work in decision.work:
        perform(work, Performance(transaction, case, token, now))
    if case.flow in notified_flows:
        post_notice(transaction, case, decision.work, now)


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


def is_idle(start: Case, decision: Decision, new: bool) -> bool:
    """Whether there is nothing to keep: a refusal that cost nothing, or a page that has no place any more."""
    nothing = not decision.events and not decision.work
    refused = bool(decision.problems) or decision.stale
    return refused and nothing and (new or decision.case == start)


NOBODY = Actor()


def keep_key(transaction: Transaction, program: Program, before: Case, case: Case, world: World) -> None:
    """Let a case of a flow that says how (`resume`) be found by what it says now. Writes only when that is not what it
    said before."""
    key = _key(transaction, program, case, world)
    if key != _key(transaction, program, before, world):
        resume_keys.set_key(transaction, case.id, key)


def _key(transaction: Transaction, program: Program, case: Case, world: World) -> str | None:
    values = resume_values(program, case, world)
    return None if values is None else resume_key(transaction, program, values)


def resume_key(transaction: Transaction, program: Program, values: Mapping[str, Value]) -> str:
    """The key for these answers, in the order in which the flow names them."""
    names = program.flow.resume
    return resume_keys.resume_digest(transaction, program.flow.name, names, [values[name] for name in names])


def resume_values(program: Program, case: Case, world: World) -> Mapping[str, Value] | None:
    """What opens this case elsewhere: the answers, and the present value of a code. None while something of it is
    missing, and once the case belongs to an account or has ended."""
    if case.owner is not None or case.ended is not None:
        return None
    flow = program.flow
    codes = resume_codes(flow)
    if not set(codes.values()) <= case.codes.keys():
        return None
    env = reading(program, case, NOBODY, world)
    values = {name: str(env["code"][codes[name]]) if name in codes else env.get(name) for name in flow.resume}
    return None if None in values.values() else values


def resume_codes(flow: Flow) -> Mapping[str, str]:
    """The fields among what opens a case that ask for a one-time code, each with that code."""
    fields = [flow.fields[name] for name in flow.resume]
    return {field.name: field.options["code"] for field in fields if FIELD_TYPES[field.kind].is_code}
