"""What effects do to our own records, and the asking that never ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Asks, Case, Place, Submission, Visit, Work
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases import cases as use_cases
from flowrunner.service.cases.account_effects import LostRace, Performance, perform
from flowrunner.service.cases.cases import AskedTooOften, Cases, FormStamp
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store import accounts
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CASE = Case(id="c1", flow="trip", version="v1", language="en", began=NOW, path=(Visit(1, Place("first"), NOW),))
MEMBERSHIP = ("regulator", "membership_number")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(database_url, open_keys(tmp_path))
    with opened.writing() as transaction:
        for name in ("a1", "a2"):
            keys = [(("email",), (f"{name}@example.org",)), (MEMBERSHIP, ("cicc", name))]
            accounts.add(transaction, AccountRow(name, f"{name}@example.org", profile={"phone": "1"}), keys, NOW)
    yield opened
    opened.close()


def do(database: Database, effect: str, **values: Any) -> None:
    with database.writing() as transaction:
        perform(Work(effect, f"{effect}-key", values), Performance(transaction, CASE, "token", NOW))


def account(database: Database, name: str = "a1") -> AccountRow:
    with database.reading() as transaction:
        found = accounts.load(transaction, name)
    assert found is not None
    return found


class TestAccountWork:
    def test_a_profile_is_merged_and_its_key_moves(self, database: Database) -> None:
        do(database, "update_account", account="a1", profile={"family_name": "Roy"}, unique=((MEMBERSHIP, ("x", "9")),))
        assert dict(account(database).profile) == {"phone": "1", "family_name": "Roy"}
        with database.reading() as transaction:
            assert accounts.find(transaction, MEMBERSHIP, ("cicc", "a1")) is None
            assert accounts.find(transaction, MEMBERSHIP, ("x", "9")) == account(database)

    def test_a_key_of_another_is_lost_and_nothing_changes(self, database: Database) -> None:
        unique = ((MEMBERSHIP, ("cicc", "a2")),)
        with pytest.raises(LostRace) as lost:
            do(database, "update_account", account="a1", profile={"phone": "2"}, unique=unique)
        assert lost.value.names == {f"update_account:{name}" for name in MEMBERSHIP}
        assert dict(account(database).profile) == {"phone": "1"}

    @pytest.mark.parametrize("sign_in", ["a1@example.org", "new@example.org"])
    def test_an_account_of_taken_keys_is_not_made(self, database: Database, sign_in: str) -> None:
        values: dict[str, Any] = {
            "sign_in": sign_in,
            "profile": {},
            "password": "hash",
            "language": "fr",
            "erase_at": None,
        }
        with pytest.raises(LostRace) as lost:
            do(database, "create_account", unique=((MEMBERSHIP, ("cicc", "a2")),), **values)
        assert lost.value.names == {"create_account"}
        with database.reading() as transaction:
            assert accounts.find(transaction, ("email",), ("new@example.org",)) is None

    @pytest.mark.parametrize("effect", ["grant", "revoke", "set_password", "update_account"])
    @pytest.mark.parametrize("name", [None, "nobody"])
    def test_work_on_no_account_is_a_fault(self, database: Database, effect: str, name: str | None) -> None:
        with pytest.raises(FlowrunnerError):
            do(database, effect, account=name, role="r", password="p", profile={}, unique=())


class TestAsking:
    def test_a_flow_that_never_stops_asking_is_stopped(
        self, database: Database, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sources = Sources(database, {}, repository)
        context = ServiceContext(database, Catalogue([repository / "flows"]), lambda: NOW)
        service = Cases(context, sources, lambda case, step: f"/{step}")
        monkeypatch.setattr(use_cases, "act", lambda *given: Asks(()))
        with pytest.raises(AskedTooOften):
            service.act("registration", "token", FormStamp("form"), Submission("welcome", language="en"))
        sources.close()


class TestSampleAccounts:
    @pytest.mark.parametrize(
        ("row", "wrong"), [("no address,x,lso,1", "email"), ("x@example.org,x,nowhere,1", "regulator")]
    )
    def test_a_row_that_cannot_be_read_is_told_by_its_line(
        self, database: Database, repository: Path, tmp_path: Path, row: str, wrong: str
    ) -> None:
        program = Catalogue([repository / "flows"]).current("registration")
        assert program is not None
        file = tmp_path / "accounts.csv"
        file.write_text(f"email,roles,regulator,membership_number\nfirst@example.org,,lso,2\n{row}\n", "utf-8")
        with pytest.raises(FlowrunnerError, match=r"accounts\.csv:3") as told:
            load_sample_accounts(database, program.flow, file, NOW)
        assert wrong in str(told.value)
        with database.reading() as transaction:
            assert accounts.find(transaction, ("email",), ("first@example.org",)) is None
