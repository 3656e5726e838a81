"""`end_sessions` ends every session of the account (`Change.whose`), and every sign-in that was begun."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class EndSessions(Effect):
    name = "end_sessions"
    session = "renewed_if_signed_in"

    def apply(self, use: EffectUse, change: Change) -> None:
        change.do(self.name, change.whose())

    def perform(self, work: Work, records: Records) -> None:
        """The session in which it is asked goes on under another token."""
        proved = records.proved(work.values.get("sign_in"))
        account = proved.id if proved is not None else work.values["account"]
        if account is not None:
            records.end_sessions(account)
