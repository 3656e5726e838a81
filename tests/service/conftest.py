"""A service over a database of its own, and several people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.settings.read import read_settings
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Submission
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.cases.drafts import DraftStore
from flowrunner.service.context import ServiceContext
from flowrunner.service.desk.desk import Casework
from flowrunner.service.sources.sources import Sources
from flowrunner.store import sessions
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.tables import metadata
from tests.mail_server import closed_port, mail_server
from tests.service.garden import garden
from tests.service.papers import desk, make_desk, papers

__all__ = ["closed_port", "desk", "garden", "mail_server", "make_desk", "papers"]
from tests.placing import Placing
from tests.service.at_desk import At

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
FLOW = "registration"
TOKEN = "token"
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
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(database_url, open_keys(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sources(database: Database, repository: Path) -> Iterator[Sources]:
    settings = read_settings(repository / "flowrunner.yaml", {}).settings
    assert settings is not None
    opened = Sources(database, settings.sources, settings.folder)
    yield opened
    opened.close()


@pytest.fixture
def service(catalogue: Catalogue, database: Database, repository: Path, clock: Clock, sources: Sources) -> Cases:
    program = catalogue.current(FLOW)
    assert program is not None
    load_sample_accounts(database, program.flow, repository / "flows" / "data" / "accounts.csv", NOW)
    return Cases(ServiceContext(database, catalogue, clock), sources, lambda case, step: f"/{case.flow}/{step}")


def send(
    service: Cases, step: str, form: str, inputs: Mapping[str, tuple[str, ...]] | None = None, token: str = TOKEN
) -> SubmissionResult:
    sent = service.act(FLOW, token, FormStamp(form), Submission(step, inputs=inputs or {}, language="en"))
    assert sent is not None
    return sent


def come_back(service: Cases, case: Case) -> str:
    """The token of a session that begins now and holds this case: the one that made it is long over."""
    now = service._context.clock()
    with service._context.database.writing() as transaction:
        sessions.bind_case(transaction, f"back at {now}", case.flow, case.id, now)
    return f"back at {now}"


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


# --- At the desk ---------------------------------------------------------------------------


@pytest.fixture
def placing(service: Cases, catalogue: Catalogue) -> Placing:
    return Placing(service._context.database, catalogue)


@pytest.fixture
def casework(service: Cases) -> Casework:
    return Casework(service._context, service, DraftStore(service._context))


@pytest.fixture
def ann(casework: Casework, placing: Placing) -> At:
    return At(casework, placing, "ann@example.org", "officer")


@pytest.fixture
def bob(casework: Casework, placing: Placing) -> At:
    return At(casework, placing, "bob@example.org", "officer", "representative")


@pytest.fixture
def support(casework: Casework, placing: Placing) -> At:
    return At(casework, placing, "sam@example.org", "support")
