"""The first pages of the registration, as a plain client walks them: every outcome of the pre-check."""

from __future__ import annotations

import re
from html import escape

import pytest

from tests.web.conftest import House, Visitor

GOOD = {"email": "you@example.org", "regulator": "cicc", "membership_number": "R000123"}
OUTCOMES = {
    "invitation": GOOD,
    "sign_in_instead": {**GOOD, "email": "representative@example.org"},
    "client_found": {**GOOD, "email": "client@example.org"},
    "standing_problem": {**GOOD, "membership_number": "R706938"},
    "other_email": {**GOOD, "regulator": "lsbc", "membership_number": "10002"},
    "account_needs_help": {**GOOD, "regulator": "lsm", "membership_number": "10003"},
    "start_again": {**GOOD, "email": "lapsed@example.org"},
}


def walk(visitor: Visitor, language: str, answers: dict[str, str]) -> None:
    visitor.open(f"/{language}/registration")
    visitor.press()
    visitor.press(fill=answers)


class TestPreCheck:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_every_outcome_is_reached(self, visitor: Visitor, language: str, outcome: str) -> None:
        walk(visitor, language, OUTCOMES[outcome])
        assert (visitor.status, visitor.path) == (200, f"/{language}/registration/{outcome}")

    def test_a_body_without_numbers_needs_none(self, visitor: Visitor) -> None:
        walk(visitor, "en", {"email": "you@example.org", "regulator": "lsnb"})
        assert visitor.path.endswith("/invitation")

    def test_the_invitation_shows_its_code_and_keeps_it(self, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        assert visitor.page is not None
        code = next(e["value"] for e in visitor.page.controls if "readonly" in e.attributes)
        assert re.fullmatch("[A-Z2-9]{8}", code)
        french = visitor.open("/fr/registration/invitation")
        assert next(e["value"] for e in french.controls if "readonly" in e.attributes) == code

    def test_a_case_keeps_the_version_that_it_began_with(self, house: House, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        assert house.count("flow_versions") == 1


class TestProblems:
    def test_the_summary_leads_to_each_field_and_all_is_kept(self, visitor: Visitor) -> None:
        visitor.open("/fr/registration")
        visitor.press()
        typed = {"email": "<pas une adresse>", "representative_id": "X1", "regulator": "cicc"}
        page = visitor.press(fill=typed)
        assert visitor.status == 422
        assert page.title.startswith("Problème")
        links = [link["href"] for link in page.all("a") if link["href"].startswith("#") and "ul" in link.within]
        assert links == ["#email", "#membership_number", "#representative_id"]
        controls = {control["name"]: control for control in page.controls}
        for name in ("email", "membership_number", "representative_id"):
            assert controls[name]["aria-invalid"] == "true"
            assert f"{name}-problem" in controls[name]["aria-describedby"]
        assert "aria-invalid" not in controls["regulator"].attributes
        form = page.form()
        assert {name: form[name] for name in typed} == {name: [value] for name, value in typed.items()}
        assert escape(typed["email"]) in page.source

    def test_a_question_that_hangs_on_another_is_required_if_it_applies(self, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        page = visitor.press()
        marks = {label["for"]: " ".join(label.words.split()) for label in page.all("label")}
        assert marks["email"].endswith("(required)")
        assert marks["membership_number"].endswith("(required if it applies to you)")
        assert marks["representative_id"].endswith("(optional)")

    def test_an_answer_that_was_given_is_offered_again(self, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        page = visitor.open("/en/registration/access_request")
        assert {name: page.form()[name] for name in GOOD} == {name: [value] for name, value in GOOD.items()}


class TestCases:
    def test_looking_makes_no_case(self, house: House, visitor: Visitor) -> None:
        for path in ("/", "/en/", "/en/registration", "/fr/registration", "/en/report_problem"):
            visitor.open(path)
        assert [house.count(table) for table in ("cases", "sessions", "form_ids")] == [0, 0, 0]

    def test_the_first_page_makes_one_however_often_it_is_pressed(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        sent = visitor.form()
        answers = [visitor.post(sent, "/en/registration") for _ in range(3)]
        assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, "/en/registration/access_request")}
        assert house.count("cases") == 1
        assert house.count("form_ids") == 1

    def test_two_tabs_share_the_case(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        first = visitor.form()
        visitor.open("/en/registration")
        for sent in (first, visitor.form()):
            assert visitor.post(sent, "/en/registration").status_code == 303
        assert house.count("cases") == 1

    def test_pressing_a_later_page_twice_gives_the_same_redirect(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        visitor.press()
        sent, path = visitor.form(fill=GOOD), visitor.action
        first, second = visitor.post(sent, path), visitor.post(sent, path)
        assert first.headers["Location"] == second.headers["Location"] == "/en/registration/invitation"
        events = house.count("events")
        visitor.post(sent, path)
        assert house.count("events") == events

    def test_an_answer_that_was_changed_in_another_window_is_shown(self, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        visitor.open("/en/registration/access_request")
        old = visitor.form(fill={"email": "old@example.org"})
        visitor.open("/en/registration/access_request")
        visitor.press(email="new@example.org")
        page = visitor._take(visitor.post(old, "/en/registration/access_request"), "/en/registration/access_request")
        assert visitor.status == 409
        assert "new@example.org" in page.source
        assert page.form()["email"] == ["old@example.org"]
        visitor.press()
        assert visitor.path.endswith("/invitation")
