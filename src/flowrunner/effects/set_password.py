"""`set_password` gives the account the password that this page asked.

Before anybody is signed in, it is the account whose address was proved on the way: that is what recovering one needs.
"""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class SetPassword(Effect):
    name = "set_password"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        password = next(iter(change.visit.secrets.values()), None)
        change.do(self.name, {**change.whose(), "password": password})

    def perform(self, work: Work, records: Records) -> None:
        """Where the address that was proved is nobody's, nothing happens: the page must not tell."""
        proved = work.values.get("sign_in")
        account = records.proved(proved) if proved else records.account(work.values["account"])
        if account is not None:
            records.change(account, password=work.values["password"])
