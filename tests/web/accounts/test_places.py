"""Places that a flow shapes, and what their foot says of where somebody came from."""

from __future__ import annotations

import pytest

from tests.web.accounts.walking import RESUME, SIGN_IN, at_terms, words
from tests.web.conftest import Visitor


class TestSigningIn:
    def test_its_page_is_titled_and_explained_by_the_flow(self, visitor: Visitor) -> None:
        page = visitor.open("/fr/jardin/page/sign_in")
        assert page.heading == "Entrer dans le jardin"
        assert "celui de votre première demande" in words(page)

    def test_without_any_of_that_it_has_words_of_its_own(self, visitor: Visitor) -> None:
        assert visitor.open(SIGN_IN).heading == "Sign in"


class TestWhereTheyCameFrom:
    @pytest.mark.parametrize("address", [SIGN_IN, RESUME])
    def test_a_report_names_the_place_and_leads_back_to_it(self, visitor: Visitor, address: str) -> None:
        page = visitor.open(address)
        (link,) = (link["href"] for link in page.all("a") if link["href"].startswith("/en/report_problem"))
        assert link == f"/en/report_problem?from={address.removeprefix('/en/')}"
        page = visitor.open(link)
        assert [each["href"] for each in page.all("a") if each.words.strip() == "Back"] == [address]

    @pytest.mark.parametrize("forged", ["registration/page/", "registration/page/nowhere", "registration/page/home/x"])
    def test_a_place_that_is_not_there_is_none(self, visitor: Visitor, forged: str) -> None:
        page = visitor.open(f"/en/report_problem?from={forged}")
        assert [each["href"] for each in page.all("a") if each.words.strip() == "Back"] == []

    def test_so_does_one_from_an_account(self, visitor: Visitor) -> None:
        at_terms(visitor)
        for name in ("home", "profile"):
            page = visitor.open(f"/en/registration/page/{name}")
            told = [link["href"] for link in page.all("a") if "?from=" in link["href"]]
            assert told == [f"/en/report_problem?from=registration/page/{name}"]
