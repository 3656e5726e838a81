"""Redaction: answers that are kept for a shorter time than their case (field-level retention), `privacy: {keep: 30
days}`, counted from the end of the case. Until then its steps may read them; a case that never ends goes as a whole, by
the flow's `retention`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from flowrunner.model.case import Case, Fact, Value, Visit
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program

Held = TypeVar("Held")


def redact_at(program: Program, case: Case, now: datetime) -> datetime | None:
    """When the next answer is to go after `now`; None when none is, or the case goes on."""
    return min((day for day in _days(program, case).values() if day > now), default=None)


def fields_to_redact(program: Program, case: Case, now: datetime) -> frozenset[str]:
    """The fields whose answers are not kept any longer, with all that is worked out from them."""
    over = {name for name, day in _days(program, case).items() if day <= now}
    before = 0
    while len(over) > before:
        before = len(over)
        over |= {name for name, field in program.flow.fields.items() if field.value and field.value.names & over}
    return frozenset(over)


def redact_case(program: Program, case: Case, now: datetime) -> Case:
    """The case without those answers: in no visit, and in no question that a source was asked."""
    names = fields_to_redact(program, case, now)
    if not names:
        return case
    return replace(
        case,
        path=tuple(_visit(program, visit, names) for visit in case.path),
        trail=tuple(_visit(program, visit, names) for visit in case.trail),
        aside={place: _visit(program, visit, names) for place, visit in case.aside.items()},
        facts=tuple(_fact(program, fact, names) for fact in case.facts),
        # Where a code went is what somebody typed, and no code is of use any more.
        codes={name: replace(state, to=None) for name, state in case.codes.items()},
    )


def _days(program: Program, case: Case) -> Mapping[str, datetime]:
    """When the answers of each field go that says so itself."""
    if case.ended is None:
        return {}
    return {name: keep.add_to(case.ended, program.zone) for name, keep in program.retention.items()}


def _visit(program: Program, visit: Visit, names: frozenset[str]) -> Visit:
    return replace(
        visit,
        answers=_without(visit.answers, names),
        aside=_without(visit.aside, names),
        secrets=_without(visit.secrets, names),
        proofs=_without(visit.proofs, names),
        facts={name: _fact(program, fact, names) for name, fact in visit.facts.items()},
    )


def _fact(program: Program, fact: Fact, names: frozenset[str]) -> Fact:
    source = program.flow.sources.get(fact.source)
    if source is None or not names & set(source.asks.values()):
        return fact
    arguments: list[Value] = [
        None if name in names else value for name, value in zip(source.asks.values(), fact.given, strict=False)
    ]
    return replace(fact, given=tuple(arguments))


def _without(values: Mapping[str, Held], names: frozenset[str]) -> dict[str, Held]:
    return {name: value for name, value in values.items() if name not in names}
