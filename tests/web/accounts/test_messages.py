"""The messages and letters of an account: read by their owner, marked until then, kept as files."""

from __future__ import annotations

import pytest

from tests.web.accounts.walking import words
from tests.web.conftest import House
from tests.web.gardening import (
    BEN,
    HOME,
    SIGN_IN,
    Gardener,
    decide,
    gardener,
    newest,
)


@pytest.fixture
def ada(house: House) -> Gardener:
    return gardener(house)


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
        assert "We have your request" not in ben.open(HOME).source
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
        there = ada.links()["We have your request, Ada"].replace("/en/permit/", "/fr/jardin/")
        # The same account is signed in at the other flow, which asks no more of it than this one.
        assert ada.client.get(there).status_code == 404
        page = ada.open("/fr/jardin/page/home")
        assert ada.path == "/fr/jardin/page/home"
        assert "Nous avons votre demande" not in page.source
        assert "Nous examinons votre demande" not in page.source

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
        monkeypatch.setattr("flowrunner.service.mail.letter_pdf._PROGRAM", ("/bin/sh", "-c", "exit 3"))
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
