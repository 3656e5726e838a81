"""After the submission, by two people at two browsers without scripts: a representative in French and an officer in
English. Documents are asked for and sent, the request is approved; every code and every notice comes by post."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import Page

from flowrunner.service.accounts.sample_accounts import SAMPLE_PASSWORD
from tests.browser.conftest import Begin, OpenPage
from tests.browser.registering import LETTER, SCAN, Person
from tests.browser.walking import STEPS

REFERENCE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")
HOME, MESSAGES = "Mon compte du portail d’IRCC", "Messages liés au compte"
SUBMITTED, REQUEST_LETTER, PROFILE = (
    "Demande d’inscription soumise",
    "Lettre de demande de représentant",
    "Votre profil",
)
STATUS, NEW_MESSAGE = "Statut d’inscription au portail d’IRCC", "Vous avez un nouveau message dans le portail d’IRCC"
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture
def person(page: Page, begin: Begin) -> Person:
    return begin(page, "fr", "deux.tours@example.org")


@pytest.fixture
def officer(open_page: OpenPage, begin: Begin) -> Person:
    return begin(open_page(), "en", "officer@example.org")


class TestDecision:
    @pytest.mark.shows("registration", 70, 71, 72, 73, 74, 76, 77, 80)
    def test_documents_are_asked_for_and_the_request_is_approved(self, person: Person, officer: Person) -> None:
        reference = self.register(person)
        self.read_what_was_submitted(person)
        self.come_in(officer)
        self.ask_for_documents(officer, reference)
        self.is_written_to(person, "documents", STATUS, NEW_MESSAGE)
        self.read_the_letter(person)
        self.send_documents(person, reference)
        self.approve(officer, reference)
        self.is_told(person)
        self.look_at_the_profile(person)
        self.sign_out(person)

    # --- The representative -----------------------------------------------------------------

    def register(self, person: Person) -> str:
        """The reference number of the request."""
        person.looks = False
        person.sign_up_from("bq", "765432-1")
        person.sign_in()
        person.add_documents()
        person.page.check("[id='mailing_address.manual']")
        person.type(mailing_address__street="1055, rue Notre-Dame Ouest", mailing_address__city="Montréal")
        person.page.select_option("[name='mailing_address.province']", "QC")
        person.type(mailing_address__postal_code="H3C 1K1", organisation="Cabinet Tremblay")
        person.submit()
        person.looks = True
        return self.reference(person)

    def reference(self, person: Person) -> str:
        found = REFERENCE.search(person.page.locator("main").inner_text())
        assert found is not None
        return found[0]

    def at_home(self, person: Person) -> None:
        person.page.goto(f"{person.address}/{person.language}/registration/page/home")
        assert person.heading() == HOME

    def open(self, person: Person, name: str) -> None:
        """Follow a link by its words."""
        with person.page.expect_navigation():
            person.page.get_by_role("link", name=name, exact=True).click()

    def read_what_was_submitted(self, person: Person) -> None:
        self.at_home(person)
        person.sound("decision-home-in-review")
        self.open(person, SUBMITTED)
        person.sound("decision-submitted")
        assert person.says("Cabinet Tremblay")
        assert person.page.locator("main").get_by_role("link", name=SCAN["name"]).count() == 1
        assert person.page.locator("main input, main select, main textarea").count() == 0

    def is_written_to(self, person: Person, word: str, *expected: str) -> None:
        """In the person's language, with what was decided in the mail about the status."""
        mails = person.post.next(person.email, len(expected))
        subjects = [str(mail["Subject"]).replace(NO_BREAK, " ") for mail in mails]
        assert sorted(subjects) == sorted(expected)
        decided = mails[subjects.index(STATUS)].get_body(("plain",))
        assert decided is not None
        assert word in decided.get_content()

    def read_the_letter(self, person: Person) -> None:
        self.at_home(person)
        person.sound("decision-home-documents")
        table = person.page.get_by_role("table", name=MESSAGES)
        assert table.get_by_role("row").filter(has_text=REQUEST_LETTER).count() == 1
        self.open(person, REQUEST_LETTER)
        person.sound("decision-letter")
        with person.page.expect_download(timeout=60_000) as download:
            person.page.locator("main a[href$='.pdf'], main a[href*='/letter']").first.click()
        with pikepdf.open(BytesIO(download.value.path().read_bytes())) as letter:
            assert letter.Root.Lang == "fr"
            assert letter.Root.MarkInfo.Marked

    def send_documents(self, person: Person, reference: str) -> None:
        self.at_home(person)
        self.open(person, STEPS["additional_documents"]["title"]["fr"])
        person.see("additional_documents")
        person.page.set_input_files("#more_documents", LETTER)
        person.page.get_by_role("button", name="Ajouter les fichiers").click()
        assert person.files() == [LETTER["name"]]
        assert person.page.locator(".document strong").all_inner_texts() == ["Téléversé"]
        person.see("additional_documents")
        person.press("next")
        person.see("in_review")
        assert person.says("Nous avons reçu vos documents.")
        assert self.reference(person) == reference

    def is_told(self, person: Person) -> None:
        self.is_written_to(person, "approuvé", STATUS)
        self.at_home(person)
        assert person.page.locator("strong.mark", has_text=STEPS["approved"]["status"]["fr"]).count() == 1
        person.sound("decision-home-approved")

    def look_at_the_profile(self, person: Person) -> None:
        self.open(person, PROFILE)
        person.sound("decision-profile")
        assert person.says("P123456780")

    def sign_out(self, person: Person) -> None:
        self.at_home(person)
        person.follow(".session button")
        person.page.goto(f"{person.address}/fr/registration/page/home")
        assert person.heading() != HOME

    # --- The officer --------------------------------------------------------------------------

    def come_in(self, officer: Person) -> None:
        officer.page.goto(f"{officer.address}/en/desk")
        officer.page.fill("[name=email]", officer.email)
        officer.page.fill("[name=_password]", SAMPLE_PASSWORD)
        officer.follow("main button[value=next]")
        officer.send(_code=officer.post.code(officer.email))
        assert officer.heading() == "Cases that wait for you"

    def find(self, officer: Person, reference: str) -> None:
        officer.page.goto(f"{officer.address}/en/desk")
        officer.sound("decision-queue")
        officer.page.fill("[name=_search]", reference)
        officer.follow("form[role=search] button")
        assert officer.heading() == f"Case {reference}"
        officer.sound("decision-case")

    def ask_for_documents(self, officer: Person, reference: str) -> None:
        self.find(officer, reference)
        officer.page.check("[name=documents_wanted][value=photo_id]")
        officer.press("ask_documents")
        assert officer.says(STEPS["additional_documents"]["status"]["en"])

    def look_at_picture(self, officer: Person) -> None:
        """It is fetched when it is asked for, and what was typed before is kept."""
        assert officer.page.locator("img.picture").count() == 0
        officer.page.fill("[name=issued_id]", "P12")
        opens = officer.page.locator("button", has_text=f"Show the picture {LETTER['name']}").last
        with officer.page.expect_response(lambda answer: "/picture/" in answer.url) as fetched:
            opens.click()
        assert (fetched.value.status, fetched.value.headers["content-type"]) == (200, "image/jpeg")
        box = officer.page.locator("img.picture").bounding_box()
        assert box is not None
        assert box["width"] >= 40
        assert officer.page.input_value("[name=issued_id]") == "P12"
        officer.sound("decision-case-picture")

    def approve(self, officer: Person, reference: str) -> None:
        self.find(officer, reference)
        assert officer.says(str(LETTER["name"]))
        self.look_at_picture(officer)
        officer.page.fill("[name=issued_id]", "P123456780")
        officer.press("approve")
        assert officer.says(STEPS["approved"]["status"]["en"])
        officer.sound("decision-case-approved")
