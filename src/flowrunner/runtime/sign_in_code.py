"""The second factor: a one-time code that confirms signing in, outside any page of a flow.

Its state is kept in a case of its own, which nobody holds and which leads nowhere: so it is issued, sent, judged and
counted by the very code that serves the codes of pages.
"""

from __future__ import annotations

from datetime import datetime

from flowrunner.effects.base import Change
from flowrunner.effects.issue_code import WAIT, issue
from flowrunner.model import codes
from flowrunner.model.case import Actor, Case, Decision, Place, Problem, Visit, World
from flowrunner.model.flow import Code
from flowrunner.model.record import replace
from flowrunner.runtime.codes import judge_code
from flowrunner.runtime.environment import Environment, expiry
from flowrunner.runtime.program import Program

NOBODY = Actor()


def begin_confirming(program: Program, *, id: str, sign_in: str, language: str, world: World) -> Decision:
    """A case that holds the code with which this flow confirms signing in, and the work of sending it to `sign_in`."""
    accounts = program.flow.accounts
    assert accounts is not None
    day = world.now.astimezone(program.zone).date()
    answers = {accounts.sign_in_with: sign_in}
    visit = Visit(1, Place(program.flow.start), world.now, answers, pressed="next", branch=0, on=day)
    case = Case(id, program.flow.name, program.version, language, world.now, (visit,))
    return send_confirmation(program, case, world)


def send_confirmation(program: Program, case: Case, world: World) -> Decision:
    """Send the code: the same value while it lives, at most once in a minute (`too_soon`)."""
    reading, change = _begun(program, case, world)
    code = confirming_code(program)
    state = case.codes.get(code.name)
    if state is not None and codes.blocked_today(code, state, reading.today):
        return Decision(case, case.step, (Problem(None, "too_many"),))
    if state is not None and state.sent is not None and world.now - state.sent < WAIT:
        return Decision(case, case.step, (Problem(None, "too_soon"),))
    issue(code, change)
    return Decision(change.case, case.step, work=tuple(change.work))


def confirm(program: Program, case: Case, typed: str, world: World) -> Decision:
    """Compare what was typed with the code. A right one is spent; a wrong one has cost a try in the case given back."""
    reading, change = _begun(program, case, world)
    code_of_flow = confirming_code(program)
    code = judge_code(reading, code_of_flow, typed, change)
    if code is not None:
        return Decision(change.case, case.step, (Problem(None, code),))
    spent = replace(change.case.codes[code_of_flow.name], spent=world.now)
    return Decision(replace(change.case, codes={**change.case.codes, code_of_flow.name: spent}), case.step)


def sign_in_code_expires(program: Program, case: Case, world: World) -> datetime | None:
    """Until when the code that the case holds can be entered; None when it cannot, or has no end."""
    code = confirming_code(program)
    if code.name not in case.codes:
        return None
    reading, _ = _begun(program, case, world)
    end = expiry(reading, code.name)
    return end if codes.live(code, case.codes.get(code.name), world.now, end) else None


def confirming_code(program: Program) -> Code:
    """The code that this flow confirms signing in with. Only asked of a flow that has one."""
    accounts = program.flow.accounts
    assert accounts is not None
    assert accounts.confirm_sign_in is not None
    return program.flow.codes[accounts.confirm_sign_in]


def _begun(program: Program, case: Case, world: World) -> tuple[Environment, Change]:
    reading = Environment(program, case, NOBODY, world)
    for visit in case.path:
        reading.merge(visit)
    return reading, Change(program.flow, case, world, reading.env, case.path[-1])
