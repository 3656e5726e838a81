"""Officers at the desk in a real browser, with JavaScript off: one in English, one in French."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case
from flowrunner.service.accounts.sample_accounts import SAMPLE_PASSWORD
from flowrunner.service.cases.cases import Cases
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from tests.browser.conftest import OpenPage, Serve
from tests.browser.looking import NARROW, WIDE, overflow
from tests.browser.serving import Served
from tests.browser.walking import SCREENSHOTS, STEPS, Axe, Walker
from tests.placing import IN_DOUBT, Placing
from tests.service.walking import newest_code

ROOT = Path(__file__).parents[2]
WORDS = {
    "queue": {"en": "Cases that wait for you", "fr": "Dossiers qui vous attendent"},
    "case": {"en": "Case", "fr": "Dossier"},
    "sign_in": {"en": "Sign in to the desk", "fr": "Ouvrir une session au bureau"},
    "signed_out": {"en": "You are signed out", "fr": "Votre session est fermée"},
    "problems": {"en": "There was a problem", "fr": "Un problème est survenu"},
    "moved": {
        "en": "This case has moved on since you opened it",
        "fr": "Ce dossier a avancé depuis que vous l’avez ouvert",
    },
    "held": {"en": "Somebody else is at work on this case", "fr": "Une autre personne travaille à ce dossier"},
}
OFFICERS = {"en": "officer@example.org", "fr": "agent@example.org"}


class House:
    """The data of the server, as the service sees it."""

    def __init__(self, served: Served) -> None:
        catalogue = Catalogue([ROOT / "flows"])
        self.database = Database(f"sqlite:///{served.data / 'flowrunner.sqlite'}", open_keys(served.data))
        self.sources = Sources(self.database, {}, ROOT)
        self.service = Cases(ServiceContext(self.database, catalogue), self.sources, lambda case, step: "")
        self.placing = Placing(self.database, catalogue)

    def code(self) -> str:
        return newest_code(self.service, "sign_in")

    def close(self) -> None:
        self.sources.close()
        self.database.close()


@pytest.fixture
def served(serve: Serve) -> Served:
    """A server of this test's own: what is sent there is this test's mail."""
    return serve()


@pytest.fixture
def house(served: Served) -> Iterator[House]:
    opened = House(served)
    yield opened
    opened.close()


class Officer(Walker):
    """One officer at one browser."""

    def come_in(self, house: House, seen: bool = True) -> None:
        self.page.goto(f"{self.address}/{self.language}/desk")
        if seen:
            self.sound("desk_sign_in", "sign_in")
        self.page.fill("[name=email]", OFFICERS[self.language])
        self.page.fill("[name=_password]", SAMPLE_PASSWORD)
        self.follow("main button[value=next]")
        if seen:
            self.sound("desk_sign_in_code")
        self.page.fill("[name=_code]", house.code())
        self.follow("main button[value=next]")
        assert self.heading() == WORDS["queue"][self.language]

    def open(self, case: Case) -> None:
        self.page.goto(f"{self.address}/{self.language}/desk")
        self.follow(f"main a[href$='{case.id}']")
        assert self.heading() == f"{WORDS['case'][self.language]} {case.reference}"

    def says(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def sound(self, name: str, heading: str = "") -> None:
        """Axe finds nothing and the page fits, on an ordinary screen and on a small phone. Pictures are kept."""
        assert not heading or self.heading() == WORDS[heading][self.language]
        assert self.page.locator("html").get_attribute("lang") == self.language
        SCREENSHOTS.mkdir(exist_ok=True)
        for width in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert overflow(self.page) == 0
            assert self.axe(self.page) == []
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.language}-{width}.png", full_page=True)


Open = Callable[[str], Officer]


@pytest.fixture
def officer(open_page: OpenPage, axe: Axe, served: Served) -> Open:
    return lambda language: Officer(open_page(), axe, served.address, language)


@pytest.mark.parametrize("language", ["en", "fr"])
class TestDesk:
    def test_documents_are_asked_for(self, house: House, officer: Open, language: str) -> None:
        case = house.placing.place()
        house.placing.place(IN_DOUBT)
        house.placing.place("documents_late")
        at = officer(language)
        at.come_in(house)
        at.sound("desk_queue", "queue")
        at.open(case)
        at.sound("desk_case")
        at.follow("main a[href$='/explanation']")
        at.sound("desk_explanation")
        at.page.go_back()
        at.press("ask_documents")
        assert at.says(WORDS["problems"][language])
        at.sound("desk_case_problems")
        at.page.check("[name=documents_wanted][value=photo_id]")
        at.page.fill("[name=documents_note]", "<b>Merci</b>")
        at.press("ask_documents")
        assert at.says(STEPS["additional_documents"]["status"][language])
        assert at.says("<b>Merci</b>")
        at.sound("desk_case_waits")
        assert house.placing.load(case).step == "additional_documents"

    def test_one_refuses_and_another_approves(self, house: House, officer: Open, language: str) -> None:
        case, other = house.placing.place(IN_DOUBT), house.placing.place()
        at = officer(language)
        at.come_in(house, seen=False)
        at.open(case)
        assert at.page.locator(".notice-warning").count() == 1
        at.page.check("[name=refusal_reasons][value=membership]")
        at.press("refuse")
        assert at.says(STEPS["refused"]["status"][language])
        at.sound("desk_case_refused")
        at.page.goto(f"{at.address}/{language}/desk")
        at.page.fill("[name=_search]", str(other.reference).lower().replace("-", " "))
        at.follow("form[role=search] button")
        at.page.fill("[name=issued_id]", "P123456789")
        at.press("approve")
        assert at.says(STEPS["approved"]["status"][language])
        outcomes = [house.placing.load(each).outcome for each in (case, other)]
        assert outcomes == ["refused", "approved"]
        at.page.goto(f"{at.address}/{language}/desk")
        assert at.page.locator("table").count() == 0
        at.page.fill("[name=_search]", "AAAAA-AAAAA")
        at.follow("form[role=search] button")
        at.sound("desk_queue_not_found", "queue")


class TestTwo:
    def test_two_officers_at_one_case(self, house: House, officer: Open) -> None:
        case = house.placing.place()
        english, french = officer("en"), officer("fr")
        english.come_in(house, seen=False)
        french.come_in(house, seen=False)
        english.open(case)
        french.open(case)
        assert french.says(WORDS["held"]["fr"])
        french.sound("desk_case_held")
        french.page.fill("[name=issued_id]", "P123456789")
        french.press("approve")
        english.page.check("[name=refusal_reasons][value=details]")
        english.press("refuse")
        assert english.says(WORDS["moved"]["en"])
        assert english.says("agent@example.org")
        english.sound("desk_case_moved")
        assert house.placing.load(case).outcome == "approved"
        english.follow(".session button")
        english.sound("desk_signed_out", "signed_out")

    def test_the_other_language_keeps_what_was_typed(self, house: House, officer: Open) -> None:
        case = house.placing.place()
        at = officer("en")
        at.come_in(house, seen=False)
        at.open(case)
        at.page.fill("[name=documents_note]", "Please write soon")
        at.follow(".languages button")
        assert at.page.url == f"{at.address}/fr/desk/{case.id}"
        assert at.page.input_value("[name=documents_note]") == "Please write soon"

    def test_whoever_is_no_staff_stays_outside(self, house: House, officer: Open) -> None:
        at = officer("en")
        at.page.goto(f"{at.address}/en/desk")
        at.page.fill("[name=email]", "representative@example.org")
        at.page.fill("[name=_password]", SAMPLE_PASSWORD)
        at.follow("main button[value=next]")
        at.page.fill("[name=_code]", house.code())
        at.follow("main button[value=next]")
        assert at.heading() == "You cannot see this page"
        assert at.axe(at.page) == []
