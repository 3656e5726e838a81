"""`update_account` writes the answers that belong to the profile into the account of the case."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.effects.create_account import unique_keys
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse


class UpdateAccount(Effect):
    """A unique key that another account has is the problem `taken` beside its field (`World.lost`)."""

    name = "update_account"

    def apply(self, use: EffectUse, change: Change) -> None:
        accounts = change.flow.accounts
        if accounts is None:
            return
        profile = {name: change.env[name] for name in accounts.profile if name in change.env}
        unique = tuple(unique_keys(accounts.unique, change))
        work = {"account": change.case.owner, "profile": profile, "unique": unique}
        change.do(self.name, work)

    def perform(self, work: Work, records: Records) -> None:
        account = records.account(work.values["account"])
        records.change(account, work.values["unique"], profile={**account.profile, **work.values["profile"]})
