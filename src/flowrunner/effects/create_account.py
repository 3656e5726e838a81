"""`create_account: {if_taken: STEP}` makes the account of the case; the loser of a race for its keys goes to STEP."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flowrunner.effects.base import Change, Effect, Records
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse, Flow


class CreateAccount(Effect):
    name = "create_account"
    takes = "steps"
    required = ("if_taken",)
    checkpoint = True
    session = "renewed"

    def apply(self, use: EffectUse, change: Change) -> None:
        accounts = change.flow.accounts
        if accounts is None:
            return
        secrets = {name: value for visit in change.case.path for name, value in visit.secrets.items()}
        secrets.update(change.visit.secrets)
        work = {
            "sign_in": change.answer(accounts.sign_in_with),
            "profile": {name: change.answer(name) for name in accounts.profile},
            "unique": tuple(unique_keys(accounts.unique, change)),
            "password": next(iter(secrets.values()), None),
            "language": change.case.language,
            "erase_at": kept_until(change.flow, frozenset(), change.now),
        }
        change.do(self.name, work)

    def perform(self, work: Work, records: Records) -> None:
        records.add_account(**work.values)


def kept_until(flow: Flow, roles: frozenset[str], used: datetime) -> datetime | None:
    """Until when an account stays that was used at this moment, if it owns no case: one to which a decision gave a role
    as long as a decided case, any other as long as an undecided one. None when the flow does not say."""
    keep = flow.decided if roles else flow.undecided
    return keep.add_to(used, ZoneInfo(flow.time_zone)) if keep else None


def unique_keys(keys: tuple[tuple[str, ...], ...], change: Change) -> list[tuple[tuple[str, ...], tuple[object, ...]]]:
    """The unique keys that bind: names and answers; a key with a missing answer does not."""
    keyed = [(names, tuple(change.answer(name) for name in names)) for names in keys]
    return [(names, values) for names, values in keyed if all(value not in (None, "") for value in values)]
