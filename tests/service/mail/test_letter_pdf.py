"""Letters as files: a PDF within bounds, else the page itself; never a page that waits for ever."""

from __future__ import annotations

import time

import pytest

from flowrunner.letters.page import Letter, letter_page
from flowrunner.service.mail import letter_pdf
from flowrunner.service.mail.letter_pdf import LetterMaker

PAGE = letter_page(Letter("fr", "Votre demande", "<p>Bonjour Zoé.</p>", territory="CA"))


class TestLetterMaker:
    def test_it_is_a_pdf(self) -> None:
        maker = LetterMaker()
        assert maker.kind() == "pdf"
        made = maker.make(PAGE)
        assert made.kind == "pdf"
        assert made.content.startswith(b"%PDF-")
        assert maker.make(PAGE) == made

    def test_one_that_is_too_long_stays_a_page(self) -> None:
        made = LetterMaker(longest=len(PAGE) // 2).make(PAGE)
        assert (made.kind, made.content) == ("html", PAGE.encode())

    def test_one_that_never_ends_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        maker = LetterMaker(patience=60)
        assert maker.kind() == "pdf"
        monkeypatch.setattr(letter_pdf, "_PROGRAM", ("/bin/sleep", "600"))
        maker._patience = 0.2
        began = time.monotonic()
        assert maker.make(PAGE).kind == "html"
        assert time.monotonic() - began < 30

    def test_while_others_are_made_nobody_waits_long(self) -> None:
        maker = LetterMaker(at_once=1, waiting=0.05)
        assert maker.kind() == "pdf"
        with maker._turns:
            assert maker.make(PAGE).kind == "html"
        assert maker.make(PAGE).kind == "pdf"

    def test_a_program_that_falls_leaves_the_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        maker = LetterMaker()
        assert maker.kind() == "pdf"
        monkeypatch.setattr(letter_pdf, "_PROGRAM", ("/bin/false",))
        assert maker.make(PAGE).kind == "html"
