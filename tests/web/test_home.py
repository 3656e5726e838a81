"""The home page of an account: its cases and messages, and nobody else's."""

from __future__ import annotations

import re

import pytest

from tests.web.accounts.walking import words
from tests.web.conftest import House
from tests.web.gardening import (
    ADA,
    BEN,
    HOME,
    PROFILE,
    SIGN_IN,
    SUBMITTED,
    Gardener,
    decide,
    gardener,
    newest,
    picture,
    reference_of,
)
from tests.web.reading import Read


@pytest.fixture
def ada(house: House) -> Gardener:
    return gardener(house)


class TestWhoComes:
    def test_a_stranger_signs_in_and_is_back(self, ada: Gardener) -> None:
        for place in (HOME, PROFILE):
            other = gardener(ada.house, new=False)
            other.open(place)
            assert other.path == f"{SIGN_IN}?next={place}"
            other.press(email=ADA, _password="rain on four dry beans")
            assert other.path == place

    def test_who_signed_out_sees_nothing_of_it(self, ada: Gardener) -> None:
        ada.ask()
        assert "We look at your request" in words(ada.open(HOME))
        ada.sign_out()
        page = ada.open(HOME)
        assert ada.path.startswith(SIGN_IN)
        assert "We look at your request" not in page.source
        ada.open(SUBMITTED)
        assert ada.path.startswith(SIGN_IN)

    def test_a_flow_without_accounts_has_no_home(self, ada: Gardener) -> None:
        for name in ("home", "profile"):
            assert ada.client.get(f"/en/report_problem/page/{name}").status_code == 404
        assert ada.client.get("/en/nothing/page/home").status_code == 404
        assert ada.client.get("/xx/permit/page/home").status_code == 404

    def test_a_form_of_another_session_chooses_nothing(self, ada: Gardener) -> None:
        ada.ask()
        ada.again("Eve")
        ada.open(HOME)
        (button, *_) = ada.buttons().values()
        answer = ada.post({"_csrf": ["forged"], "_button": [button]}, HOME)
        assert answer.status_code == 400
        assert "My garden" in answer.text


