"""`set_password` gives the account the password that this page asked."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class SetPassword(Effect):
    name = "set_password"

    def apply(self, use: EffectUse, change: Change) -> None:
        password = next(iter(change.visit.secrets.values()), None)
        change.do(self.name, {"account": change.case.owner, "password": password})
