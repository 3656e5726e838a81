"""`drop_roles` takes all roles from the account of the case: an effect on our own records."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class DropRoles(Effect):
    name = "drop_roles"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, {"account": change.case.owner})

    def perform(self, work: Work, records: Records) -> None:
        records.change(records.account(work.values["account"]), roles=frozenset())
