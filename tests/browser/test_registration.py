"""From welcome to every outcome of the pre-check, in both languages, with JavaScript off."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, Serve
from tests.browser.serving import Served
from tests.browser.walking import STEPS, WORDS, Axe, Walker

# Where it leads: e-mail, body, membership number.
OUTCOMES = {
    "sign_in_instead": [
        ("representative@example.org", "cicc", "R000123"),
        ("draft@example.org", "cicc", "R000123"),
        ("in.review@example.org", "cicc", "R000123"),
    ],
    "other_email": [("you@example.org", "lsbc", "10002")],
    "account_needs_help": [
        ("you@example.org", "lsm", "10003"),
        ("you@example.org", "lss", "10004"),
        ("you@example.org", "nsbs", "10005"),
    ],
    "start_again": [("lapsed@example.org", "cicc", "R000123")],
    "client_found": [("client@example.org", "cicc", "R000123")],
    "standing_problem": [
        ("you@example.org", "cicc", "R706938"),
        ("you@example.org", "cicc", "R706937"),
        ("you@example.org", "lso", "54322c"),
    ],
    "invitation": [
        ("you@example.org", "cicc", "r000123 "),
        ("you@example.org", "cicc", "R799999"),
        ("you@example.org", "lsnb", ""),
        ("you@example.org", "lsnl", ""),
        ("you@example.org", "lsnt", ""),
        ("you@example.org", "lsy", ""),
    ],
}
FLAT = [(step, *typed) for step, every in OUTCOMES.items() for typed in every]
LANGUAGES = ("en", "fr")


@pytest.fixture(params=LANGUAGES)
def walker(request: pytest.FixtureRequest, page: Page, axe: Axe, served: Served) -> Walker:
    return Walker(page, axe, served.address, request.param)


class TestRegistration:
    @pytest.mark.shows("registration", 4)
    def test_the_way_in(self, walker: Walker, open_page: OpenPage) -> None:
        page = open_page(locale=f"{walker.language}-CA")
        page.goto(walker.address)
        assert page.url == f"{walker.address}/{walker.language}/"
        walker.page.goto(page.url)
        walker.sound("services")
        walker.follow("a[href$='/registration']")
        assert walker.heading() == STEPS["welcome"]["title"][walker.language]
        walker.sound("welcome")
        walker.press("next")
        walker.at("access_request")

    @pytest.mark.parametrize(("step", "email", "regulator", "number"), FLAT)
    def test_every_outcome(self, walker: Walker, step: str, email: str, regulator: str, number: str) -> None:
        walker.start()
        walker.fill(email, regulator, number)
        walker.at(step, seen=(email, regulator, number) != OUTCOMES[step][0])

    def test_standing_problem_is_changed_or_taken_along(self, walker: Walker) -> None:
        walker.start()
        walker.fill("you@example.org", "lso", "54322C")
        walker.press("change")
        walker.at("access_request", seen=True)
        assert walker.page.input_value("[name=membership_number]") == "54322C"
        walker.press("next")
        walker.press("next")
        walker.at("invitation", seen=True)

    def test_refused_on_standing_by_policy(
        self, repository: Path, tmp_path: Path, serve: Serve, open_page: OpenPage, axe: Axe
    ) -> None:
        folder = tmp_path / "flows"
        shutil.copytree(repository / "flows", folder)
        path = folder / "registration.yaml"
        before, switch, after = path.read_text("utf-8").partition("officer_may_decide_standing:")
        path.write_text(before + switch + after.replace("when: true", "when: false", 1), "utf-8")
        address = serve(folder).address
        for language in LANGUAGES:
            walker = Walker(open_page(), axe, address, language)
            walker.start()
            walker.fill("you@example.org", "cicc", "R706938")
            walker.at("standing_refused")

    def test_invitation_shows_the_code_and_leads_to_the_sign_up(self, walker: Walker) -> None:
        walker.start()
        walker.fill("you@example.org", "cicc", "R000123")
        code = walker.page.locator("input[readonly]")
        assert len(code.input_value()) >= 8
        shown = code.input_value()
        walker.press("next")
        walker.at("sign_up", seen=True)
        walker.page.goto(f"{walker.address}/{walker.language}/registration/invitation")
        assert walker.page.locator("input[readonly]").input_value() == shown

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_code_is_copied_by_a_button(self, open_page: OpenPage, axe: Axe, served: Served, language: str) -> None:
        page = open_page(scripts=True)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        walker = Walker(page, axe, served.address, language)
        walker.start()
        walker.fill("you@example.org", "cicc", "R000123")
        code = page.locator("input[readonly]").input_value()
        page.click("button[data-copies]")
        page.locator("[role=status]", has_text=re.compile("Copied|Copié")).wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == code
        walker.at("invitation")

    def test_problems_lead_to_their_fields_and_keep_what_was_typed(self, walker: Walker) -> None:
        walker.start()
        walker.fill("no address", "cicc", "12", "X1")
        assert walker.page.locator(".problems h2").inner_text() == WORDS["problems"][walker.language]
        links = walker.page.locator(".problems a")
        targets = [links.nth(i).get_attribute("href") for i in range(links.count())]
        assert targets == ["#email", "#membership_number", "#representative_id"]
        assert walker.page.input_value("#email") == "no address"
        assert walker.page.input_value("#regulator") == "cicc"
        links.nth(1).click()
        focused = walker.page.locator("#membership_number:focus")
        described = (focused.get_attribute("aria-describedby") or "").split()
        assert focused.get_attribute("aria-invalid") == "true"
        said = walker.page.locator(f"#{described[-1]}").inner_text()
        assert said == links.nth(1).inner_text()
        walker.sound("problems")

    def test_the_language_link_keeps_the_page_and_its_answers(self, walker: Walker) -> None:
        walker.start()
        walker.fill("you@example.org", "lso", "54322C")
        walker.follow(".languages [lang]")
        walker.language = "fr" if walker.language == "en" else "en"
        walker.at("standing_problem")

    def test_what_was_half_typed_is_kept_in_the_other_language(self, walker: Walker) -> None:
        walker.start()
        walker.page.fill("[name=email]", "half@exa")
        walker.page.select_option("[name=regulator]", "lso")
        walker.follow(".languages [lang]")
        walker.language = "fr" if walker.language == "en" else "en"
        walker.at("access_request", seen=True)
        assert walker.page.input_value("[name=email]") == "half@exa"
        assert walker.page.input_value("[name=regulator]") == "lso"
        walker.follow("[value=_save]")
        assert walker.heading() == WORDS["saved"][walker.language]
        walker.sound("saved")
        walker.follow("main a >> nth=0")
        assert walker.page.input_value("[name=email]") == "half@exa"

    @pytest.mark.parametrize("control", ["email", "membership_number", "representative_id"])
    def test_enter_continues(self, walker: Walker, control: str) -> None:
        walker.start()
        walker.page.fill("[name=email]", "you@example.org")
        walker.page.select_option("[name=regulator]", "cicc")
        walker.page.fill("[name=membership_number]", "R000123")
        with walker.page.expect_navigation():
            walker.page.press(f"[name={control}]", "Enter")
        walker.at("invitation", seen=True)

    def test_the_keyboard_alone_goes_through(self, walker: Walker) -> None:
        page = walker.page
        page.goto(f"{walker.address}/{walker.language}/registration")
        self._tab_to(page, "button[value=next]:not(.hidden)")
        with page.expect_navigation(url="**/access_request"):
            page.keyboard.press("Enter")
        self._tab_to(page, "#email")
        page.keyboard.type("you@example.org")
        self._tab_to(page, "#regulator")
        page.keyboard.type("col")
        self._tab_to(page, "#membership_number")
        page.keyboard.type("R000123")
        self._tab_to(page, "button[value=next]:not(.hidden)")
        with page.expect_navigation(url="**/invitation"):
            page.keyboard.press("Enter")

    def _tab_to(self, page: Page, target: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.locator(f"{target}:focus").count():
                return
        raise AssertionError(f"The keyboard does not reach {target}.")
