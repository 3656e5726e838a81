"""The pages for what went wrong, as somebody sees them: on a phone and on a screen, in both languages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import abort, request
from playwright.sync_api import Page, expect

from flowrunner.compiler.settings.read import read_settings
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.store.engine.failures import Unavailable
from flowrunner.web import errors
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application
from flowrunner.web.server.development import listen
from tests.browser.conftest import OpenPage
from tests.browser.looking import NARROW, WIDE, Finding, overflow

Axe = Callable[[Page], list[Finding]]
SETTINGS = """\
flows: {flows}
data: {data}
name:
  en: Licences of the province
  fr: Permis de la province
footer:
  en: A service of the province, in both languages.
  fr: Un service de la province, dans les deux langues.
"""


class Faulty:
    """A deployment where any page can be made to fail as asked for."""

    def __init__(self, settings: Settings) -> None:
        migrate(settings)
        self.deployment = open_services(settings, where)
        self.status = 0
        app = application(self.deployment)
        app.before_request(self.fail)
        self.server = listen(app, "127.0.0.1", 0)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def fail(self) -> None:
        if self.status == 503 and request.endpoint != "static":
            raise Unavailable("away")
        if self.status and request.endpoint != "static":
            abort(self.status)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.deployment.close()


@pytest.fixture(scope="module")
def faulty(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    folder = tmp_path_factory.mktemp("faulty")
    file = folder / "flowrunner.yaml"
    file.write_text(SETTINGS.format(flows=repository / "flows", data=folder / "data"), encoding="utf-8")
    settings = read_settings(file, {}).settings
    assert settings is not None
    served = Faulty(settings)
    yield served
    served.close()


@pytest.fixture(autouse=True)
def _all_well(faulty: Faulty) -> Iterator[None]:
    faulty.status = 0
    yield
    faulty.status = 0


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["en", "fr"])
class TestErrorPages:
    @pytest.mark.parametrize("status", sorted(errors.KNOWN))
    def test_each_can_be_read_and_leads_on(
        self, faulty: Faulty, open_page: OpenPage, axe: Axe, status: int, language: str, width: int
    ) -> None:
        page = open_page(width=width)
        faulty.status = status
        answer = page.goto(f"{faulty.address}/{language}/registration")
        assert answer is not None
        assert answer.status == status
        look(page, axe, language)
        main = page.locator("main")
        assert len(main.locator("p").first.inner_text()) > 20
        links = [link.get_attribute("href") for link in main.locator("a").all()]
        assert links == ([] if status in (403, 404) else [f"/{language}/registration"]) + [f"/{language}/"]
        faulty.status = 0
        main.locator("a").first.click()
        expect(page.locator("h1")).to_be_visible()
        assert page.url.startswith(f"{faulty.address}/{language}/")

    def test_a_database_that_is_away_takes_nothing_from_the_page(
        self, faulty: Faulty, open_page: OpenPage, axe: Axe, language: str, width: int
    ) -> None:
        page = open_page(width=width)
        page.goto(f"{faulty.address}/{language}/registration")
        page.locator("form button.button").first.click()
        page.get_by_role("textbox").first.fill("zephirine.quatrevents@example.org")
        faulty.status = 503
        page.locator("form button.button").first.click()
        look(page, axe, language)
        expect(page.locator("dd").first).to_have_text("zephirine.quatrevents@example.org")
        page.locator("nav.languages button").click()
        expect(page.locator("html")).to_have_attribute("lang", {"en": "fr", "fr": "en"}[language])
        expect(page.locator("dd").first).to_have_text("zephirine.quatrevents@example.org")
        faulty.status = 0
        page.locator("form button.button").first.click()
        expect(page.get_by_role("textbox").first).to_have_value("zephirine.quatrevents@example.org")


def look(page: Page, axe: Axe, language: str) -> None:
    """What holds on each: its language, its frame from the settings, no finding of axe, nothing beside the screen."""
    name = {"en": "Licences of the province", "fr": "Permis de la province"}[language]
    footer = {"en": "A service of the province", "fr": "Un service de la province"}[language]
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("header")).to_contain_text(name)
    expect(page.locator("footer")).to_contain_text(footer)
    expect(page).to_have_title(f"{page.locator('h1').inner_text()} - {name}")
    assert overflow(page) == 0
    assert axe(page) == []
