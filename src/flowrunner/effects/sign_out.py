"""`sign_out` ends the session; the case stays where it is."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class SignOut(Effect):
    name = "sign_out"
    session = "ended"

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, {})

    def perform(self, work: Work, records: Records) -> None:
        records.end_session()
