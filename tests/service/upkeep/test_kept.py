"""What is kept of a person goes: every table and every part of the data folder is filled, time passes, and nothing of
anybody is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from flowrunner.service.accounts.accounts import add_account, list_accounts
from flowrunner.service.sessions.rate_limits import LIMITS
from flowrunner.service.upkeep.retention import COUNTED_FOR
from flowrunner.service.uploads.uploads import files_of
from flowrunner.store import case_holds, erasure, sessions
from flowrunner.store.database import Database
from flowrunner.store.desk_queue import Mark
from flowrunner.store.tables import metadata
from tests.databases import SQLITE
from tests.service.conftest import count
from tests.service.garden import Garden, Person

WAYS = (
    erasure.WITH_ITS_CASE,
    erasure.WITH_ITS_ACCOUNT,
    erasure.ON_ITS_OWN_DAY,
    erasure.AFTER_AN_AGE,
    erasure.OF_NOBODY,
)
# What lies in the data folder beside the database, and what makes it go.
FOLDER = {
    "files": "uploads: with their cases, or a day after nobody holds them",
    "mail": "the tray: by age",
    "secrets.json": "the keys of the deployment: of nobody",
}


@pytest.fixture
def people(garden: Garden) -> dict[str, Person]:
    """Zoe’s case waits for a decision; Noel left in the middle of a page; Max left while he signed in again."""
    made = {name: Person(garden, name) for name in ("Zoe", "Noel", "Max")}
    made["Zoe"].join()
    made["Zoe"].submit()
    made["Max"].join()
    case = made["Zoe"].case
    with garden.database.writing() as transaction:
        # Whoever works on a case holds it; which account that is makes no difference to how long it is kept.
        case_holds.take(transaction, Mark(case.path[-1].since, case.id), str(case.owner), garden.clock())
    made["Max"].give_password()
    garden.work()
    made["Noel"].begin()
    made["Noel"].type("first", name=made["Noel"].wish)
    return made


class TestEveryTable:
    def test_is_named_under_what_erases_it(self) -> None:
        named = sorted(table.name for way in WAYS for table in way)
        assert named == sorted(metadata.tables), "say in store/erasure.py what erases a table"

    def test_is_filled_by_the_walk_and_so_is_the_folder(self, garden: Garden, people: dict[str, Person]) -> None:
        assert [name for name in metadata.tables if not count(garden.database, name)] == []
        assert sorted(path.name for path in garden.data.iterdir()) == sorted(FOLDER)
        assert list((garden.data / "files").iterdir())
        assert list((garden.data / "mail").iterdir())

    def test_is_empty_when_time_has_passed(
        self, garden: Garden, people: dict[str, Person], kind: str, tmp_path: Path
    ) -> None:
        people["Zoe"].is_decided("accept")
        secrets = sealed(garden.database)
        assert kind != SQLITE or all(any(one in held for held in files(tmp_path)) for one in secrets)
        for _ in range(62):
            garden.clock.wait(days=1)
            garden.work()
        left = {name for name in metadata.tables if count(garden.database, name)}
        assert left == {table.name for table in erasure.OF_NOBODY}
        marks = [mark.encode() for person in people.values() for mark in (person.email, person.wish)]
        assert [one for one in (*secrets, *marks) if any(one in held for held in files(tmp_path))] == []
        assert [path.name for folder in ("files", "mail") for path in (garden.data / folder).iterdir()] == []


def sealed(database: Database) -> list[bytes]:
    """What is stored under seal, and the keys that open it: the beginning of each, which lies in one piece."""
    found = []
    with database.reading() as transaction:
        for table in metadata.tables.values():
            for column in (column for column in table.c if isinstance(column.type, LargeBinary)):
                found += [bytes(value)[:48] for value in transaction.connection.execute(select(column)).scalars()]
    return [value for value in found if value]


def files(folder: Path) -> list[bytes]:
    """All bytes of a deployment but its flows: the files of SQLite among them."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".yaml")
    return [path.read_bytes() for path in found]


