"""What the use cases need of others: sources that answer or fail, our own accounts, effects on our own records."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Ask, Value, Work
from flowrunner.model.record import replace
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases.account_effects import Performance, perform
from flowrunner.service.cases.cases import Cases
from flowrunner.service.sources.account_reader import AccountReader
from flowrunner.service.sources.sources import Sources
from flowrunner.sources.base import Lookup, SourceFailed
from flowrunner.store import accounts, cases
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from tests.service.conftest import FLOW, NOW, count, send


class Scripted(Lookup):
    """Answers as it is told: a mapping, an exception, or after so many seconds."""

    def __init__(self, answer: Mapping[str, Value] | Exception | float) -> None:
        self.answer = answer

    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        if isinstance(self.answer, float):
            time.sleep(self.answer)
            return {}
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class TestSources:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"status": "good_standing", "class": "full", "more": "x"}, "answered"),
            (SourceFailed("down"), "failed"),
            (SourceFailed("slow", late=True), "late"),
            (RuntimeError("you@example.org"), "failed"),
            (0.4, "late"),
        ],
    )
    def test_whatever_it_does_becomes_a_fact(
        self,
        service: Cases,
        catalogue: Catalogue,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        answer: Mapping[str, Value] | Exception | float,
        why: str,
    ) -> None:
        program = catalogue.current(FLOW)
        assert program is not None
        source = replace(program.flow.sources["membership"], timeout=0.1)
        flow = replace(program.flow, sources={**program.flow.sources, "membership": source})
        monkeypatch.setattr("flowrunner.service.sources.sources._Pool.lookup", lambda desk, flow: Scripted(answer))
        (fact,) = service._sources.ask(flow, [Ask("membership", ("cicc", "R1"))], NOW)
        assert fact.why == why
        assert set(fact.values) == {"status", "class"}
        assert "you@example.org" not in caplog.text

    def test_a_source_that_nobody_configured_failed(self, database: Database, catalogue: Catalogue) -> None:
        program = catalogue.current(FLOW)
        assert program is not None
        sources = Sources(database, {}, Path())
        (fact,) = sources.ask(program.flow, [Ask("membership", ("cicc", "R1"))], NOW)
        sources.close()
        assert (fact.why, fact.values) == ("failed", {"status": "unknown", "class": "unknown"})


class TestAccounts:
    def test_a_new_account_has_the_role_that_is_none_and_the_state_of_its_case(
        self, service: Cases, database: Database, catalogue: Catalogue
    ) -> None:
        program = catalogue.current(FLOW)
        case = send(service, "welcome", "first").case
        assert program is not None
        assert case is not None
        key = (("email",), ("new@example.org",))
        with database.writing() as transaction:
            accounts.add(transaction, AccountRow("a1", "new@example.org"), [key], NOW)
        reader = AccountReader(database, program.flow, program.flow.sources["email_account"], {"open": "draft"})
        found = reader.find_account({"email": "new@example.org"})
        assert found is not None
        assert (found["role"], found["status"]) == ("applicant", "none")
        with database.writing() as transaction:
            owned = replace(case, owner="a1", revision=case.revision + 1)
            cases.save(transaction, owned, case.revision, cases.Schedule("owner"))
        again = reader.find_account({"email": "new@example.org"})
        assert again is not None
        assert again["status"] == "draft"

    def test_samples_are_loaded_once(
        self, service: Cases, database: Database, catalogue: Catalogue, repository: Path
    ) -> None:
        program = catalogue.current(FLOW)
        assert program is not None
        before = count(database, "accounts")
        assert load_sample_accounts(database, program.flow, repository / "flows/data/accounts.csv", NOW) == 0
        assert count(database, "accounts") == before > 0


class TestPerformers:
    def test_what_leaves_the_house_goes_to_the_outbox_once(self, service: Cases, database: Database) -> None:
        case = send(service, "welcome", "first").case
        assert case is not None
        for _ in range(2):
            with database.writing() as transaction:
                work = Work("send", "key", {"message": "verify", "by": ("email",), "to": "you@example.org"})
                perform(work, Performance(transaction, case, "token", NOW))
        assert count(database, "outbox") == 1

    def test_roles_are_granted_and_taken(self, service: Cases, database: Database) -> None:
        case = send(service, "welcome", "first").case
        assert case is not None
        with database.writing() as transaction:
            accounts.add(transaction, AccountRow("a1", "new@example.org"), [], NOW)
            on = Performance(transaction, case, "token", NOW)
            perform(Work("grant", "k1", {"account": "a1", "role": "representative", "staff": False}), on)
            perform(Work("set_password", "k2", {"account": "a1", "password": "hash"}), on)
            found = accounts.load(transaction, "a1")
            assert found is not None
            assert (found.roles, found.password) == (frozenset({"representative"}), "hash")
            perform(Work("revoke", "k3", {"account": "a1", "role": "representative"}), on)
            after = accounts.load(transaction, "a1")
            assert after is not None
            assert not after.roles
