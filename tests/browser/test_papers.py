"""Files and addresses in a real browser without scripts, in both languages, at both widths."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.looking import NARROW, WIDE, Finding, overflow
from tests.browser.serving import Served, free_port, running
from tests.service import making

Axe = Callable[[Page], list[Finding]]
SCAN = FilePayload(name="Ma pièce d’identité.pdf", mimeType="application/pdf", buffer=making.pdf(mark="scan"))
OTHER = FilePayload(name="letter.docx", mimeType="application/x", buffer=making.docx())
LONG = FilePayload(name="a_very_long_name_without_spaces" * 3 + ".png", mimeType="x/y", buffer=making.picture("PNG"))
PROGRAM = FilePayload(name="scan.pdf", mimeType="application/pdf", buffer=b"MZ\x90\0")

WORDS = {
    "en": {
        "continue": "Continue",
        "photo": "Photo ID",
        "second": "Secondary ID",
        "others": "Other documents",
        "add": "Add file",
        "adds": "Add files",
        "uploaded": "Uploaded",
        "remove": "Remove",
        "problem": "There was a problem",
        "search": "Search",
        "manual": "Enter the address manually",
        "last": "Check what you added",
    },
    "fr": {
        "continue": "Continuer",
        "photo": "Pièce d’identité avec photo",
        "second": "Pièce d’identité secondaire",
        "others": "Autres documents",
        "add": "Ajouter le fichier",
        "adds": "Ajouter les fichiers",
        "uploaded": "Téléversé",
        "remove": "Retirer",
        "problem": "Un problème est survenu",
        "search": "Rechercher",
        "manual": "Saisir l’adresse manuellement",
        "last": "Vérifiez ce que vous avez ajouté",
    },
}


@pytest.fixture(scope="module")
def papers(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port, data = free_port(), tmp_path_factory.mktemp("papers")
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(repository), "--worker-class", "gthread"]
    command += ["--threads", "8", "--bind", f"127.0.0.1:{port}", "tests.web.papers:application()"]
    with running(command, port, data) as served:
        yield served


@pytest.mark.parametrize(("language", "width"), [("en", WIDE), ("fr", NARROW)])
class TestPapers:
    def look(self, page: Page, axe: Axe, name: str) -> None:
        assert axe(page) == []
        assert overflow(page) == 0
        folder = os.environ.get("PICTURES")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{page.url.split('/')[3]}.png", full_page=True)

    def test_from_the_first_file_to_the_address(
        self, open_page: Callable[..., Page], papers: Served, axe: Axe, language: str, width: int
    ) -> None:
        say, page = WORDS[language], open_page(width=width)
        page.goto(f"{papers.address}/{language}/papers")
        page.get_by_role("button", name=say["continue"]).click()
        self.look(page, axe, "papers-empty")
        photo, others = page.get_by_role("group", name=say["photo"]), page.get_by_role("group", name=say["others"])
        page.locator("#name").fill("Zoé")
        page.locator("#photo").set_input_files(SCAN)
        photo.get_by_role("button", name=say["add"]).click()
        expect(photo).to_contain_text(f"{SCAN['name']}")
        expect(photo.locator("strong")).to_have_text(say["uploaded"])
        expect(page.locator("#name")).to_have_value("Zoé")
        page.locator("#second").set_input_files(PROGRAM)
        page.locator("#others").set_input_files([OTHER, LONG])
        others.get_by_role("button", name=say["adds"]).click()
        expect(page.get_by_role("heading", name=say["problem"])).to_be_visible()
        expect(others.locator("li")).to_have_count(2)
        self.look(page, axe, "papers-problem")
        others.get_by_role("button", name=f"{say['remove']} {LONG['name']}").click()
        expect(others.locator("li")).to_have_count(1)
        page.locator("#second").set_input_files(OTHER)
        self.look(page, axe, "papers-full")
        page.locator("button.button", has_text=say["continue"]).click()
        self.find_the_address(page, axe, say)

    def find_the_address(self, page: Page, axe: Axe, say: dict[str, str]) -> None:
        expect(page.locator("[id='home.street']")).to_be_hidden()
        self.look(page, axe, "address-empty")
        page.locator("[id='home.search']").fill("12 main")
        page.locator("[id='home.search']").press("Enter")
        expect(page.locator("button.match")).to_have_count(2)
        self.look(page, axe, "address-found")
        page.locator("button.match", has_text="Ottawa").click()
        expect(page.locator("[id='home.postal_code']")).to_have_value("K1A 0B1")
        self.look(page, axe, "address-chosen")
        page.locator("button.button", has_text=say["continue"]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(say["last"])
        self.look(page, axe, "look-over")

    def test_the_boxes_open_without_script(
        self, open_page: Callable[..., Page], papers: Served, axe: Axe, language: str, width: int
    ) -> None:
        say, page = WORDS[language], open_page(width=width)
        page.goto(f"{papers.address}/{language}/papers")
        page.get_by_role("button", name=say["continue"]).click()
        page.locator("#name").fill("Zoé")
        page.locator("#photo").set_input_files(SCAN)
        page.locator("#second").set_input_files(OTHER)
        page.locator("button.button", has_text=say["continue"]).click()
        page.get_by_label(say["manual"]).check()
        expect(page.locator("[id='home.street']")).to_be_visible()
        page.locator("button.button", has_text=say["continue"]).click()
        expect(page.get_by_role("heading", name=say["problem"])).to_be_visible()
        self.look(page, axe, "address-problem")

    def test_a_file_is_saved_and_not_opened(
        self, open_page: Callable[..., Page], papers: Served, language: str, width: int
    ) -> None:
        say, page = WORDS[language], open_page(width=width)
        page.goto(f"{papers.address}/{language}/papers")
        page.get_by_role("button", name=say["continue"]).click()
        page.locator("#photo").set_input_files(SCAN)
        page.get_by_role("button", name=say["add"]).first.click()
        with page.expect_download() as download:
            page.get_by_role("link", name=SCAN["name"]).click()
        assert download.value.suggested_filename == SCAN["name"]
        assert download.value.path().read_bytes() == SCAN["buffer"]
