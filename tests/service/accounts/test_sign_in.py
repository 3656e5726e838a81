"""Signing in from below the pages: what it costs, what is counted, and that no flow is a way round another."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case, Submission
from flowrunner.runtime.program import Program
from flowrunner.service.accounts import accounts as records
from flowrunner.service.accounts.accounts import Accounts
from flowrunner.service.accounts.sign_in import SignIn, SignInResult
from flowrunner.service.cases.cases import Cases, FormStamp
from flowrunner.service.sessions.passwords import HasherBusy, Passwords, weakness
from flowrunner.service.sessions.rate_limits import LIMITS, RateLimited, RateLimits, network_of
from flowrunner.service.sessions.visitor import new_token
from flowrunner.store import cases, sessions
from flowrunner.store.database import Database
from flowrunner.store.throttles import Limit
from tests.service.conftest import FLOW, GOOD, NOW, Clock, at_once, count, send
from tests.service.walking import newest_code

PASSWORD = "four words in the rain"
CLIENT = "client@example.org"
OTHER = """\
flowrunner: 1
flow: lenient
languages: [en]
title: Lenient
start: one
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


@pytest.fixture
def accounts(service: Cases, database: Database) -> Accounts:
    records.set_password(service._context, CLIENT, service._context.passwords.hash(PASSWORD))
    return Accounts(service._context, service._where)


@pytest.fixture
def program(catalogue: Catalogue) -> Program:
    found = catalogue.current(FLOW)
    assert found is not None
    return found


def onward(case: Case | None) -> str:
    return "/home" if case is None else f"/{case.step}"


def give(
    accounts: Accounts, program: Program, password: str = PASSWORD, token: str = "", address: str = CLIENT
) -> SignInResult:
    at = SignIn(program, token or new_token(), new_token(), "203.0.113.9")
    return accounts.sign_ins.give_password(at, address, password, "en", onward)


def enter(accounts: Accounts, program: Program, service: Cases) -> str:
    """Sign in with password and code; the token that is then held."""
    token = new_token()
    assert give(accounts, program, token=token).asks_code
    at = SignIn(program, token, new_token(), "203.0.113.9")
    came = accounts.sign_ins.give_code(at, newest_code(service, "sign_in"), onward)
    assert came.token is not None
    return came.token