class TestCases:
    def test_an_undecided_one_goes_so_long_after_its_last_use(self, garden: Garden, people: dict[str, Person]) -> None:
        noel = people["Noel"].case.id
        garden.clock.wait(days=10)
        garden.work()
        assert noel in cases_of(garden)
        garden.clock.wait(days=1)
        garden.work()
        assert noel not in cases_of(garden)

    def test_one_that_waits_for_a_decision_stays_whole(self, garden: Garden, people: dict[str, Person]) -> None:
        zoe = people["Zoe"].case
        garden.clock.wait(days=1000)
        garden.work()
        assert cases_of(garden) == [zoe.id]
        (paper,) = files_of(zoe)
        download = garden.uploads.open(zoe, paper)
        assert download is not None
        assert b"".join(download.content).startswith(b"%PDF")
        assert [message.name for message in garden.messages.of_account(zoe.owner or "", "en")] == ["welcome"] * 2

    def test_a_decided_one_goes_so_long_after_the_decision(self, garden: Garden, people: dict[str, Person]) -> None:
        zoe = people["Zoe"].case.id
        garden.clock.wait(days=100)
        people["Zoe"].come_back()
        people["Zoe"].is_decided("refuse")
        garden.clock.wait(days=60)
        garden.work()
        assert zoe in cases_of(garden)
        garden.clock.wait(days=1)
        garden.work()
        assert cases_of(garden) == []


class TestAccounts:
    def test_it_goes_with_its_case_when_nobody_signed_in_since(self, garden: Garden, people: dict[str, Person]) -> None:
        people["Zoe"].is_decided("refuse")
        garden.clock.wait(days=60)
        garden.work()
        assert signs_in(garden) == {people["Zoe"].email}
        garden.clock.wait(days=1)
        garden.work()
        assert signs_in(garden) == set()

    def test_signing_in_keeps_it_as_long_as_an_undecided_case(self, garden: Garden, people: dict[str, Person]) -> None:
        garden.clock.wait(days=9)
        people["Max"].come_back()
        for days, there in ((10, True), (1, False)):
            garden.clock.wait(days=days)
            garden.work()
            assert (people["Max"].email in signs_in(garden)) is there

    def test_one_with_a_role_stays_as_long_as_a_decided_case(self, garden: Garden, people: dict[str, Person]) -> None:
        people["Zoe"].is_decided("accept")
        garden.clock.wait(days=59)
        people["Zoe"].come_back()
        for days, there in ((60, True), (1, False)):
            garden.clock.wait(days=days)
            garden.work()
            assert cases_of(garden) == []
            assert (people["Zoe"].email in signs_in(garden)) is there

    def test_those_of_staff_and_of_operators_never_go_by_time(self, garden: Garden, people: dict[str, Person]) -> None:
        people["Zoe"].is_decided("trust")
        add_account(garden.context, garden.program.flow, "max@example.org", ["officer"], None)
        garden.clock.wait(days=3000)
        garden.work()
        assert signs_in(garden) == {people["Zoe"].email, "max@example.org"}


class TestAges:
    def test_a_form_is_remembered_as_long_as_its_session_is(self, garden: Garden, people: dict[str, Person]) -> None:
        # Noel pressed his form when his session had just begun.
        garden.clock.now += sessions.IN_ALL + sessions.KNOWN_FOR
        garden.retention.sweep()
        assert count(garden.database, "form_ids")
        assert count(garden.database, "sessions")
        garden.clock.wait(seconds=1)
        garden.retention.sweep()
        assert count(garden.database, "form_ids") == count(garden.database, "sessions") == 0

    def test_a_counter_goes_when_it_weighs_nothing(self, garden: Garden, people: dict[str, Person]) -> None:
        longest = max(limit.period for both in LIMITS.values() for limit in both)
        assert 2 * longest <= COUNTED_FOR
        garden.clock.now += COUNTED_FOR
        garden.retention.sweep()
        assert count(garden.database, "throttles")
        garden.clock.wait(seconds=1)
        garden.retention.sweep()
        assert count(garden.database, "throttles") == 0


def cases_of(garden: Garden) -> list[str]:
    with garden.database.reading() as transaction:
        return list(transaction.connection.execute(select(metadata.tables["cases"].c.id)).scalars())


def signs_in(garden: Garden) -> set[str]:
    """Who can."""
    return {listed.sign_in for listed in list_accounts(garden.context)}
