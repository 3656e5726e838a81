"""The whole registration, from the first page to the confirmation, in a browser without scripts: each variant of the
review and the conversion of a client, with codes that come by post."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Begin, OpenPage
from tests.browser.registering import LETTER, SCAN, Person
from tests.browser.walking import STEPS, WORDS

RESUME = {"en": "Continue a request that you began", "fr": "Poursuivre une demande commencée"}
REFERENCE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")


class TestJourney:
    def test_one_match_is_approved_at_once(self, page: Page, begin: Begin) -> None:
        person = begin(page, "en", "one.match@example.org")
        person.looks = False
        person.sign_up_from("cicc", "R000123", "P123456789")
        person.sign_in()
        person.looks = True
        person.see("review")
        assert person.summary_is_in_columns()
        assert person.page.input_value("[name=organisation]") == "Tremblay et associés"
        assert person.page.input_value("[name=business_phone]") == "+1 613-555-0142"
        assert person.page.locator("input[type=file]").count() == 0
        person.add_address("12 main", "Ottawa")
        person.submit()
        person.see("approved")
        assert REFERENCE.search(person.page.locator("main").inner_text())
        assert person.says("R000123")
        assert person.post.newest(person.email)["Subject"] == "IRCC Portal enrolment status"

    @pytest.mark.shows("registration", 43, 58)
    def test_no_match_in_french_by_post_and_in_two_browsers(
        self, page: Page, open_page: OpenPage, begin: Begin
    ) -> None:
        first = begin(page, "fr", "sans.correspondance@example.org")
        invitation = first.invited("bq", "123456-7", "P999999999")
        first.press("next")
        first.type(family_name="Tremblay")
        first.press("_save")
        assert first.heading() == WORDS["saved"]["fr"]
        first.sound("journey-saved")
        person = first.elsewhere(open_page(locale="fr-CA"))
        self.come_back(person, invitation)
        person.sign_up(invitation)
        person.sign_in()
        person.see("review")
        person.press("next")
        lines = person.page.locator(".problems li").all_inner_texts()
        assert len(lines) == len(set(lines)) == 9
        person.see("review")
        person.add_documents()
        assert person.files() == [SCAN["name"], LETTER["name"]]
        person.switch_language()
        assert person.files() == [SCAN["name"], LETTER["name"]]
        person.switch_language()
        person.page.check("[id='mailing_address.manual']")
        person.type(mailing_address__street="1055, rue Notre-Dame Ouest", mailing_address__city="Montréal")
        person.page.select_option("[name='mailing_address.province']", "QC")
        person.type(mailing_address__postal_code="h3c1k1", organisation="Cabinet Tremblay")
        person.see("review")
        person.submit()
        person.see("in_review")
        assert REFERENCE.search(person.page.locator("main").inner_text())
        assert person.says("Il s’agit du 123456-7.")

    def come_back(self, person: Person, invitation: str) -> None:
        person.page.goto(f"{person.address}/{person.language}/registration/page/resume")
        assert person.heading() == RESUME[person.language]
        person.sound("journey-resume")
        person.send(email=person.email, invitation_code=invitation)
        assert person.page.input_value("[name=family_name]") == "Tremblay"

    @pytest.mark.shows("registration", 57)
    def test_the_first_time_in_english(self, page: Page, begin: Begin) -> None:
        person = begin(page, "en", "first.time@example.org")
        person.looks = False
        person.sign_up_from("lso", "54321B")
        person.sign_in()
        person.looks = True
        person.see("review")
        self.change_the_name(person)
        self.try_the_number_of_another(person)
        person.add_documents()
        person.type(mailing_address__search="12 main")
        person.follow("[value='_search:mailing_address']")
        assert person.page.locator("button.match").all_inner_texts() != []
        person.see("review")
        person.page.check("[id='mailing_address.manual']")
        assert person.page.locator("[name='mailing_address.street']").is_visible()
        person.add_address("12 main", "Moncton")
        assert person.page.input_value("[name='mailing_address.postal_code']") == "E1C 1A1"
        person.submit()
        person.see("in_review")
        assert person.says("54321B")
        person.page.go_back()
        person.page.reload()
        assert person.heading() == STEPS["in_review"]["title"]["en"]

    def change_the_name(self, person: Person) -> None:
        person.follow("[href*=change_name], [value*=change_name]")
        person.see("change_name")
        person.send(given_name="Zoé")
        assert person.says("Zoé")

    def try_the_number_of_another(self, person: Person) -> None:
        person.follow("[href*=change_membership], [value*=change_membership]")
        person.page.select_option("[name=regulator]", "lsbc")
        person.send(membership_number="10002")
        assert person.page.locator(".problems a").get_attribute("href") == "#membership_number"
        person.see("change_membership")
        person.follow(".back a, .back button")
        assert person.says("54321B")

    def test_a_client_is_converted(self, page: Page, begin: Begin) -> None:
        person = begin(page, "en", "client@example.org")
        person.start()
        person.fill(person.email, "lsa", "10001")
        person.see("client_found")
        person.press("next")
        person.sign_in()
        person.see("conversion_code")
        person.send(conversion_code=person.post.code(person.email))
        person.see("your_details")
        assert person.summary_is_in_columns()
        assert person.page.input_value("[name=phone]") == "+1 613-555-0142"
        person.press("next")
        person.see("review")
        person.add_documents()
        person.add_address("12 main", "Ottawa")
        person.submit()
        person.see("in_review")
        assert person.says("10001")