class TestCases:
    def test_nothing_is_there_yet(self, ada: Gardener) -> None:
        ada.sign_in()
        page = ada.open(HOME)
        assert page.heading == "My garden"
        assert words(page).count("There is nothing here yet.") == 2
        assert "Welcome" not in words(page)

    def test_one_case_is_a_line_with_a_link(self, ada: Gardener) -> None:
        ada.fill_in()
        page = ada.open(HOME)
        assert ada.links()["Your plot"] == "/en/permit/details"
        assert "Draft" in words(page)
        assert "Started on" in words(page)
        assert "Submitted on" not in words(page)

    def test_what_was_submitted_can_be_read(self, ada: Gardener) -> None:
        ada.ask()
        reference = reference_of(newest(ada.house))
        ada.open("/en/permit/in_review")
        ada.open(ada.links()["Return to my garden"])
        page = ada.page
        assert page is not None
        assert page.heading == "My garden"
        assert "Welcome, Ada." in words(page)
        assert reference in words(page)
        assert "In review" in words(page)
        assert ada.links()["We look at your request"] == "/en/permit/in_review"
        page = ada.open(ada.links()["Read what you submitted"])
        assert page.heading == "Your request as you sent it"
        french = ada.open("/fr/permit/page/home")
        assert "En cours d’examen" in words(french)
        assert "Bonjour" not in words(french)
        assert "Nous examinons votre demande" in ada.links()

    def test_the_owner_of_a_case_that_waits_only_looks(self, ada: Gardener) -> None:
        ada.ask()
        page = ada.open("/en/permit/in_review")
        assert page.heading == "We look at your request"
        assert ada.buttons() == {}

    def test_of_several_the_chosen_one_opens(self, ada: Gardener) -> None:
        ada.ask(name="First")
        first = newest(ada.house)
        ada.again("Second")
        second = newest(ada.house)
        assert first.id != second.id
        for case in (first, second, first):
            page = ada.open(HOME)
            assert case.id not in str(ada.links().values())
            ada.press(f"case:{case.id}")
            assert ada.path == "/en/permit/in_review"
            assert f"Your number is {case.reference}" in words(ada.open("/en/permit/in_review"))
            ada.open(HOME)
            page = ada.press(f"submitted:{case.id}")
            assert ada.path == SUBMITTED
            assert reference_of(case) in words(page)
        ada.open(HOME)
        labels = list(ada.buttons())
        assert len(labels) == len(set(labels)) == 4

    def test_the_newest_stands_first_and_one_that_ended_stays(self, ada: Gardener) -> None:
        ada.ask(name="First")
        first = newest(ada.house)
        ada.again("Second")
        decide(ada.house, first, "approve")
        page = ada.open(HOME)
        said = words(page)
        assert said.index("Your plot is yours") < said.index("We look at your request")
        page = ada.press(f"case:{first.id}")
        assert page.heading == "Your plot is yours"

    def test_one_case_that_ended_opens_in_any_browser(self, ada: Gardener) -> None:
        ada.ask()
        case = decide(ada.house, newest(ada.house), "approve")
        other = gardener(ada.house, new=False)
        other.sign_in()
        other.open(HOME)
        page = other.press(f"case:{case.id}")
        assert page.heading == "Your plot is yours"

    def test_a_case_of_another_opens_nothing(self, ada: Gardener) -> None:
        ada.ask()
        theirs = newest(ada.house)
        ben = gardener(ada.house, BEN)
        ben.ask(BEN, "Ben")
        ben.again("Ben", BEN)
        for kind in ("case", "submitted"):
            ben.open(HOME)
            ben.press(f"{kind}:{theirs.id}")
            assert (ben.status, ben.path) == (200, HOME)
        assert reference_of(theirs) not in ben.open("/en/permit/in_review").source
        assert reference_of(theirs) not in ben.open(SUBMITTED).source
        assert reference_of(theirs) not in ben.open(HOME).source

    def test_words_that_are_no_case_open_nothing(self, ada: Gardener) -> None:
        ada.ask()
        ada.again("Second")
        for button in ("", "case:", "case", "submitted:x", "case:" + "a" * 5000, "case:\0", "case:é"):
            ada.open(HOME)
            ada.press(button)
            assert (ada.status, ada.path) == (200, HOME)

    def test_the_list_does_not_ask_once_a_line(self, ada: Gardener) -> None:
        ada.ask()
        decide(ada.house, newest(ada.house), "ask", wanted="A bill")
        ada.open(HOME)
        few = self._count(ada)
        for number in range(3):
            ada.again(f"Ada {number}")
            decide(ada.house, newest(ada.house), "ask", wanted="A bill")
        assert self._count(ada) == few

    def _count(self, ada: Gardener) -> list[str]:
        stop = ada.house.statements()
        ada.open(HOME)
        return [re.sub(r"\s+", " ", each)[:40] for each in stop()]

    def test_a_case_that_no_account_has_yet_is_not_lost(self, ada: Gardener) -> None:
        ada.ask()
        done = newest(ada.house)
        decide(ada.house, done, "approve")
        ada.open("/en/permit")
        ada.press(email=ADA, name="Again")
        page = ada.open(HOME)
        assert ada.links()["Sign in to go on (" + _day(page.source) + ")"] == "/en/permit/sign_in"
        assert "Not in your account yet" in words(page)


def _day(source: str) -> str:
    found = re.search(r'Sign in to go on<span class="hidden"> \(([^)]*)\)', source)
    assert found is not None
    return " ".join(found[1].split())


