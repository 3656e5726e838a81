"""The use cases: once whatever is pressed, one winner of every race, and a source that fails is a fact."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.settings_file import read_settings
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Ask, Decision, Submission, Value, Work
from flowrunner.service.account_source import AccountReader
from flowrunner.service.cases import Busy, Cases, Form, Sent, digest_of, is_over
from flowrunner.service.performers import LostRace, Performance, perform
from flowrunner.service.sample_accounts import load_sample_accounts
from flowrunner.service.sources import Sources
from flowrunner.sources.base import Lookup, SourceFailed
from flowrunner.store import accounts, cases
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import Lost
from flowrunner.store.database import Database
from flowrunner.store.keys import open_keys
from flowrunner.store.tables import metadata

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
FLOW = "registration"
GOOD = {"email": ("you@example.org",), "regulator": ("cicc",), "membership_number": ("R000123",)}


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def catalogue(repository: Path) -> Catalogue:
    return Catalogue([repository / "flows"])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/cases.db", open_keys(tmp_path))
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(catalogue: Catalogue, database: Database, repository: Path, clock: Clock) -> Iterator[Cases]:
    settings = read_settings(repository / "flowrunner.yaml", {}).settings
    assert settings is not None
    program = catalogue.current(FLOW)
    assert program is not None
    load_sample_accounts(database, program.flow, settings.sample_accounts[FLOW], NOW)
    sources = Sources(database, settings.sources, settings.folder)
    yield Cases(database, catalogue, sources, lambda case, step: f"/{case.flow}/{step}", clock)
    sources.close()


def send(service: Cases, step: str, form: str, inputs: Mapping[str, tuple[str, ...]] | None = None) -> Sent:
    sent = service.act(FLOW, "token", Form(form), Submission(step, inputs=inputs or {}, language="en"))
    assert sent is not None
    return sent


def at_once(count: int, do: Callable[[int], object]) -> list[object]:
    """What each of so many threads, started together, came to; an exception counts as what came of it."""
    start, found = threading.Barrier(count), list[object]()

    def run(number: int) -> None:
        start.wait()
        try:
            found.append(do(number))
        except FlowrunnerError as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def count(database: Database, table: str) -> int:
    with database.reading() as transaction:
        counted = select(func.count()).select_from(metadata.tables[table])
        return int(transaction.connection.execute(counted).scalar_one())


class TestOnce:
    def test_one_form_pressed_at_once_makes_one_case(self, service: Cases, database: Database) -> None:
        found = at_once(8, lambda _: send(service, "welcome", "form"))
        assert all(isinstance(sent, Sent) for sent in found), found
        assert [count(database, table) for table in ("cases", "sessions", "form_ids")] == [1, 1, 1]
        again = {sent.redirect for sent in found if isinstance(sent, Sent) and sent.redirect}
        assert again <= {"/registration/access_request"}

    def test_several_tabs_at_once_share_one_case(self, service: Cases, database: Database) -> None:
        found = at_once(3, lambda number: send(service, "welcome", f"form-{number}"))
        assert all(isinstance(sent, Sent | Busy) for sent in found), found
        assert count(database, "cases") == 1

    def test_a_later_form_pressed_at_once_moves_once(self, service: Cases, database: Database) -> None:
        send(service, "welcome", "first")
        at_once(6, lambda _: send(service, "access_request", "second", GOOD))
        case = service.find("token", FLOW)
        assert case is not None
        assert (case.step, case.revision) == ("invitation", 2)

    def test_a_refusal_keeps_nothing_and_may_be_sent_again(self, service: Cases, database: Database) -> None:
        send(service, "welcome", "first")
        for _ in range(2):
            sent = send(service, "access_request", "second", {})
            assert sent.decision is not None
            assert sent.decision.problems
        assert count(database, "form_ids") == 1
        assert send(service, "access_request", "second", GOOD).decision is not None


class TestRaces:
    def test_a_lost_race_is_decided_again(self, service: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
        send(service, "welcome", "first")
        calls = _lose(monkeypatch, times=2)
        sent = send(service, "access_request", "second", GOOD)
        assert sent.case is not None
        assert (sent.case.step, len(calls)) == ("invitation", 3)

    def test_after_three_losses_nothing_was_done(
        self, service: Cases, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(service, "welcome", "first")
        calls = _lose(monkeypatch, times=9)
        with pytest.raises(Busy):
            send(service, "access_request", "second", GOOD)
        assert len(calls) == 3
        case = service.find("token", FLOW)
        assert case is not None
        assert case.step == "access_request"
        assert count(database, "form_ids") == 1

    def test_of_two_accounts_with_one_key_one_is_made(self, service: Cases, database: Database) -> None:
        case = send(service, "welcome", "first").case
        assert case is not None

        def create(number: int) -> None:
            values: dict[str, object] = {
                "sign_in": f"{number}@example.org",
                "profile": {},
                "unique": ((("regulator", "membership_number"), ("cicc", "R1")),),
                "password": None,
                "language": "en",
            }
            with database.writing() as transaction:
                perform(Work("create_account", f"k{number}", values), Performance(transaction, case, "token", NOW))

        before = count(database, "accounts")
        found = at_once(5, create)
        assert sum(isinstance(one, LostRace) for one in found) == 4
        assert count(database, "accounts") == before + 1


class TestButtons:
    @pytest.mark.parametrize("button", ["timer:too_late", "taken:next", "", "NEXT", "next\n", "x" * 10_000])
    def test_what_is_no_button_moves_nothing(self, service: Cases, button: str) -> None:
        send(service, "welcome", "first")
        submission = Submission("access_request", button, GOOD, language="en")
        sent = service.act(FLOW, "token", Form("second"), submission)
        assert sent is not None
        case = service.find("token", FLOW)
        assert case is not None
        assert (case.step, case.ended) == ("access_request", None)


class TestTime:
    def test_looking_shows_what_is_due_and_stores_nothing(
        self, service: Cases, clock: Clock, catalogue: Catalogue
    ) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        clock.now = NOW + timedelta(days=31)
        case = service.find("token", FLOW)
        program = catalogue.current(FLOW)
        assert case is not None
        assert program is not None
        page = service.look(program, case, None, "en")
        assert page is not None
        assert (page.step.name, page.case.outcome) == ("expired", "expired")
        assert service.find("token", FLOW) == case

    def test_what_is_due_fires_before_what_was_pressed(self, service: Cases, clock: Clock) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        clock.now = NOW + timedelta(days=31)
        send(service, "invitation", "third")
        case = service.find("token", FLOW)
        assert case is not None
        assert case.outcome == "expired"

    def test_another_case_begins_once_the_first_is_over(self, service: Cases, database: Database, clock: Clock) -> None:
        self.test_what_is_due_fires_before_what_was_pressed(service, clock)
        sent = send(service, "welcome", "fourth")
        assert sent.case is not None
        assert not is_over(sent.program, sent.case)
        assert count(database, "cases") == 2


class TestElsewhere:
    def test_a_page_that_is_not_up_to_date_is_told_and_then_accepted(self, service: Cases) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        old = {**GOOD, "email": ("old@example.org",)}
        sent = send(service, "access_request", "third", old)
        assert dict(sent.elsewhere) == {"email": {"email": ("you@example.org",)}}
        submission = Submission("access_request", inputs=old, language="en")
        shown = digest_of(sent.case, "access_request")
        again = service.act(FLOW, "token", Form("fourth", shown), submission)
        assert again is not None
        assert again.decision is not None

    def test_the_same_answers_from_an_old_page_are_accepted(self, service: Cases) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        assert not send(service, "access_request", "third", GOOD).elsewhere


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
        monkeypatch.setattr(service.sources, "_lookup", lambda flow, name: Scripted(answer))
        (fact,) = service.sources.ask(flow, [Ask("membership", ("cicc", "R1"))], NOW)
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
                work = Work("send", "key", {"message": "verify", "to": "you@example.org"})
                perform(work, Performance(transaction, case, "token", NOW))
        assert count(database, "outbox") == 1

    def test_roles_are_granted_and_taken(self, service: Cases, database: Database) -> None:
        case = send(service, "welcome", "first").case
        assert case is not None
        with database.writing() as transaction:
            accounts.add(transaction, AccountRow("a1", "new@example.org"), [], NOW)
            on = Performance(transaction, case, "token", NOW)
            perform(Work("grant", "k1", {"account": "a1", "role": "representative"}), on)
            perform(Work("set_password", "k2", {"account": "a1", "password": "hash"}), on)
            found = accounts.load(transaction, "a1")
            assert found is not None
            assert (found.roles, found.password) == (frozenset({"representative"}), "hash")
            perform(Work("revoke", "k3", {"account": "a1", "role": "representative"}), on)
            after = accounts.load(transaction, "a1")
            assert after is not None
            assert not after.roles


def _lose(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let somebody else be faster so many times; the list grows with each try."""
    calls: list[int] = []
    save = cases.save

    def lose(*given: object) -> None:
        calls.append(len(calls))
        if len(calls) <= times:
            raise Lost("faster")
        save(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(cases, "save", lose)
    return calls


def test_a_decision_says_where_it_leads(service: Cases) -> None:
    decision = send(service, "welcome", "first").decision
    assert isinstance(decision, Decision)
    assert decision.show == "access_request"
