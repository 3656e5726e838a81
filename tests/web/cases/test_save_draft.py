"""What was typed and not sent is kept, whichever way somebody leaves the page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flowrunner.service.cases.drafts import MOST
from flowrunner.store.tables import unsubmitted
from flowrunner.web.addresses import STAY
from flowrunner.web.page.page_cache import PAGES
from tests.web.conftest import House, Visitor
from tests.web.test_pages import FLOWS
from tests.web.test_registration import GOOD, walk

HALF = {"email": "half@exa", "regulator": "lso", "membership_number": "<b>12"}


def at_the_first_questions(visitor: Visitor) -> None:
    visitor.open("/en/registration")
    visitor.press()


def typed(visitor: Visitor) -> dict[str, str]:
    assert visitor.page is not None
    form = visitor.page.form()
    return {name: form[name][0] for name in HALF}


class TestToggle:
    def test_it_keeps_what_was_typed_on_the_same_page_and_judges_nothing(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        page = visitor.toggle(HALF)
        assert (visitor.status, visitor.path) == (200, "/fr/registration/access_request")
        assert page.heading == "Obtenir un compte"
        assert typed(visitor) == HALF
        assert "aria-invalid" not in page.source
        page = visitor.toggle({"email": "other@exa"})
        assert visitor.path == "/en/registration/access_request"
        assert typed(visitor) == {**HALF, "email": "other@exa"}

    def test_before_there_is_a_case_it_stores_nothing(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/report_problem")
        page = visitor.toggle({"problem_kind": "broken", "problem_details": "Half a sen"})
        assert (visitor.status, visitor.path) == (200, "/fr/report_problem")
        assert page.heading == "Signaler un problème sur cette page"
        form = page.form()
        assert (form["problem_kind"], form["problem_details"]) == (["broken"], ["Half a sen"])
        assert [house.count(table) for table in ("cases", "sessions", "form_ids", "unsubmitted")] == [0, 0, 0, 0]
        visitor.press()
        assert (visitor.status, house.count("cases")) == (200, 1)

    def test_after_problems_it_keeps_what_was_typed(self, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        visitor.press(fill=HALF)
        assert visitor.status == 422
        visitor.toggle()
        assert typed(visitor) == HALF

    def test_an_unchecked_box_stays_unchecked(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        visitor.press(fill=GOOD)
        visitor.open("/en/registration/access_request")
        visitor.toggle({"email": "", "regulator": ""})
        assert typed(visitor) == {**GOOD, "email": "", "regulator": ""}


class TestWaysOut:
    def test_saving_says_how_to_come_back(self, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        page = visitor.press("_save", fill=HALF)
        assert visitor.path == "/en/registration/page/saved"
        assert page.heading == "What you entered is saved"
        assert "You stopped here: Get an account" in page.one("main").words
        assert "in this browser" in page.one("main").words
        (back,) = (link["href"] for link in page.all("a") if link.words.strip() == "Continue now")
        visitor.open(back)
        assert typed(visitor) == HALF

    def test_a_saved_page_of_a_case_with_a_code_says_that_it_opens_it_anywhere(self, visitor: Visitor) -> None:
        walk(visitor, "fr", GOOD)
        page = visitor.open("/fr/registration/page/saved")
        words = " ".join(page.one("main").words.split())
        assert "vous aurez besoin de ceci : Adresse de courriel et Code d’invitation." in words
        assert "/fr/registration/page/resume" in [link["href"] for link in page.all("a")]
        assert "Vous avez jusqu’à la fin du" in words

    def test_a_problem_can_be_reported_there(self, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        page = visitor.open("/en/registration/page/saved")
        (link,) = (link for link in page.all("a") if link.words.strip() == "Report a problem on this page")
        assert visitor.open(link["href"]).title.startswith("Report a problem")

    def test_without_a_case_nothing_was_saved(self, visitor: Visitor) -> None:
        visitor.open("/en/registration/page/saved")
        assert visitor.path == "/en/registration"

    def test_back_and_a_report_lose_nothing(self, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        visitor.press("_back", fill=HALF)
        assert visitor.path == "/en/registration/welcome"
        visitor.open("/en/registration/access_request")
        assert typed(visitor) == HALF
        page = visitor.press("_flow:report_problem", fill={**HALF, "email": "more@exa"})
        assert visitor.path == "/en/report_problem?from=registration/access_request"
        (back,) = (link["href"] for link in page.all("a") if link.words.strip() == "Back")
        visitor.open(back)
        assert typed(visitor) == {**HALF, "email": "more@exa"}

    @pytest.mark.parametrize("button", ["_", "_no", "_step:no", "_page:no", "_flow:no", "_step:", "_change:../x", "_:"])
    def test_a_button_that_leads_nowhere_stays(self, visitor: Visitor, button: str) -> None:
        at_the_first_questions(visitor)
        visitor.press(button, fill=HALF)
        assert (visitor.status, visitor.path) == (200, "/en/registration/access_request")
        assert typed(visitor) == HALF

    def test_a_step_that_is_not_on_the_path_keeps_nothing(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        sent = visitor.form("_stay", HALF)
        answer = visitor.post(sent, "/en/registration/review")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/registration/access_request")
        assert house.count("unsubmitted") == 0

    def test_too_much_is_refused_and_still_shown(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        page = visitor.press("_save", fill={**HALF, "membership_number": "x" * MOST})
        assert visitor.status == 422
        assert "too much text to save" in page.source
        assert typed(visitor)["membership_number"] == "x" * MOST
        assert house.count("unsubmitted") == 0

    def test_another_visitor_sees_none_of_it(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        visitor.press("_save", fill=HALF)
        other = house.visitor()
        at_the_first_questions(other)
        assert typed(other) == dict.fromkeys(HALF, "")


class TestLife:
    def test_it_is_sealed(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        visitor.press("_save", fill=HALF)
        with house.database.reading() as transaction:
            (row,) = transaction.connection.execute(select(unsubmitted)).all()
        assert row.step == "access_request"
        assert b"half@exa" not in row.sealed
        assert b"inputs" not in row.sealed

    def test_it_is_erased_when_the_page_is_sent_and_not_when_it_is_refused(
        self, house: House, visitor: Visitor
    ) -> None:
        at_the_first_questions(visitor)
        visitor.toggle(HALF)
        visitor.press()
        assert (visitor.status, house.count("unsubmitted")) == (422, 1)
        visitor.press(fill=GOOD)
        assert (visitor.path, house.count("unsubmitted")) == ("/fr/registration/invitation", 0)

    def test_what_another_window_sent_since_stands_before_it(self, house: House, visitor: Visitor) -> None:
        at_the_first_questions(visitor)
        left = visitor.form(STAY, HALF)
        visitor.press(fill=GOOD)
        visitor.post(left, "/en/registration/access_request")
        visitor.open("/en/registration/access_request")
        assert typed(visitor) == GOOD


class TestEnter:
    @pytest.mark.parametrize(("flow", "language"), FLOWS)
    def test_the_first_button_of_a_page_is_continue(self, visitor: Visitor, flow: str, language: str) -> None:
        for page in (visitor.open(f"/{language}/{flow}"), visitor.press()):
            first, *others = (button for button in page.all("button") if button["type"] != "button")
            assert (first["name"], first["value"], first["tabindex"]) == ("_button", "next", "-1")
            assert (first["aria-hidden"], first["class"]) == ("true", "hidden")
            assert others[-1]["tabindex"] == ""


class TestDrafts:
    def test_a_draft_holds_nothing_of_a_person_and_its_page_all(self, house: House, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        assert visitor.page is not None
        code = next(e["value"] for e in visitor.page.controls if "readonly" in e.attributes)
        visitor.open("/en/registration/access_request")
        assert typed(visitor) == GOOD
        drafts = house.app.extensions[PAGES].templates.values()
        assert len(drafts) >= 3
        for draft in drafts:
            whole = "".join(draft.pieces)
            assert not [word for word in (code, *GOOD.values()) if f'value="{word}"' in whole and word != "cicc"]
            assert " selected" not in whole

    def test_a_page_is_the_same_from_a_draft_and_without(self, house: House, visitor: Visitor) -> None:
        """Two people with other answers see the same page but for their own words."""
        pages = []
        for email in ("a@example.org", "b@example.org", "a@example.org"):
            person = house.visitor()
            walk(person, "en", {**GOOD, "email": email})
            pages.append([(e.tag, e["id"], e["name"], e["class"]) for e in person.open(person.path).elements])
        assert pages[0] == pages[1] == pages[2]
