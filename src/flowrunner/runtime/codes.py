"""Verifying the one-time codes that a page asks: a wrong try costs one, whatever becomes of the submission."""

from __future__ import annotations

import hashlib

from flowrunner.effects.base import Change
from flowrunner.effects.issue_code import WAIT, issue
from flowrunner.model import codes
from flowrunner.model.case import Event, Problem, Visit
from flowrunner.model.flow import Code
from flowrunner.model.record import replace
from flowrunner.runtime.environment import Environment, code_value, expiry


def judge_codes(reading: Environment, typed: dict[str, str], change: Change) -> tuple[dict[str, str], list[Problem]]:
    """Compare what was typed with the codes of the case: proofs of those that are right, problems of the others."""
    proofs: dict[str, str] = {}
    problems = []
    for field, value in typed.items():
        code = _code_of(reading, field)
        wrong = judge_code(reading, code, value, change)
        if wrong:
            problems.append(Problem(field, wrong))
            change.events.append(Event(change.now, f"code_{wrong}", change.visit.step))
        else:
            proofs[field] = proof(reading, code)
            _prove(reading, code, change)
    return proofs, problems


def _code_of(reading: Environment, field: str) -> Code:
    return reading.program.flow.codes[reading.program.flow.fields[field].options["code"]]


def judge_code(reading: Environment, code: Code, value: str, change: Change) -> str | None:
    """What is wrong with a value that was typed (`expired`, `too_many`, `wrong`), None when it is the code. A wrong one
    is counted in the changed case."""
    state = change.case.codes.get(code.name)
    if state is None:
        return "expired"
    if codes.used_up(code, state, reading.today):
        return "too_many"
    if not codes.live(code, state, change.now, expiry(reading, code.name)):
        return "expired"
    if codes.same(value, code_value(reading, code.name)):
        return None
    counted = codes.count_wrong(state, reading.today)
    change.update(codes={**change.case.codes, code.name: counted})
    return "too_many" if codes.used_up(code, counted, reading.today) else "wrong"


def _prove(reading: Environment, code: Code, change: Change) -> None:
    """Passing a code that was sent to an address proves that address."""
    state = change.case.codes[code.name]
    if code.send and state.to:
        change.update(proved=change.case.proved | {state.to})


def proof(reading: Environment, code: Code) -> str:
    """What is kept of an accepted code: enough to see that it is still the same, too little to read it."""
    state = reading.case.codes[code.name]
    sealed = reading.world.seal(state.key_id, b"proof:" + code_value(reading, code.name).encode())
    return hashlib.sha256(sealed).hexdigest()


def still_proved(reading: Environment, visit: Visit) -> bool:
    """Whether the codes that a visit passed are still the codes of the case."""
    return all(
        _code_of(reading, field).name in reading.case.codes and proof(reading, _code_of(reading, field)) == stored
        for field, stored in visit.proofs.items()
    )


def resend_code(reading: Environment, field: str, code: Code, change: Change) -> Problem | None:
    """Answer "Request a new code": the same value while it lives, at most once in 60 seconds."""
    state = change.case.codes.get(code.name)
    if state is not None and codes.blocked_today(code, state, reading.today):
        return Problem(field, "too_many")
    if state is not None and state.sent is not None and change.now - state.sent < WAIT:
        return Problem(field, "too_soon")
    issue(code, change)
    return None


def spend(change: Change, visits: tuple[Visit, ...]) -> None:
    """Codes that settled visits passed are used: they are accepted once."""
    used = {change.flow.fields[field].options["code"] for visit in visits for field in visit.proofs}
    spent = {name: replace(change.case.codes[name], spent=change.now) for name in used if name in change.case.codes}
    if spent:
        change.update(codes={**change.case.codes, **spent})
