"""What our own accounts answer: the status that staff set, else how the newest case stands, in the contract's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import World
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import begin
from flowrunner.runtime.program import Program
from flowrunner.service.sources.account_reader import AccountReader
from flowrunner.store import accounts, cases
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
STATES = {"open": "draft", "submitted": "in_review", "approved": "active", "expired": "lapsed"}


@pytest.fixture(scope="module")
def program(repository: Path) -> Program:
    found = Catalogue([repository / "flows"]).current("registration")
    assert found is not None
    return found


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(database_url, open_keys(tmp_path))
    yield opened
    opened.close()


def ask(database: Database, flow: Flow, email: str = "a@example.org") -> Mapping[str, Any] | None:
    return AccountReader(database, flow, flow.sources["email_account"], STATES).find_account({"email": email})


def store(database: Database, account: AccountRow) -> None:
    with database.writing() as transaction:
        accounts.add(transaction, account, [(("email",), (account.sign_in,))], NOW)


class TestAccountSource:
    def test_nobody_has_the_key(self, database: Database, program: Program) -> None:
        assert ask(database, program.flow) is None

    @pytest.mark.parametrize("status", ["expired", "refused", "deactivated", "active"])
    def test_a_status_that_was_set_is_in_the_words_of_the_contract(
        self, database: Database, program: Program, status: str
    ) -> None:
        store(database, AccountRow("a1", "a@example.org", frozenset({"representative"}), status))
        found = ask(database, program.flow)
        assert found is not None
        assert (found["role"], found["status"], found["email"]) == ("representative", status, "a@example.org")

    @pytest.mark.parametrize(
        ("reference", "outcome", "status"),
        [
            (None, None, "draft"),
            ("R1", None, "in_review"),
            ("R1", "approved", "active"),
            (None, "expired", "lapsed"),
            ("R1", "refused", "refused"),
        ],
    )
    def test_how_the_newest_case_stands_is_put_into_them(
        self, database: Database, program: Program, reference: str | None, outcome: str | None, status: str
    ) -> None:
        store(database, AccountRow("a1", "a@example.org"))
        keys = database.keys
        world = World(NOW, b"0" * 32, keys.seal, keys.current)
        case = begin(program, id="c1", language="en", world=world).case
        ended = NOW if outcome else None
        with database.writing() as transaction:
            owned = replace(case, owner="a1", reference=reference, outcome=outcome, ended=ended)
            cases.add(transaction, owned, Schedule("owner"))
        found = ask(database, program.flow)
        assert found is not None
        assert (found["role"], found["status"]) == ("applicant", status)

    def test_the_strongest_role_counts(self, database: Database, program: Program) -> None:
        store(database, AccountRow("a1", "a@example.org", frozenset({"client", "representative"})))
        found = ask(database, program.flow)
        assert found is not None
        assert found["role"] == "representative"
