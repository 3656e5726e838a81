"""Cases that were submitted, for tests of what comes after: walked by a scenario, stored as the service stores them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flowrunner.catalogue import Catalogue
from flowrunner.effects.submit import reference_number
from flowrunner.model.case import Case, Decision, Event, World
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.scenarios.player import Player
from flowrunner.scenarios.read import read_scenario
from flowrunner.scenarios.scenario import Played, Scenario
from flowrunner.service.cases.decisions import schedule
from flowrunner.store import accounts, cases, sessions, versions
from flowrunner.store import events as event_rows
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database

SCENARIOS = Path(__file__).parent.parent / "flows" / "scenarios"
IN_DOUBT = "officer_refuses"
SILENT_REGISTER = "register_cannot_answer"


class _Recorder(Player):
    """Plays, and keeps what happened."""

    def __init__(self, program: Program, scenario: Scenario, played: Played) -> None:
        self.events: list[Event] = []
        super().__init__(program, scenario, played)

    def _take(self, decision: Decision) -> None:
        self.events += decision.events
        super()._take(decision)


@lru_cache(maxsize=32)
def _walked(program: Program, path: Path, step: str) -> tuple[Case, tuple[Event, ...], AccountRow | None]:
    scenario, wrong = read_scenario(path)
    assert scenario is not None, wrong
    player = _Recorder(program, scenario, Played(scenario))
    for line in scenario.lines:
        if player.case.step == step:
            break
        assert player.play(line), [str(each) for each in player.played.findings]
    assert player.case.step == step
    account = player.records.by_id(player.case.owner)
    row = AccountRow(account.id, account.sign_in, account.roles, profile=account.profile) if account else None
    return player.case, tuple(player.events), row


class Placing:
    """Puts cases into a database. Each has an owner of its own."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database = database
        self.catalogue = catalogue

    def place(
        self,
        scenario: str = SILENT_REGISTER,
        step: str = "in_review",
        flow: str = "registration",
        since: datetime | None = None,
        language: str | None = None,
    ) -> Case:
        """A case as a scenario has walked it to a step."""
        program = self.catalogue.current(flow)
        assert program is not None
        walked, events, owner = _walked(program, SCENARIOS / flow / f"{scenario}.yaml", step)
        ident, account = os.urandom(16).hex(), os.urandom(16).hex()
        here = walked.path[-1]
        case = replace(
            walked,
            id=ident,
            owner=account if walked.owner else None,
            reference=reference_number(os.urandom(16)) if walked.reference else None,
            path=(*walked.path[:-1], replace(here, since=since or here.since)),
            language=language or walked.language,
        )
        made = [replace(event, account=account if event.account else None) for event in events]
        self._store(
            program, case, made, replace(owner, id=account, sign_in=f"{account}@example.org") if owner else None
        )
        return case

    def _store(self, program: Program, case: Case, events: Iterable[Event], owner: AccountRow | None) -> None:
        keys = self.database.keys
        plan = schedule(program, case, World(case.began, b"0" * 32, keys.seal, keys.current))
        with self.database.writing() as transaction:
            bundle = self.catalogue.bundle(case.flow, case.version)
            versions.keep(transaction, case.flow, case.version, bundle, case.began)
            if owner is not None:
                accounts.add(transaction, owner, [], case.began)
            cases.add(transaction, case, plan)
            event_rows.record(transaction, case, events)

    def account(self, sign_in: str, *roles: str, password: str | None = None) -> str:
        """An account with these roles; its id."""
        row = AccountRow(os.urandom(16).hex(), sign_in, frozenset(roles), password=password)
        with self.database.writing() as transaction:
            accounts.add(transaction, row, [(("email",), (sign_in,))], datetime.fromisoformat("2026-01-01T00:00Z"))
        return row.id

    def session(self, account: str, now: datetime, *, confirmed: bool = True) -> str:
        """The token of a session in which an account is signed in."""
        before, token = os.urandom(8).hex(), os.urandom(8).hex()
        with self.database.writing() as transaction:
            sessions.rotate(transaction, before, token, account, now, confirmed=confirmed)
        return token

    def load(self, case: Case) -> Case:
        """The case as it is stored now."""
        with self.database.reading() as transaction:
            found = cases.load(transaction, case.id)
        assert found is not None
        return found

    def events(self, case: Case) -> list[tuple[str, str | None]]:
        """What happened to a case that staff did: the kinds, and by which account."""
        with self.database.reading() as transaction:
            return [(event.kind, event.account) for event in event_rows.events_of(transaction, case.id)]
