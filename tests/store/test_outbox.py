"""Leases of the outbox: one worker has a row, whoever lost it marks nothing, and whoever dies only delays."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from flowrunner.model.case import Case, Work
from flowrunner.model.record import replace
from flowrunner.store import cases, messages, outbox
from flowrunner.store.database import Database
from flowrunner.store.outbox import Leased
from flowrunner.store.tables import metadata
from tests.store.conftest import NOW, SCHEDULE

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def posted(database: Database, case: Case) -> Case:
    with database.writing() as transaction:
        cases.add(transaction, case, SCHEDULE)
        outbox.post(transaction, case, Work("send", "k1", {"to": "a@example.org"}), NOW)
    return case


def lease(database: Database, after: timedelta = timedelta()) -> Leased | None:
    with database.writing() as transaction:
        return outbox.lease(transaction, NOW + after, NOW + after + LEASE)


def leased(database: Database, after: timedelta = timedelta()) -> Leased:
    found = lease(database, after)
    assert found is not None
    return found


class TestPosting:
    def test_work_is_posted_once(self, database: Database, posted: Case) -> None:
        with database.writing() as transaction:
            outbox.post(transaction, posted, Work("send", "k1", {"to": "other@example.org"}), NOW)
            assert transaction.connection.execute(text("select count(*) from outbox")).scalar_one() == 1

    def test_what_it_holds_comes_back_and_is_emptied_when_it_has_left(self, database: Database, posted: Case) -> None:
        row = leased(database)
        with database.reading() as transaction:
            assert outbox.unseal_work(transaction, row) == {"to": "a@example.org"}
        with database.writing() as transaction:
            assert outbox.mark_delivered(transaction, row, NOW)
            assert transaction.connection.execute(text("select length(sealed) from outbox")).scalar_one() == 0
        assert lease(database, 9 * LEASE) is None


class TestLeases:
    def test_a_row_is_one_workers_until_the_lease_ends(self, database: Database, posted: Case) -> None:
        first = leased(database)
        assert lease(database, LEASE - MINUTE) is None
        second = leased(database, LEASE)
        assert second.id == first.id
        with database.writing() as transaction:
            assert not outbox.mark_delivered(transaction, first, NOW)
            assert not outbox.give_up(transaction, first, "late")
            assert outbox.mark_delivered(transaction, second, NOW)

    def test_of_many_at_once_each_gets_another_row(self, database: Database, posted: Case) -> None:
        with database.writing() as transaction:
            for number in range(20):
                outbox.post(transaction, posted, Work("send", f"more{number}"), NOW)
        got: list[int] = []
        start = threading.Barrier(8)

        def work() -> None:
            start.wait()
            while (row := lease(database)) is not None:
                got.append(row.id)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == len(set(got)) == 21

    def test_what_is_postponed_comes_back_when_it_is_due(self, database: Database, posted: Case) -> None:
        row = leased(database)
        with database.writing() as transaction:
            assert outbox.postpone(transaction, row, NOW + MINUTE, "recipient 450")
        assert lease(database) is None
        assert leased(database, MINUTE).tries == 1

    def test_effects_that_rest_are_left_alone(self, database: Database, posted: Case) -> None:
        with database.writing() as transaction:
            assert not outbox.is_due(transaction, NOW, {"send"})
            assert outbox.lease(transaction, NOW, NOW, {"send"}) is None
            assert outbox.is_due(transaction, NOW, {"call"})


class TestLookingAfterIt:
    def test_the_dead_are_listed_first_and_come_back_to_life(self, database: Database, posted: Case) -> None:
        row = leased(database)
        with database.writing() as transaction:
            assert outbox.give_up(transaction, row, "recipient 550")
            outbox.post(transaction, posted, Work("send", "k2"), NOW + MINUTE)
            dead, waiting = outbox.lines(transaction)
            assert (dead.state, dead.reason, dead.flow, dead.tries) == ("dead", "recipient 550", "trip", 1)
            assert (waiting.state, waiting.reason) == ("waiting", None)
            assert outbox.outbox_depth(transaction) == (1, NOW + MINUTE, 1)
            assert outbox.retry(transaction, NOW, [dead.id]) == 1
            assert outbox.outbox_depth(transaction) == (2, NOW, 0)
        assert leased(database).tries == 0

    def test_retrying_leaves_alone_what_is_under_way_or_done(self, database: Database, posted: Case) -> None:
        row = leased(database)
        with database.writing() as transaction:
            assert outbox.retry(transaction, NOW) == 0
            assert outbox.mark_delivered(transaction, row, NOW)
            assert outbox.retry(transaction, NOW) == 0
            assert outbox.outbox_depth(transaction) == (0, None, 0)


class TestMessages:
    def test_they_are_those_of_whoever_owns_the_case(self, database: Database, posted: Case) -> None:
        with database.writing() as transaction:
            for number, kind in enumerate(("account", "letter")):
                for _ in range(2):
                    at = NOW + number * MINUTE
                    messages.post(transaction, posted, f"m:{kind}", "welcome", kind, {"reads": {"name": "Zoé"}}, at)
            assert messages.of_account(transaction, "a1") == []
            cases.save(transaction, replace(posted, owner="a1", revision=1), 0, SCHEDULE)
            letter, message = messages.of_account(transaction, "a1")
            assert (letter.kind, message.kind, message.read_at) == ("letter", "account", None)
            assert messages.unseal_message(transaction, letter) == {"reads": {"name": "Zoé"}}
            assert messages.find(transaction, "a2", letter.id) is None
            assert messages.count_new(transaction, "a1") == 2
            for at in (NOW, NOW + MINUTE):
                messages.mark_read(transaction, letter, at)
            read = messages.find(transaction, "a1", letter.id)
            assert read is not None
            assert read.read_at == NOW
            assert messages.count_new(transaction, "a1") == 1


class TestErasing:
    def test_no_table_keeps_a_row_of_an_erased_case(self, database: Database, posted: Case) -> None:
        with database.writing() as transaction:
            messages.post(transaction, posted, "m", "welcome", "account", {}, NOW)
            cases.erase(transaction, posted.id)
            for table in metadata.tables.values():
                if "case_id" in table.c:
                    assert transaction.connection.execute(table.select()).all() == [], table.name