class TestThrottles:
    def test_the_eleventh_try_is_refused_before_any_work_known_or_not(
        self, accounts: Accounts, program: Program
    ) -> None:
        for address in (CLIENT, "nobody@example.org"):
            told = [give(accounts, program, "wrong password", address=address) for _ in range(10)]
            assert told == [told[0]] * 10
            with pytest.raises(RateLimited) as refused:
                give(accounts, program, address=address)
            assert 0 < refused.value.seconds <= 2 * 15 * 60

    def test_a_network_is_counted_whatever_the_addresses(self, database: Database) -> None:
        limits = {**LIMITS, "sign_in": (Limit(10, timedelta(minutes=15)), Limit(3, timedelta(minutes=15)))}
        counting = RateLimits(database, lambda: NOW, limits)
        for number in range(3):
            counting.count("sign_in", f"{number}@example.org", f"203.0.113.{number}")
        with pytest.raises(RateLimited):
            counting.count("sign_in", "4@example.org", "203.0.113.200")
        counting.count("sign_in", "4@example.org", "203.0.114.1")

    def test_what_was_refused_is_not_counted(self, database: Database) -> None:
        limits = {"x": (Limit(9, timedelta(minutes=15)), Limit(1, timedelta(minutes=15)))}
        counting = RateLimits(database, lambda: NOW, limits)
        counting.count("x", "a", "203.0.113.1")
        for _ in range(20):
            with pytest.raises(RateLimited):
                counting.count("x", "a", "203.0.113.1")
        counting.count("x", "a", None)

    def test_whoever_signs_in_begins_anew(self, accounts: Accounts, program: Program, service: Cases) -> None:
        for _ in range(3):
            for _ in range(5):
                give(accounts, program, "wrong password")
            enter(accounts, program, service)

    def test_tries_at_once_are_all_counted(self, database: Database) -> None:
        limits = {"x": (Limit(5, timedelta(minutes=15)), Limit(99, timedelta(minutes=15)))}
        counting = RateLimits(database, lambda: NOW, limits)
        found = at_once(12, lambda _: counting.count("x", "a", None))
        assert sum(isinstance(one, RateLimited) for one in found) == 7

    @pytest.mark.parametrize(
        ("remote", "network"),
        [
            ("203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2ff::9", "2001:db8:1:200::/56"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("127.0.0.1", ""),
            ("::1", ""),
            (None, ""),
            ("no address", ""),
        ],
    )
    def test_networks(self, remote: str | None, network: str) -> None:
        assert network_of(remote) == network


class TestPasswords:
    def test_so_many_at_once_and_the_rest_wait_or_are_told(self) -> None:
        passwords = Passwords(at_once=2, patience=0.0)
        known = passwords.hash(PASSWORD)
        running, most, lock = [], [0], threading.Lock()
        verify = passwords._hasher.verify

        class Counting:
            def verify(self, *given: str) -> bool:
                with lock:
                    running.append(1)
                    most[0] = max(most[0], len(running))
                time.sleep(0.05)
                running.pop()
                return verify(*given)

            def hash(self, password: bytes) -> str:
                return known

        passwords._hasher = Counting()  # type: ignore[assignment]
        found = at_once(10, lambda _: passwords.verify(known, PASSWORD))
        assert most[0] == 2
        assert sum(isinstance(one, HasherBusy) for one in found) == 8

    def test_nobody_takes_as_long_as_somebody(self) -> None:
        passwords = Passwords()
        known = passwords.hash(PASSWORD)
        passwords.verify(None, PASSWORD)
        took = {}
        for name, hashed in (("known", known), ("nobody", None)):
            times = []
            for _ in range(7):
                begun = time.process_time()
                assert not passwords.verify(hashed, "another password")
                times.append(time.process_time() - begun)
            took[name] = min(times)
        assert took["nobody"] == pytest.approx(took["known"], rel=0.5)

    def test_a_password_is_the_same_however_it_is_composed(self) -> None:
        passwords = Passwords()
        assert passwords.verify(passwords.hash("caf\u00e9 noir et fort"), "cafe\u0301 noir et fort")

    @pytest.mark.parametrize(
        ("password", "wrong"),
        [
            ("password1234", "common"),
            ("P@ssw0rd2024!", "common"),
            ("motdepasse123", "common"),
            ("azertyuiop12", "common"),
            ("abcabcabcabc", "common"),
            ("aaaaaaaaaaaaaaaa", "common"),
            ("0987654321098765", "common"),
            ("passwordpassword", "common"),
            ("tremblay-2024", "personal"),
            ("lea.tremblay@example.org", "personal"),
            ("portal-portal-1", "personal"),
            ("Tremblay wears four hats", None),
            ("quatre chapeaux gris", None),
            ("jkP93kd0skLq", None),
            ("847261950372", None),
            ("l’été prochain", None),
        ],
    )
    def test_what_is_tried_first_is_refused(self, password: str, wrong: str | None) -> None:
        personal = ("lea.tremblay@example.org", "Tremblay", "Register for the Portal")
        assert weakness(password, personal) == wrong


class TestNoWayRound:
    @pytest.fixture
    def catalogue(self, repository: Path, tmp_path: Path) -> Catalogue:
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "lenient.yaml").write_text(OTHER)
        return Catalogue([repository / "flows", tmp_path / "more"])

    def test_a_flow_without_a_code_opens_nothing_of_one_with_a_code(
        self, accounts: Accounts, program: Program, service: Cases, catalogue: Catalogue
    ) -> None:
        confirmed = enter(accounts, program, service)
        lenient = catalogue.current("lenient")
        assert lenient is not None
        came = give(accounts, lenient)
        assert came.token is not None
        assert service.visitor(came.token, lenient.flow.name).account is not None
        assert service.visitor(came.token, program.flow.name).account is None
        assert service.visitor(confirmed, lenient.flow.name).account is not None

    def test_a_code_of_one_flow_is_none_of_another(
        self, accounts: Accounts, program: Program, service: Cases, catalogue: Catalogue
    ) -> None:
        lenient = catalogue.current("lenient")
        assert lenient is not None
        token = new_token()
        give(accounts, program, token=token)
        assert accounts.sign_ins.waits(program, token) is not None
        assert accounts.sign_ins.waits(lenient, token) is None


class TestEnds:
    def test_a_password_change_ends_what_was_begun(
        self, accounts: Accounts, program: Program, service: Cases, database: Database
    ) -> None:
        held = enter(accounts, program, service)
        token = new_token()
        give(accounts, program, token=token)
        records.set_password(service._context, CLIENT, service._context.passwords.hash("another of my words"))
        assert service.visitor(held, FLOW).ended
        assert accounts.sign_ins.waits(program, token) is None
        at = SignIn(program, token, new_token(), None)
        came = accounts.sign_ins.give_code(at, newest_code(service, "sign_in"), onward)
        assert came.token is None

    def test_a_page_on_its_way_when_the_session_ends_does_nothing(
        self, service: Cases, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(service, "welcome", "first")
        decide = service._decide

        def ended_meanwhile(*given: object) -> object:
            found = decide(*given)  # type: ignore[arg-type]
            with database.writing() as transaction:
                sessions.end(transaction, "token", NOW)
            return found

        monkeypatch.setattr(service, "_decide", ended_meanwhile)
        sent = service.act(FLOW, "token", FormStamp("second"), Submission("access_request", inputs=GOOD, language="en"))
        assert sent is not None
        assert (sent.case, sent.ended) == (None, True)
        assert count(database, "case_keys") == 0

    def test_what_a_sign_in_left_behind_is_erased(
        self, accounts: Accounts, program: Program, service: Cases, database: Database, clock: Clock
    ) -> None:
        before = count(database, "cases")
        enter(accounts, program, service)
        assert [count(database, name) for name in ("cases", "sign_ins", "outbox")] == [before, 0, 0]
        give(accounts, program)
        with database.reading() as transaction:
            assert len(cases.to_erase(transaction, NOW + timedelta(days=2))) == 1
            assert cases.due(transaction, NOW + timedelta(days=99)) == []
