"""One account a person: the database holds it, not the code before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from flowrunner.errors import FlowrunnerError
from flowrunner.store import accounts, sessions, versions
from flowrunner.store.accounts import AccountRow, KeyTaken
from flowrunner.store.database import Database, Transaction
from tests.store.conftest import NOW

ANNA = AccountRow(
    "a1", "anna@example.org", frozenset({"member", "clerk"}), "active", {"name": "Anna", "n": None}, "hash", "fr"
)
KEYS = [(("email",), ("anna@example.org",)), (("body", "number"), ("x", "12"))]


@pytest.fixture
def transaction(database: Database) -> Iterator[Transaction]:
    with database.writing() as opened:
        yield opened


class TestAccounts:
    def test_an_account_is_found_by_its_keys(self, transaction: Transaction) -> None:
        accounts.add(transaction, ANNA, KEYS, NOW)
        assert accounts.load(transaction, "a1") == ANNA
        assert accounts.find(transaction, ("email",), (" ANNA@example.org",)) == ANNA
        assert accounts.find(transaction, ("body", "number"), ("x", "12")) == ANNA
        assert accounts.find(transaction, ("body", "number"), ("x", "13")) is None
        assert accounts.find(transaction, ("number", "body"), ("12", "x")) == ANNA
        assert accounts.find(transaction, ("number", "body"), ("x", "12")) is None

    def test_a_key_binds_one_account(self, database: Database) -> None:
        with database.writing() as transaction:
            accounts.add(transaction, ANNA, KEYS, NOW)
        other = AccountRow("b1", "ben@example.org")
        with pytest.raises(KeyTaken) as taken, database.writing() as transaction:
            accounts.add(transaction, other, [(("email",), ("ben@example.org",)), KEYS[1]], NOW)
        assert taken.value.names == ("body", "number")
        with pytest.raises(KeyTaken), database.writing() as transaction:
            accounts.add(transaction, AccountRow("c1", "Anna@example.org"), [], NOW)
        with database.reading() as transaction:
            assert accounts.load(transaction, "b1") is None
            assert accounts.find(transaction, ("email",), ("ben@example.org",)) is None

    def test_a_change_moves_the_key(self, transaction: Transaction) -> None:
        accounts.add(transaction, ANNA, KEYS, NOW)
        accounts.save(transaction, ANNA, [(("body", "number"), ("x", "99"))])
        assert accounts.find(transaction, ("body", "number"), ("x", "12")) is None
        assert accounts.find(transaction, ("body", "number"), ("x", "99")) is not None
        with pytest.raises(FlowrunnerError):
            accounts.save(transaction, ANNA)

    def test_a_freed_key_can_be_taken(self, transaction: Transaction) -> None:
        accounts.add(transaction, ANNA, KEYS, NOW)
        accounts.free(transaction, "a1", ("body", "number"))
        accounts.add(transaction, AccountRow("b1", "ben@example.org"), [KEYS[1]], NOW)

    def test_no_address_can_be_read_in_the_rows(self, transaction: Transaction) -> None:
        accounts.add(transaction, ANNA, KEYS, NOW)
        rows = transaction.connection.execute(text("select * from accounts, account_keys")).all()
        assert "example.org" not in repr(rows)


class TestSessions:
    def test_a_session_holds_one_case_of_a_flow(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "case-1", NOW)
        sessions.bind_case(transaction, "token", "other", "case-2", NOW)
        sessions.bind_case(transaction, "token", "trip", "case-3", NOW)
        assert sessions.case_of(transaction, "token", "trip") == "case-3"
        assert sessions.case_of(transaction, "token", "other") == "case-2"
        assert sessions.case_of(transaction, "another", "trip") is None
        sessions.end(transaction, "token", NOW)
        assert sessions.case_of(transaction, "token", "trip") is None

    def test_the_token_is_not_stored(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "case-1", NOW)
        assert "token" not in repr(transaction.connection.execute(text("select * from sessions")).all())

    def test_a_form_is_remembered_for_its_session(self, transaction: Transaction) -> None:
        assert sessions.result_of_form(transaction, "token", "form") is None
        sessions.record_form(transaction, "token", "form", "/en/trip/more", NOW)
        found = sessions.result_of_form(transaction, "token", "form")
        assert found is not None
        assert found.redirect == "/en/trip/more"
        assert sessions.result_of_form(transaction, "another", "form") is None


class TestVersions:
    def test_a_version_never_changes(self, transaction: Transaction) -> None:
        versions.keep(transaction, "trip", "v1", "first", NOW)
        versions.keep(transaction, "trip", "v1", "second", NOW)
        assert versions.find(transaction, "trip", "v1") == "first"
        assert versions.find(transaction, "trip", "v2") is None
