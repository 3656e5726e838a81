"""`grant: ROLE` gives the account of the case a role."""

from __future__ import annotations

from typing import Any

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class Grant(Effect):
    name = "grant"
    takes = "role"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        staff = change.flow.roles[use.argument].staff
        change.do(self.name, {"account": change.case.owner, "role": use.argument, "staff": staff})

    def perform(self, work: Work, records: Records) -> None:
        """Time erases nobody of the staff."""
        account = records.account(work.values["account"])
        retention: dict[str, Any] = {"erase_at": None} if work.values["staff"] else {}
        records.change(account, roles=account.roles | {work.values["role"]}, **retention)
