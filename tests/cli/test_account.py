"""`flowrunner account`: who may do what, and that no password is ever an argument."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from flowrunner.cli.main import CANNOT_RUN
from flowrunner.service.sessions.passwords import Passwords
from flowrunner.store import accounts
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from tests.cli.conftest import Outcome, Run

FLOW = """\
flowrunner: 1
flow: club
languages: [en]
title: Desk
start: one
roles:
  clerk: {staff: true}
  member: {}
accounts: {sign_in_with: email}
fields:
  email: {type: email, label: E-mail}
steps:
  one:
    title: One
    fields: [email]
    next: two
  two: {kind: end, outcome: done, title: Two}
"""
PASSWORD = "a long enough secret of mine"
Account = Callable[..., Outcome]


@pytest.fixture
def account(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "club.yaml").write_text(FLOW)

    def do(*arguments: str, typed: str = PASSWORD) -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        return run("account", *arguments)

    return do


def stored(folder: Path, sign_in: str = "boss@example.org") -> AccountRow:
    database = Database(f"sqlite:///{folder}/data/flowrunner.sqlite", open_keys(folder / "data"))
    with database.reading() as transaction:
        found = accounts.by_sign_in(transaction, sign_in)
    database.close()
    assert found is not None
    return found


class TestAccount:
    def test_an_account_of_staff_is_made_and_listed(self, account: Account, tmp_path: Path) -> None:
        told = account("add", "Boss@example.org", "--role", "clerk", "--role", "member", "--staff")
        assert (told.code, told.out) == (0, "The account was made.\n")
        row = stored(tmp_path)
        assert row.roles == {"clerk", "member"}
        assert Passwords().verify(row.password, PASSWORD)
        assert account("list").out == "boss@example.org  clerk member\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["add", "boss@example.org", "--role", "clerk"], "--staff"),
            (["add", "boss@example.org", "--role", "clark", "--staff"], "clerk"),
            (["add", "boss@example.org", "--role", "member", "--staff"], "a role of staff"),
            (["add", "nobody"], "cannot be read"),
            (["add"], "whose account"),
            (["password", "nobody@example.org"], "no account"),
            (["close", "nobody@example.org"], "no account"),
            (["open", "boss@example.org"], "password"),
        ],
    )
    def test_what_cannot_be_done_is_told(self, account: Account, arguments: list[str], said: str) -> None:
        told = account(*arguments)
        assert told.code == CANNOT_RUN
        assert said in told.err

    @pytest.mark.parametrize(
        ("typed", "said"), [("short", "12 characters"), ("password1234", "tried first"), ("boss@example.org", "email")]
    )
    def test_a_weak_password_is_refused(self, account: Account, typed: str, said: str) -> None:
        told = account("add", "boss@example.org", typed=typed)
        assert told.code == CANNOT_RUN
        assert said in told.err
        assert "boss@example.org" not in account("list").out

    def test_one_address_has_one_account(self, account: Account) -> None:
        account("add", "boss@example.org")
        assert "already" in account("add", "BOSS@example.org").err

    def test_another_password_and_an_end(self, account: Account, tmp_path: Path) -> None:
        account("add", "boss@example.org")
        assert account("password", "boss@example.org", typed="another secret of mine").code == 0
        assert Passwords().verify(stored(tmp_path).password, "another secret of mine")
        assert account("close", "boss@example.org", "--lang", "fr").out.startswith("Le compte a été fermé")
        assert stored(tmp_path).closed is not None
        assert account("list").out == "boss@example.org  closed\n"

    def test_a_deployment_without_accounts_says_so(self, run: Run, flows: Path) -> None:
        assert "No flow" in run("account", "list").err
