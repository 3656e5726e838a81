"""`grant: ROLE` gives the account of the case a role."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class Grant(Effect):
    name = "grant"
    takes = "role"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        staff = change.flow.roles[use.argument].staff
        change.do(self.name, {"account": change.case.owner, "role": use.argument, "staff": staff})
