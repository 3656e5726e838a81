"""The application over the project's own flows and the valid ones of the tests, with a database of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.settings_file import read_settings
from flowrunner.service.cases import Cases
from flowrunner.store.database import Database
from flowrunner.web.addresses import STAY
from flowrunner.web.deployment import application, open_web
from tests.web.reading import Read, check_house_rules


@pytest.fixture(scope="session")
def catalogue(repository: Path) -> Catalogue:
    """Compiled once: flows do not change while tests run."""
    return Catalogue([repository / "flows", repository / "tests" / "flows" / "valid"])


@dataclass(slots=True)
class House:
    """One deployment."""

    app: Flask
    cases: Cases
    database: Database

    def count(self, table: str) -> int:
        with self.database.reading() as transaction:
            found: int = transaction.connection.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608
            return found

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client(), self)


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
        return self.page.one("form")["action"]

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


@pytest.fixture
def house(catalogue: Catalogue, repository: Path, tmp_path: Path, database_url: str) -> Iterator[House]:
    read = read_settings(repository / "flowrunner.yaml", {}).settings
    assert read is not None
    settings = replace(read, data=tmp_path, database=database_url, max_body=1_000_000)
    deployment = open_web(settings, catalogue)
    deployment.load_samples()
    yield House(application(deployment), deployment.cases, deployment.database)
    deployment.close()


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()
