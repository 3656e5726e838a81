"""`sign_out` ends the session; the case stays where it is."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class SignOut(Effect):
    name = "sign_out"

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, {})
