"""`revoke: ROLE` takes a role from the account of the case."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class Revoke(Effect):
    name = "revoke"
    takes = "role"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, {"account": change.case.owner, "role": use.argument})

    def perform(self, work: Work, records: Records) -> None:
        account = records.account(work.values["account"])
        records.change(account, roles=account.roles - {work.values["role"]})