class TestMessages:
    def test_a_new_one_is_marked_in_words_until_it_is_read(self, ada: Gardener) -> None:
        ada.ask()
        page = ada.open(HOME)
        assert page.one("table")["aria-labelledby"]
        row = next(cell for cell in page.all("th") if cell["scope"] == "row")
        assert " ".join(row.words.split()) == "New We have your request, Ada"
        page = ada.open(ada.links()["We have your request, Ada"])
        assert page.heading == "We have your request, Ada"
        assert f"Its number is {newest(ada.house).reference}." in words(page)
        page = ada.open(ada.links()["Home page of your account"])
        assert "New" not in words(page).split()

    def test_asking_for_the_head_alone_does_not_read_it(self, ada: Gardener) -> None:
        ada.ask()
        ada.open(HOME)
        ada.client.head(ada.links()["We have your request, Ada"])
        assert "New" in words(ada.open(HOME)).split()

    def test_in_the_other_language(self, ada: Gardener) -> None:
        ada.ask()
        ada.open("/fr/permit/page/home")
        page = ada.open(ada.links()["Nous avons votre demande, Ada"])
        assert page.heading == "Nous avons votre demande, Ada"
        assert ada.path.startswith("/fr/")

    def test_one_of_another_is_not_there(self, ada: Gardener) -> None:
        ada.ask()
        ada.open(HOME)
        theirs = ada.links()["We have your request, Ada"]
        ben = gardener(ada.house, BEN)
        ben.sign_in(BEN)
        assert ben.client.get(theirs).status_code == 404
        assert ben.client.get(f"{theirs}/letter").status_code == 404
        stranger = gardener(ada.house, new=False)
        stranger.open(theirs)
        assert stranger.path.startswith(SIGN_IN)
        stranger.open(f"{theirs}/letter")
        assert stranger.path.startswith(SIGN_IN)
        # Nobody but its owner has read it.
        assert "New" in words(ada.open(HOME)).split()

    def test_one_is_read_at_its_own_flow_alone(self, ada: Gardener) -> None:
        ada.ask()
        ada.open(HOME)
        there = ada.links()["We have your request, Ada"].replace("/permit/", "/registration/")
        assert ada.client.get(there).status_code in (303, 404)
        assert "We have your request" not in ada.client.get(there, follow_redirects=True).text

    @pytest.mark.parametrize("number", ["0", "99", "2147483647", "2147483648", "-1", "x"])
    def test_a_number_of_none_is_not_there(self, ada: Gardener, number: str) -> None:
        ada.sign_in()
        assert ada.client.get(f"/en/permit/page/message/{number}").status_code == 404


