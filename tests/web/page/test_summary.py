"""The error summary of a page: its lines lead to their questions, and no two of them read alike."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor

ALIKE = {
    "en": ["Password: Enter a password to continue.", "Confirm password: Enter a password to continue."],
    "fr": [
        "Mot de passe\N{NO-BREAK SPACE}: Saisissez un mot de passe pour continuer.",
        "Confirmer le mot de passe\N{NO-BREAK SPACE}: Saisissez un mot de passe pour continuer.",
    ],
}


class TestSummary:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_lines_that_would_read_alike_name_their_question(self, visitor: Visitor, language: str) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        visitor.press(fill={"email": "you@example.org", "regulator": "cicc", "membership_number": "R000123"})
        visitor.press()
        page = visitor.press()
        links = [link for link in page.all("a") if "section" in link.within and "ul" in link.within]
        lines = [link.words for link in links]
        assert [line for line in lines if line in ALIKE[language]] == ALIKE[language]
        assert len(set(lines)) == len(lines) == 5
        at_the_box = [element.words for element in page.all("p") if element["id"] == "password-problem"]
        assert at_the_box == [ALIKE[language][0].partition(": ")[2]]
