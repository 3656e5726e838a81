"""The use cases: once whatever is pressed, one winner of every race, and a source that fails is a fact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Decision, Submission, Work
from flowrunner.service.cases.account_effects import LostRace, Performance, perform
from flowrunner.service.cases.cases import Busy, Cases, FormStamp, SubmissionResult, is_over
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.store import cases
from flowrunner.store.database import Database
from flowrunner.store.engine.failures import Conflict
from tests.service.conftest import FLOW, GOOD, NOW, Clock, at_once, come_back, count, send


class TestOnce:
    def test_one_form_pressed_at_once_makes_one_case(self, service: Cases, database: Database) -> None:
        found = at_once(8, lambda _: send(service, "welcome", "form"))
        assert all(isinstance(sent, SubmissionResult) for sent in found), found
        assert [count(database, table) for table in ("cases", "sessions", "form_ids")] == [1, 1, 1]
        again = {sent.redirect for sent in found if isinstance(sent, SubmissionResult) and sent.redirect}
        assert again <= {"/registration/access_request"}

    def test_several_tabs_at_once_share_one_case(self, service: Cases, database: Database) -> None:
        found = at_once(3, lambda number: send(service, "welcome", f"form-{number}"))
        assert all(isinstance(sent, SubmissionResult | Busy) for sent in found), found
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
                "erase_at": None,
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
        sent = service.act(FLOW, "token", FormStamp("second"), submission)
        assert sent is not None
        case = service.find("token", FLOW)
        assert case is not None
        assert (case.step, case.ended) == ("access_request", None)


class TestTime:
    def test_looking_shows_what_is_due_and_stores_nothing(
        self, service: Cases, clock: Clock, catalogue: Catalogue
    ) -> None:
        send(service, "welcome", "first")
        case = send(service, "access_request", "second", GOOD).case
        clock.now = NOW + timedelta(days=31)
        program = catalogue.current(FLOW)
        assert case is not None
        assert service.find(come_back(service, case), FLOW) == case
        assert program is not None
        page = service.look(program, case, None, "en")
        assert page is not None
        assert (page.step.name, page.case.outcome) == ("expired", "expired")
        assert service.find(come_back(service, case), FLOW) == case

    def test_what_is_due_fires_before_what_was_pressed(self, service: Cases, clock: Clock) -> None:
        send(service, "welcome", "first")
        case = send(service, "access_request", "second", GOOD).case
        assert case is not None
        clock.now = NOW + timedelta(days=31)
        back = come_back(service, case)
        send(service, "invitation", "third", token=back)
        found = service.find(back, FLOW)
        assert found is not None
        assert found.outcome == "expired"

    def test_another_case_begins_once_the_first_is_over(self, service: Cases, database: Database, clock: Clock) -> None:
        self.test_what_is_due_fires_before_what_was_pressed(service, clock)
        sent = send(service, "welcome", "fourth", token=f"back at {clock.now}")
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
        again = service.act(FLOW, "token", FormStamp("fourth", shown), submission)
        assert again is not None
        assert again.decision is not None

    def test_the_same_answers_from_an_old_page_are_accepted(self, service: Cases) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        assert not send(service, "access_request", "third", GOOD).elsewhere

    def test_the_same_answers_written_otherwise_are_accepted(self, service: Cases) -> None:
        send(service, "welcome", "first")
        send(service, "access_request", "second", GOOD)
        otherwise = {**GOOD, "membership_number": (" r000123",)}
        assert not send(service, "access_request", "third", otherwise).elsewhere


def _lose(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let somebody else be faster so many times; the list grows with each try."""
    calls: list[int] = []
    save = cases.save

    def lose(*given: object) -> None:
        calls.append(len(calls))
        if len(calls) <= times:
            raise Conflict("faster")
        save(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(cases, "save", lose)
    return calls


def test_a_decision_says_where_it_leads(service: Cases) -> None:
    decision = send(service, "welcome", "first").decision
    assert isinstance(decision, Decision)
    assert decision.show == "access_request"
