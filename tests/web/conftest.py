"""The application over the project's own flows and the valid ones of the tests, with a database of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select, text
from werkzeug.test import TestResponse

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.service.accounts import accounts as account_records
from flowrunner.service.cases.cases import Cases
from flowrunner.service.deployment import Services, open_services
from flowrunner.store.database import Database
from flowrunner.store.engine import prepared
from flowrunner.store.tables import metadata
from flowrunner.web.addresses import STAY, where
from flowrunner.web.server.deployment import application
from tests.web.reading import Read, check_house_rules


@pytest.fixture(scope="session")
def catalogue(repository: Path) -> Catalogue:
    """Compiled once: flows do not change while tests run."""
    return Catalogue([repository / "flows", repository / "tests" / "flows" / "valid"])


def _listen(database: Database, found: list[str]) -> Callable[[], None]:
    """Note every statement, those that go by SQLAlchemy's execution too; calling what comes back ends it."""

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        found.append(statement)

    def run(connection: Connection, sql: str, act: Callable[[Any], Any]) -> Any:
        if connection.engine.url == database.engine.url:
            found.append(sql)
        return straight(connection, sql, act)

    straight = prepared._run
    patch = pytest.MonkeyPatch()
    patch.setattr(prepared, "_run", run)
    event.listen(database.engine, "before_cursor_execute", note)

    def end() -> None:
        patch.undo()
        event.remove(database.engine, "before_cursor_execute", note)

    return end


@dataclass(slots=True)
class HouseClock:
    """The time of a deployment; a test may have it told otherwise."""

    tell: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.tell()


@dataclass(slots=True)
class House:
    """One deployment."""

    app: Flask
    services: Services
    clock: HouseClock = field(default_factory=HouseClock)

    @property
    def cases(self) -> Cases:
        return self.services.cases

    @property
    def database(self) -> Database:
        return self.services.context.database

    def count(self, table: str) -> int:
        with self.database.reading() as transaction:
            found: int = transaction.connection.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608
            return found

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client(), self)

    def flow(self, name: str) -> Flow:
        program = self.services.catalogue.current(name)
        assert program is not None
        return program.flow

    # --- What an operator does --------------------------------------------------------------

    def set_password(self, sign_in: str, password: str) -> None:
        self.set_hash(sign_in, self.services.context.passwords.hash(password))

    def set_hash(self, sign_in: str, hash: str) -> None:
        account_records.set_password(self.services.context, sign_in, hash)

    def close_account(self, sign_in: str) -> None:
        account_records.close_account(self.services.context, sign_in)

    # --- What the database sees -------------------------------------------------------------

    def statements(self) -> Callable[[], list[str]]:
        """Listen; calling what comes back ends it, and gives the statements that were run."""
        found: list[str] = []
        end = _listen(self.database, found)

        def stop() -> list[str]:
            end()
            return found

        return stop

    @contextmanager
    def count_writes(self) -> Iterator[Callable[[], int]]:
        """What is given says how often a session was written since it was last called."""
        found: list[str] = []
        end = _listen(self.database, found)

        def count() -> int:
            written = sum(statement.startswith("UPDATE sessions") for statement in found)
            found.clear()
            return written

        try:
            yield count
        finally:
            end()

    def dump(self) -> bytes:
        """Everything that the database holds; of SQLite the whole files, the write-ahead log too."""
        if self.database.engine.dialect.name == "sqlite":
            folder = Path(str(self.database.engine.url.database)).parent
            return b"".join(path.read_bytes() for path in sorted(folder.glob("cases.db*")))
        with self.database.reading() as transaction:
            rows = [row for table in metadata.tables.values() for row in transaction.connection.execute(select(table))]
        values = (value for row in rows for value in row)
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


@dataclass(slots=True)
class Visitor:
    """One browser: follows redirects itself, checks the house rules on every page that it opens."""

    client: FlaskClient
    house: House
    page: Read | None = None
    path: str = ""
    status: int = 0
    seen: list[str] = field(default_factory=list)

    def open(self, path: str) -> Read:
        return self._take(self.client.get(path), path)

    def press(self, button: str = "next", /, fill: Mapping[str, str | list[str]] | None = None, **more: str) -> Read:
        """Fill the form of the present page and send it."""
        return self._take(self.post(self.form(button, {**(fill or {}), **more})), self.action)

    def toggle(self, fill: Mapping[str, str | list[str]] | None = None) -> Read:
        """Fill the form and press the other language."""
        assert self.page is not None
        (there,) = (button["formaction"] for button in self.page.all("button") if button["formaction"])
        return self._take(self.post(self.form(STAY, fill), there), there)

    def form(self, button: str = "next", fill: Mapping[str, str | list[str]] | None = None) -> dict[str, list[str]]:
        assert self.page is not None
        sent = {**self.page.form(), "_button": [button]}
        for name, value in (fill or {}).items():
            sent[name] = value if isinstance(value, list) else [value]
        return sent

    def post(self, sent: Mapping[str, list[str]], path: str = "") -> TestResponse:
        pairs = [(name, value) for name, values in sent.items() for value in values]
        body = urlencode(pairs, errors="surrogatepass")
        return self.client.post(path or self.action, data=body, content_type="application/x-www-form-urlencoded")

    @property
    def action(self) -> str:
        assert self.page is not None
        (form,) = (form for form in self.page.all("form") if "main" in form.within)
        return form["action"]

    def cookie(self) -> str:
        """The token that this browser holds."""
        cookie = self.client.get_cookie("session")
        signing = SecureCookieSessionInterface().get_signing_serializer(self.house.app)
        assert cookie is not None
        assert signing is not None
        return str(signing.loads(cookie.value)["id"])

    def sign_out(self) -> Read:
        """Press the button in the head of the page."""
        assert self.page is not None
        (form,) = (form for form in self.page.all("form") if "header" in form.within)
        token = next(box["value"] for box in self.page.all("input") if "header" in box.within)
        return self._take(self.post({"_csrf": [token]}, form["action"]), form["action"])

    def _take(self, answer: TestResponse, path: str) -> Read:
        while answer.status_code in (301, 302, 303, 308):
            path = answer.headers["Location"]
            answer = self.client.get(path)
        self.path, self.status = path, answer.status_code
        language = re.match(r"/([a-z]+)", path)
        self.page = check_house_rules(answer.text, language[1] if language else "en")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        self.seen.append(path)
        return self.page


@contextmanager
def open_house(
    catalogue: Catalogue,
    repository: Path,
    folder: Path,
    database_url: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[House]:
    """A deployment with the settings of the project and a database of its own, whose time is what the clock says."""
    read = read_settings(repository / "flowrunner.yaml", {}).settings
    assert read is not None
    settings = replace(read, data=folder, database=database_url, max_body=1_000_000)
    time = HouseClock(clock)
    services = open_services(settings, where, catalogue, clock=time)
    services.load_samples()
    yield House(application(services), services, time)
    services.close()


@pytest.fixture
def house(catalogue: Catalogue, repository: Path, tmp_path: Path, database_url: str) -> Iterator[House]:
    with open_house(catalogue, repository, tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()
