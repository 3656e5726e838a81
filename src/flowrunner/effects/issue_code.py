"""`issue_code: CODE` makes a one-time code ready, and sends it if it is one that is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.effects.base import Change, Effect
from flowrunner.effects.send import address_of, send_message
from flowrunner.model import codes
from flowrunner.model.case import CodeState
from flowrunner.model.flow import Code, EffectUse, Flow
from flowrunner.model.record import replace
from flowrunner.timer_kinds.due import deadline

WAIT = timedelta(seconds=60)


class IssueCode(Effect):
    name = "issue_code"
    takes = "code"
    on_enter = True

    def apply(self, use: EffectUse, change: Change) -> None:
        issue(change.flow.codes[use.argument], change)

    def sets(self, argument: Any) -> frozenset[str]:
        return frozenset({f"code.{argument}"})

    def sends(self, argument: Any, flow: Flow) -> str | None:
        return flow.codes[argument].send


def issue(code: Code, change: Change) -> None:
    """Keep the value that lives, else make another; send it unless the same went there within the minute."""
    state = change.case.codes.get(code.name)
    message = change.flow.messages[code.send] if code.send else None
    to = address_of(message, change) if message else None
    if state is None or not codes.live(code, state, change.now, expires(code, change)) or state.to != to:
        state = _fresh(code, change, state, to)
    if message and (state.sent is None or change.now - state.sent >= WAIT):
        state = replace(state, sent=change.now)
        send_message(message, change, code.name)
    change.update(codes={**change.case.codes, code.name: state})


def expires(code: Code, change: Change) -> datetime | None:
    """When the value that the case holds goes out of time."""
    if code.until is not None:
        return deadline(change.flow, change.flow.timers[code.until], change.case, change.env)
    state = change.case.codes.get(code.name)
    return state.expires if state else None


def _fresh(code: Code, change: Change, old: CodeState | None, to: str | None) -> CodeState:
    zone = ZoneInfo(change.flow.time_zone)
    return CodeState(
        nonce=change.draw(f"code:{code.name}").hex(),
        key_id=change.world.key_id,
        issued=change.now,
        expires=code.valid.add_to(change.now, zone) if code.valid else None,
        wrong_on=old.wrong_on if old else None,
        to=to,
    )
