"""What was submitted, and the profile: read by their owner alone."""

from __future__ import annotations

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