class TestLetters:
    @pytest.fixture
    def asked(self, ada: Gardener) -> Gardener:
        ada.ask()
        decide(ada.house, newest(ada.house), "ask", wanted="<b>A bill</b>")
        return ada

    def test_it_is_a_page_and_a_file(self, asked: Gardener) -> None:
        asked.open(HOME)
        page = asked.open(asked.links()["Letter about your permit"])
        assert "Send us this document: <b>A bill</b>." in words(page)
        assert "Letter" in words(page)
        link = asked.links()["Download the letter (PDF)"]
        answer = asked.client.get(link)
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Length"] == str(len(answer.data))
        said = answer.headers["Content-Disposition"]
        assert said.startswith('attachment; filename="Letter about your permit - ')
        assert said.endswith(".pdf")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_its_name_is_in_the_language_of_the_person(self, asked: Gardener) -> None:
        asked.open("/fr/permit/page/home")
        asked.open(asked.links()["Lettre au sujet de votre permis"])
        answer = asked.client.get(asked.links()["Télécharger la lettre (PDF)"])
        assert "Lettre%20au%20sujet%20de%20votre%20permis" in answer.headers["Content-Disposition"]

    def test_without_what_a_pdf_needs_the_page_itself_is_the_file(
        self, asked: Gardener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # What the child says when Pango is missing.
        monkeypatch.setattr("flowrunner.service.letter_making._PROGRAM", ("/bin/sh", "-c", "exit 3"))
        asked.open(HOME)
        asked.open(asked.links()["Letter about your permit"])
        answer = asked.client.get(asked.links()["Download the letter (HTML)"])
        assert answer.mimetype == "text/html"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert ".html" in answer.headers["Content-Disposition"]
        assert "@page" in answer.text
        assert "&lt;b&gt;A bill&lt;/b&gt;" in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_a_message_is_no_letter_to_keep(self, asked: Gardener) -> None:
        asked.open(HOME)
        asked.open(asked.links()["We have your request, Ada"])
        assert [link for link in asked.links() if link.startswith("Download")] == []


class TestSubmitted:
    def test_it_says_what_was_sent_page_by_page(self, ada: Gardener) -> None:
        ada.ask(sketch=picture())
        page = ada.open(SUBMITTED)
        headings = [" ".join(each.words.split()) for each in page.all("h2") if "main" in each.within]
        assert headings == ["Who you are", "Your plot"]
        assert "Keep this page, Ada." in words(page)
        assert reference_of(newest(ada.house)) in words(page)
        rows = dict(zip(_texts(page, "dt"), _texts(page, "dd"), strict=True))
        assert rows["Email"] == ADA
        assert rows["Plot"] == "In the sun"
        assert rows["Remark"] == "No answer"
        assert rows["I water my plot"] == "Yes"
        assert rows["Sketch"].startswith("Mein Plan é.png (")
        file = ada.client.get(ada.links()["Mein Plan é.png"])
        assert (file.status_code, file.data) == (200, picture())

    def test_a_file_of_another_opens_nothing(self, ada: Gardener) -> None:
        ada.ask(sketch=picture())
        ada.open(SUBMITTED)
        link = ada.links()["Mein Plan é.png"]
        ben = gardener(ada.house, BEN)
        ben.ask(BEN, "Ben")
        assert ben.client.get(link).status_code == 404
        assert gardener(ada.house, new=False).client.get(link).status_code == 404

    def test_later_rounds_stand_below_and_what_officers_typed_does_not(self, ada: Gardener) -> None:
        ada.ask()
        for number in range(2):
            decide(ada.house, newest(ada.house), "ask", wanted="A secret word")
            ada.open("/en/permit/more")
            ada.add({"proof": (f"proof {number}.png", picture())}, "next")
            assert ada.path == "/en/permit/in_review"
        page = ada.open(SUBMITTED)
        assert "A secret word" not in page.source
        assert [link for link in ada.links() if link.startswith("proof")] == ["proof 0.png", "proof 1.png"]
        added = [each for each in _texts(page, "h2") if each.startswith("Added on")]
        assert len(added) == 2
        assert _texts(page, "h3") == ["Send the document"] * 2
        for name in ("proof 0.png", "proof 1.png"):
            assert ada.client.get(ada.links()[name]).status_code == 200

    def test_what_was_not_submitted_is_where_the_person_is(self, ada: Gardener) -> None:
        ada.fill_in()
        ada.open(SUBMITTED)
        assert ada.path == "/en/permit/details"
        other = gardener(ada.house, new=False)
        other.open(SUBMITTED)
        assert other.path.startswith(SIGN_IN)

    def test_in_the_other_language(self, ada: Gardener) -> None:
        ada.ask()
        page = ada.open("/fr/permit/page/submitted")
        assert page.heading == "Votre demande telle que vous l’avez envoyée"
        assert "Au soleil" in words(page)


class TestProfile:
    def test_it_shows_what_the_account_keeps(self, ada: Gardener) -> None:
        ada.ask()
        page = ada.open(PROFILE)
        assert page.heading == "Your profile"
        rows = dict(zip(_texts(page, "dt"), _texts(page, "dd"), strict=True))
        assert rows == {"Email": ADA, "Name": "Ada", "Plot": "In the sun"}
        assert ada.links()["Home page of your account"] == HOME
        assert "gardener" not in words(page)

    def test_a_link_of_the_flow_shows_with_the_role_that_it_is_for(self, ada: Gardener) -> None:
        ada.ask()
        ada.open(HOME)
        assert "My profile" not in ada.links()
        decide(ada.house, newest(ada.house), "approve")
        ada.open(HOME)
        assert ada.links()["My profile"] == PROFILE


def _texts(page: Read, tag: str) -> list[str]:
    """The words of the elements of a kind in the page's own part."""
    return [" ".join(each.words.split()) for each in page.all(tag) if "main" in each.within]
