"""Sessions that end, renew and are known to have ended; counters that all workers share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from flowrunner.model.case import Case
from flowrunner.model.record import replace
from flowrunner.store import accounts, cases, resume_keys, sessions, sign_ins, throttles
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database, Transaction
from flowrunner.store.engine.failures import Conflict
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.throttles import Limit
from tests.store.conftest import NOW, SCHEDULE

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def transaction(database: Database, case: Case) -> Iterator[Transaction]:
    with database.writing() as opened:
        cases.add(opened, replace(case, id="mine", owner="a1", path=case.path[:1]), SCHEDULE)
        cases.add(opened, replace(case, id="free", path=case.path[:1]), SCHEDULE)
        cases.add(opened, replace(case, id="theirs", owner="b1", path=case.path[:1]), SCHEDULE)
        yield opened


class TestSessions:
    def test_it_ends_after_a_while_without_a_move(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "free", NOW)
        found = sessions.load(transaction, "token", "trip")
        assert found is not None
        assert found.case_id == "free"
        assert not found.is_over(NOW + 20 * MINUTE - timedelta(seconds=1))
        assert found.is_over(NOW + 20 * MINUTE)

    def test_the_shortest_time_of_all_that_it_holds_counts(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "free", NOW, 10 * MINUTE)
        sessions.bind_case(transaction, "token", "other", "free", NOW, 30 * MINUTE)
        found = sessions.load(transaction, "token", "trip")
        assert found is not None
        assert found.idle == 10 * MINUTE

    def test_it_ends_after_twelve_hours_whatever_is_done(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "free", NOW)
        sessions.see(transaction, "token", NOW + 12 * HOUR - MINUTE)
        found = sessions.load(transaction, "token", "trip")
        assert found is not None
        assert found.ends == NOW + 12 * HOUR

    def test_it_is_to_be_seen_once_a_minute(self, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "free", NOW)
        found = sessions.load(transaction, "token", "trip")
        assert found is not None
        assert not found.is_to_be_seen(NOW + timedelta(seconds=59))
        assert found.is_to_be_seen(NOW + MINUTE)

    def test_what_ended_is_known_and_holds_nothing(self, database: Database, transaction: Transaction) -> None:
        sessions.bind_case(transaction, "token", "trip", "free", NOW)
        sessions.end(transaction, "token", NOW)
        sessions.see(transaction, "token", NOW + MINUTE)
        found = sessions.load(transaction, "token", "trip")
        assert found is not None
        assert (found.is_over(NOW), found.case_id, found.seen) == (True, None, NOW)
        sessions.forget(transaction, NOW + sessions.IN_ALL + sessions.KNOWN_FOR)
        assert sessions.load(transaction, "token", "trip") is not None
        sessions.forget(transaction, NOW + sessions.IN_ALL + sessions.KNOWN_FOR + MINUTE)
        assert sessions.load(transaction, "token", "trip") is None

    def test_what_ended_is_never_begun_again(self, database: Database) -> None:
        with database.writing() as transaction:
            sessions.rotate(transaction, "before", "token", None, NOW)
            sessions.end(transaction, "token", NOW)
        with pytest.raises(Conflict), database.writing() as transaction:
            sessions.bind_case(transaction, "token", "trip", "free", NOW)

    def test_renewing_moves_what_is_free_or_its_own(self, transaction: Transaction) -> None:
        for flow, ident in (("one", "mine"), ("two", "free"), ("three", "theirs")):
            sessions.bind_case(transaction, "old", flow, ident, NOW)
        sessions.rotate(transaction, "old", "new", "a1", NOW, confirmed=True)
        held = [sessions.case_of(transaction, "new", flow) for flow in ("one", "two", "three")]
        assert held == ["mine", "free", None]
        found, old = (sessions.load(transaction, token, "one") for token in ("new", "old"))
        assert found is not None
        assert old is not None
        assert (found.account, found.confirmed, old.is_over(NOW), old.case_id) == ("a1", True, True, None)

    def test_all_of_an_account_end_but_one(self, transaction: Transaction) -> None:
        accounts.add(transaction, AccountRow("a1", "a@example.org"), [], NOW)
        for token in ("one", "two", "three"):
            sessions.rotate(transaction, f"before {token}", token, "a1", NOW)
        sessions.rotate(transaction, "x", "other", "b1", NOW)
        sign_ins.add(transaction, "waiting", "a1", "free", NOW)
        sessions.end_of_account(transaction, "a1", NOW, but="two")
        ended = {}
        for token in ("one", "two", "three", "other"):
            found = sessions.load(transaction, token, "")
            assert found is not None
            ended[token] = found.is_over(NOW)
        assert ended == {"one": True, "two": False, "three": True, "other": False}
        assert sign_ins.find(transaction, "waiting", NOW) is None

    def test_the_next_token_follows_from_both_and_from_neither_alone(self, database: Database, tmp_path: Path) -> None:
        follows = sessions.successor(database.keys, "token", "form")
        assert follows == sessions.successor(database.keys, "token", "form")
        others = {sessions.successor(database.keys, *pair) for pair in (("token", "Form"), ("Token", "form"))}
        elsewhere = sessions.successor(open_keys(tmp_path / "other"), "token", "form")
        assert len({follows, elsewhere, *others}) == 4


class TestSignIns:
    def test_it_waits_for_half_an_hour_and_ends_with_its_case(self, transaction: Transaction) -> None:
        accounts.add(transaction, AccountRow("a1", "a@example.org"), [], NOW)
        sign_ins.add(transaction, "token", "a1", "free", NOW)
        found = sign_ins.find(transaction, "token", NOW + 29 * MINUTE)
        assert found is not None
        assert (found.account, found.case_id) == ("a1", "free")
        assert sign_ins.find(transaction, "token", NOW + 30 * MINUTE) is None
        sign_ins.add(transaction, "token", "a1", "mine", NOW)
        assert cases.load(transaction, "free") is None
        cases.erase(transaction, "mine")
        assert sign_ins.find(transaction, "token", NOW) is None


class TestCaseKeys:
    def test_a_case_is_found_by_all_of_it_and_goes_with_it(self, transaction: Transaction) -> None:
        key = resume_keys.resume_digest(transaction, "trip", ["email", "code"], ["a@example.org", "ABCD"])
        resume_keys.set_key(transaction, "free", key)
        assert resume_keys.find(transaction, key) == "free"
        for values in (["a@example.org", "ABCE"], ["b@example.org", "ABCD"]):
            other = resume_keys.resume_digest(transaction, "trip", ["email", "code"], values)
            assert resume_keys.find(transaction, other) is None
        resume_keys.set_key(transaction, "free", None)
        assert resume_keys.find(transaction, key) is None
        resume_keys.set_key(transaction, "free", key)
        cases.erase(transaction, "free")
        assert resume_keys.find(transaction, key) is None


class TestThrottles:
    LIMIT = Limit(5, 10 * MINUTE)
    START = NOW.replace(hour=10, minute=0)

    def tries(self, transaction: Transaction, count: int, after: timedelta, *key: str) -> list[timedelta | None]:
        at = self.START + after
        return [throttles.count(transaction, self.LIMIT, at, *(key or ("kind", "address"))) for _ in range(count)]

    def test_so_many_in_a_period_and_no_more(self, transaction: Transaction) -> None:
        found = self.tries(transaction, 7, 0 * MINUTE)
        assert found[:5] == [None] * 5
        assert found[5] == found[6] == 10 * MINUTE

    def test_each_key_has_its_own(self, transaction: Transaction) -> None:
        self.tries(transaction, 5, 0 * MINUTE)
        assert self.tries(transaction, 1, 0 * MINUTE, "kind", "other") == [None]
        assert self.tries(transaction, 1, 0 * MINUTE, "other", "address") == [None]

    def test_it_slides(self, transaction: Transaction) -> None:
        self.tries(transaction, 5, 9 * MINUTE)
        # A minute into the next window nine tenths of the five still weigh.
        first, second = self.tries(transaction, 2, 11 * MINUTE)
        assert first is None
        assert second is not None
        assert second.total_seconds() == pytest.approx(60)
        assert self.tries(transaction, 5, 40 * MINUTE) == [None] * 5

    def test_after_the_time_that_is_told_there_may_be_another(self, transaction: Transaction) -> None:
        self.tries(transaction, 5, 3 * MINUTE)
        (wait,) = self.tries(transaction, 1, 4 * MINUTE)
        assert wait is not None
        assert self.tries(transaction, 1, 4 * MINUTE + wait - timedelta(seconds=1)) != [None]
        assert self.tries(transaction, 1, 4 * MINUTE + wait + timedelta(seconds=1)) == [None]

    def test_it_is_forgiven_and_forgotten(self, transaction: Transaction) -> None:
        self.tries(transaction, 5, 0 * MINUTE)
        throttles.forgive(transaction, "kind", "address")
        assert self.tries(transaction, 1, 0 * MINUTE) == [None]
        throttles.forget(transaction, self.START + HOUR)
        assert self.tries(transaction, 5, 0 * MINUTE) == [None] * 5

    def test_another_process_counts_on_and_no_row_tells_an_address(
        self, database: Database, database_url: str, tmp_path: Path
    ) -> None:
        for _ in range(5):
            with database.writing() as transaction:
                throttles.count(transaction, self.LIMIT, self.START, "kind", "anna@example.org")
        again = Database(database_url, open_keys(tmp_path))
        with again.writing() as transaction:
            assert throttles.count(transaction, self.LIMIT, self.START, "kind", "anna@example.org") is not None
            assert "anna" not in repr(transaction.connection.execute(text("select * from throttles")).all())
        again.close()
