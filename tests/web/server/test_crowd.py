"""Two hundred people at once, and workers that die under them: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from flowrunner.store import cases
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.tables import cases as case_table
from tests.web.crowd import all_at_once, missing, serving, while_workers_die

PEOPLE, KILLS = 200, 10


class TestCrowd:
    def test_two_hundred_people_at_once(self, database_url: str, tmp_path: Path) -> None:
        with serving(tmp_path, database_url) as server:
            outcome = all_at_once(server, PEOPLE)
        assert outcome.wrong == []
        assert set(outcome.statuses) == {200, 303}
        assert len(outcome.walked) == PEOPLE
        assert missing(tmp_path, database_url, outcome) == []
        # And it would have been noticed.
        with closing(Database(database_url, open_keys(tmp_path))) as database, database.writing() as transaction:
            first = transaction.connection.execute(select(case_table.c.id).limit(1)).scalar_one()
            cases.erase(transaction, first)
        assert len(missing(tmp_path, database_url, outcome)) == 1

    def test_workers_are_killed_under_the_load(self, database_url: str, tmp_path: Path) -> None:
        with serving(tmp_path, database_url) as server:
            outcome = while_workers_die(server, people=12, kills=KILLS, seed=1)
        assert outcome.wrong == []
        assert set(outcome.statuses) == {200, 303}
        assert outcome.again > 0
        assert missing(tmp_path, database_url, outcome) == []
