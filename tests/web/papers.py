"""A deployment of the flow of papers, and a browser that sends files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.app import create_app
from flowrunner.web.site import Site
from tests.web.conftest import House, Visitor
from tests.web.reading import Read

PLACES = {
    "papers": {
        "places": {
            "connector": "csv",
            "file": "flows/data/addresses.csv",
            "search": {"typed": ["street", "city", "postal_code"]},
            "gives": {"suggestions": {"addresses": ["street", "city", "province", "postal_code", "country"]}},
        }
    }
}
Files = Mapping[str, tuple[str, bytes] | list[tuple[str, bytes]]]


@dataclass(slots=True)
class Sender(Visitor):
    """Presses the buttons of pages that ask for files."""

    def begin(self, language: str = "en") -> Read:
        self.open(f"/{language}/papers")
        return self.press()

    def add(self, files: Files, button: str = "next", /, fill: Mapping[str, str | list[str]] | None = None) -> Read:
        """Fill the form, choose files, press."""
        sent = MultiDict[str, object]()
        for name, values in self.form(button, fill).items():
            for value in values:
                sent.add(name, value)
        for name, chosen in files.items():
            for filename, content in chosen if isinstance(chosen, list) else [chosen]:
                sent.add(name, FileStorage(BytesIO(content), filename))
        answer = self.client.post(self.action, data=sent, content_type="multipart/form-data")
        return self._take(answer, self.action)

    def files(self) -> list[str]:
        """The names of the files that the page lists."""
        assert self.page is not None
        return [link.words for link in self.page.all("a") if "/file/" in link["href"]]

    def problems(self) -> list[str]:
        assert self.page is not None
        return [one.words for one in self.page.all("a") if one["href"].startswith("#") and "section" in one.within]

    def button(self, words: str) -> str:
        """The value of the button that says this."""
        assert self.page is not None
        found = [one["value"] for one in self.page.all("button") if words in " ".join(one.words.split())]
        assert found, f"no button says {words!r}"
        return found[0]

    def said(self) -> str:
        assert self.page is not None
        return " ".join(" ".join(one.words.split()) for one in self.page.elements if one["role"] == "status")


def application() -> Flask:
    """The application as gunicorn loads it; where it keeps its data is in the environment."""
    return open_house(Path(__file__).parents[2], Path(os.environ["FLOWRUNNER_DATA"])).app


def open_house(repository: Path, data: Path, places: Mapping[str, object] | None = None) -> House:
    """The application with a database, a folder of files and a source of addresses of its own."""
    configuration = PLACES if places is None else {"papers": {"places": places}}
    settings = Settings(
        folder=repository,
        flows=(repository / "tests" / "flows" / "papers",),
        data=data,
        database=f"sqlite:///{data}/cases.db",
        sources=configuration,
    )
    migrate(settings)
    services = open_services(settings, where)
    return House(create_app(Site(secret="test" * 8, version="1", max_body=4_000_000), services), services)
