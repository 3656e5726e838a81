"""The places of an account in a real browser without scripts: home, messages, a letter, the summary, the profile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import FilePayload, Page

from flowrunner.service.deployment import open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application
from tests.browser.conftest import Serve
from tests.browser.looking import WIDE
from tests.browser.serving import Served
from tests.browser.walking import SCREENSHOTS, Axe, Walker
from tests.web.conftest import House
from tests.web.gardening import ADA, PASSWORD, decide, gardener, newest, picture

WORDS = {
    "en": {
        "home": "My garden",
        "return": "Return to my garden",
        "letter": "Letter about your permit",
        "download": "Download the letter (PDF)",
        "submitted": "Read what you submitted",
        "profile": "Your profile",
        "sketch": "The sketch.png",
        "new": "New",
    },
    "fr": {
        "home": "Mon jardin",
        "return": "Retour à mon jardin",
        "letter": "Lettre au sujet de votre permis",
        "download": "Télécharger la lettre (PDF)",
        "submitted": "Lire ce que vous avez soumis",
        "profile": "Votre profil",
        "sketch": "The sketch.png",
        "new": "Nouveau",
    },
}
PAPER = 740  # CSS pixels between the margins of a sheet
SKETCH = FilePayload(name="The sketch.png", mimeType="image/png", buffer=picture())


@pytest.fixture
def garden(serve: Serve, repository: Path, tmp_path: Path) -> Iterator[tuple[Served, House]]:
    """The flow `permit` served, and a hand on its records: that of the officer."""
    flows = tmp_path / "flows"
    flows.mkdir()
    shutil.copy(repository / "tests" / "flows" / "valid" / "permit.yaml", flows)
    served = serve(flows)
    deployment = open_services(Settings(folder=tmp_path, flows=(flows,), data=served.data), where)
    house = House(application(deployment), deployment)
    gardener(house)
    yield served, house
    deployment.close()


class Ada(Walker):
    """Asks for a plot in a browser."""

    def ask(self) -> None:
        self.page.goto(f"{self.address}/{self.language}/permit")
        self.page.fill("[name=email]", ADA)
        self.page.fill("[name=name]", "Ada")
        self.press("next")
        self.page.fill("[name=_password]", PASSWORD)
        self.press("next")
        self.page.check("[name=plot][value=shady]")
        self.page.set_input_files("[name=sketch]", [SKETCH])
        self.page.check("[name=agreed]")
        self.press("next")

    def open(self, name: str) -> None:
        """Follow a link by its words."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=WORDS[self.language][name], exact=True).click()


@pytest.mark.parametrize("language", ["en", "fr"])
class TestHome:
    def test_everything_of_an_account_can_be_found_read_and_kept(
        self, page: Page, axe: Axe, garden: tuple[Served, House], language: str
    ) -> None:
        served, house = garden
        said = WORDS[language]
        ada = Ada(page, axe, served.address, language)
        ada.ask()
        ada.open("return")
        assert ada.heading() == said["home"]
        ada.sound("home-one")
        decide(house, newest(house), "ask", wanted="A bill")
        page.reload()
        assert page.locator("strong.mark", has_text=said["new"]).count() == 2
        ada.sound("home-letter")
        ada.open("letter")
        ada.sound("message-letter")
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("link", name=said["download"]).click()
        made = download.value
        assert made.suggested_filename.startswith(said["letter"])
        with pikepdf.open(made.path()) as letter:
            assert letter.Root.Lang == language
            assert letter.Root.MarkInfo.Marked
        page.goto(f"{served.address}/{language}/permit/page/home")
        assert page.locator("strong.mark", has_text=said["new"]).count() == 1
        page.goto(f"{served.address}/{language}/permit/more")
        page.set_input_files("[name=proof]", [SKETCH])
        ada.press("next")
        ada.open("return")
        ada.open("submitted")
        ada.sound("submitted")
        assert page.get_by_role("link", name=said["sketch"]).count() == 2
        self.prints_well(page, language)
        page.goto(f"{served.address}/{language}/permit/page/profile")
        assert ada.heading() == said["profile"]
        ada.sound("profile")

    def prints_well(self, page: Page, language: str) -> None:
        """One sheet of paper, with what matters and without what only a screen needs."""
        page.emulate_media(media="print")
        for gone in (".skip", ".languages", ".session", ".back"):
            assert not page.locator(gone).first.is_visible()
        assert page.locator(".summary").first.is_visible()
        page.set_viewport_size({"width": PAPER, "height": 960})
        page.screenshot(path=SCREENSHOTS / f"submitted-print-{language}.png", full_page=True)
        page.set_viewport_size({"width": WIDE, "height": 900})
        with pikepdf.open(BytesIO(page.pdf(format="Letter"))) as paper:
            assert len(paper.pages) == 1
        page.emulate_media(media="screen")

    def test_of_several_one_is_chosen(self, page: Page, axe: Axe, garden: tuple[Served, House], language: str) -> None:
        served, house = garden
        gardener(house, new=False).again("Second")
        ada = Ada(page, axe, served.address, language)
        page.goto(f"{served.address}/{language}/permit/page/sign_in")
        page.fill("[name=email]", ADA)
        page.fill("[name=_password]", PASSWORD)
        ada.press("next")
        page.goto(f"{served.address}/{language}/permit/page/home")
        first = newest(house)
        gardener(house, new=False).again("Third")
        page.reload()
        ada.sound("home-several")
        ada.follow(f"button[value='case:{first.id}']")
        assert first.reference is not None
        assert first.reference in page.locator("main").inner_text()
