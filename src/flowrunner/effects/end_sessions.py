"""`end_sessions` ends every session of the account (`Change.whose`), and every sign-in that was begun."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class EndSessions(Effect):
    name = "end_sessions"

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, change.whose())
