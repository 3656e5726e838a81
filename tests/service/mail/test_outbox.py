"""What is delivered, what is not wanted any more, and what becomes of what cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from flowrunner.carriers.base import Away, DeliveryRefused, Postponed
from flowrunner.model.case import Work
from flowrunner.service.mail.outbox import FIRST_WAIT, LEASE, LONGEST_AWAY, LONGEST_WAIT, MOST_TRIES
from flowrunner.store import cases, outbox
from flowrunner.store.tables import outbox as table
from tests.service.club import Club


@pytest.fixture
def club(tmp_path: Path, database_url: str) -> Iterator[Club]:
    opened = Club(tmp_path, url=database_url)
    yield opened
    opened.close()


class TestMail:
    def test_a_code_arrives_in_all_languages_and_is_the_one_that_the_page_takes(self, club: Club) -> None:
        case = club.ask_for_code(language="fr")
        club.deliver()
        (mail,) = club.hands.taken
        assert mail.to == "zoe@example.org"
        assert [section.language for section in mail.sections] == ["fr", "en"]
        assert mail.sections[0].subject == "Votre code"
        assert "Zoé" in mail.sections[0].plain
        done = club.send("checking", check=club.code())
        assert club.case(done).step == "more"
        assert club.load(case.id).proved == {"zoe@example.org"}

    def test_the_row_holds_names_and_what_is_read_never_words_or_codes(self, club: Club) -> None:
        club.ask_for_code()
        with club.database.writing() as transaction:
            leased = outbox.lease(transaction, club.clock.now, club.clock.now)
            assert leased is not None
            held = outbox.unseal_work(transaction, leased)
        club.deliver()
        assert held["message"] == "check_it"
        assert held["reads"] == {"name": "Zoé"}
        assert club.code() not in repr(held)
        assert "Your code" not in repr(held)

    def test_what_was_said_stays_as_it_was_when_it_was_sent(self, club: Club) -> None:
        club.ask_for_code()
        club.deliver()
        club.send("checking", check=club.code())
        sent = club.case(club.send("more"))
        club.clock.wait(days=5)
        club.deliver()
        assert club.hands.subjects == ["Your code", "Hello Zoé"]
        said = club.hands.taken[-1].sections[0].plain.replace("\N{NO-BREAK SPACE}", " ")
        assert said == f"March 6, 2026: number {sent.reference}, until March 9, 2026."


class TestNotWanted:
    def test_a_code_that_is_used_or_out_of_time_is_not_sent(self, club: Club) -> None:
        club.ask_for_code()
        club.clock.wait(minutes=11)
        club.deliver()
        assert club.hands.taken == []
        assert club.states() == [("dropped", "code_of_no_use")]

    def test_of_a_code_that_was_asked_for_again_only_the_last_mail_goes(self, club: Club) -> None:
        club.ask_for_code()
        for _ in range(2):
            club.clock.wait(minutes=2)
            club.send("checking", button="new_code")
        club.deliver()
        assert len(club.hands.taken) == 1
        assert [state for state, _ in club.states()] == ["dropped", "dropped", "delivered"]

    def test_an_address_that_nobody_proved_gets_codes_alone(self, club: Club) -> None:
        club.ask_for_code()
        club.deliver()
        club.clock.wait(days=2)
        club.timers.fire_all()
        club.deliver()
        assert club.hands.subjects == ["Your code"]
        assert club.states()[1] == ("dropped", "not_proved")

    def test_a_proved_one_gets_all_and_so_does_that_of_the_owner(self, club: Club) -> None:
        first = club.ask_for_code()
        second = club.ask_for_code("other", "ann@example.org")
        club.deliver()
        (mail,) = (mail for mail in club.hands.taken if mail.key.startswith(first.id))
        club.send("checking", check="".join(filter(str.isdigit, mail.sections[0].plain)))
        club.sign_in(second.id, email="Ann@example.org")
        with club.database.writing() as transaction:
            cases.set_aside(transaction, second.id, club.clock.now)
        club.clock.wait(days=2)
        club.timers.fire_all()
        club.deliver()
        assert {mail.to for mail in club.hands.taken[2:]} == {"zoe@example.org", "ann@example.org"}
        assert club.hands.subjects[2:] == ["Hurry", "Hurry"]

    def test_nothing_goes_out_for_a_case_that_is_erased(self, club: Club) -> None:
        case = club.ask_for_code()
        with club.database.writing() as transaction:
            cases.erase(transaction, case.id)
        club.deliver()
        assert club.hands.taken == []


class TestTrouble:
    def test_what_is_refused_for_now_is_tried_later_and_later(self, club: Club) -> None:
        club.submit()
        club.hands.fails = lambda: Postponed("recipient 450")
        waits = []
        for _ in range(12):
            club.deliver()
            (line,) = club.lines()
            waits.append(line.due - club.clock.now)
            club.clock.now = line.due
        assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
        assert waits[-1] == LONGEST_WAIT
        assert club.states()[1:] == [("waiting", "recipient 450")]

    def test_in_the_end_it_is_given_up_and_can_be_brought_back(self, club: Club) -> None:
        club.ask_for_code()
        with club.database.writing() as transaction:
            transaction.connection.execute(update(table).values(tries=MOST_TRIES - 1))
        club.hands.fails = lambda: Postponed("recipient 450")
        club.deliver()
        assert club.states() == [("dead", "recipient 450")]
        club.hands.fails = None
        club.deliver()
        assert club.hands.taken == []
        with club.database.writing() as transaction:
            outbox.retry(transaction, club.clock.now)
        club.deliver()
        assert club.hands.subjects == ["Your code"]

    def test_what_is_refused_for_good_is_not_tried_again(self, club: Club) -> None:
        club.ask_for_code()
        club.hands.fails = lambda: DeliveryRefused("recipient 550")
        club.deliver()
        assert club.states() == [("dead", "recipient 550")]

    def test_while_nobody_is_there_no_row_loses_a_try(self, club: Club) -> None:
        for number in range(5):
            club.ask_for_code(str(number))
        tried: list[Away] = []

        def nobody_is_there() -> Away:
            tried.append(Away("unreachable"))
            return tried[-1]

        club.hands.fails = nobody_is_there
        for _ in range(10):
            club.deliver()
            club.clock.wait(seconds=LONGEST_AWAY.total_seconds())
        assert len(tried) == 10
        assert {line.tries for line in club.lines()} == {0}
        club.hands.fails = None
        club.deliver()
        club.clock.wait(seconds=LONGEST_AWAY.total_seconds())
        club.deliver()
        assert len(club.hands.taken) == 5

    def test_one_that_is_broken_is_not_in_the_way_and_is_not_logged(
        self, club: Club, caplog: pytest.LogCaptureFixture
    ) -> None:
        club.ask_for_code(email="broken@example.org")
        club.ask_for_code("other")
        with club.database.writing() as transaction:
            first = update(table).where(table.c.id == 1)
            transaction.connection.execute(first.values(sealed=b"spoilt by somebody"))
        club.deliver()
        assert [mail.to for mail in club.hands.taken] == ["zoe@example.org"]
        assert club.states()[0] == ("waiting", "fault")
        assert "Broken" in caplog.text
        assert "example.org" not in caplog.text

    def test_who_comes_back_after_the_lease_marks_nothing(
        self, club: Club, tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        club.ask_for_code()
        other = Club(tmp_path, club.clock, url=database_url)

        def slowly() -> DeliveryRefused:
            club.clock.now += LEASE + timedelta(seconds=1)
            other.deliver()
            return DeliveryRefused("recipient 550")

        club.hands.fails = slowly
        club.deliver()
        assert len(other.hands.taken) == 1
        assert club.states() == [("delivered", None)]
        assert "longer than its lease" in caplog.text
        other.close()


class TestCalls:
    def test_a_call_that_nobody_set_up_is_given_up_and_said_so(self, club: Club) -> None:
        case = club.ask_for_code()
        club.deliver()
        with club.database.writing() as transaction:
            outbox.post(
                transaction, case, Work("call", "k", {"source": "ledger", "given": {"who": "Z"}}), club.clock.now
            )
        club.deliver()
        assert club.states()[-1] == ("dead", "no settings")
