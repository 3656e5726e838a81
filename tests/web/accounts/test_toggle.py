"""The other language on pages that ask who comes: what may be shown again stays, and nothing is tried."""

from __future__ import annotations

import pytest

from tests.service.walking import newest_code
from tests.web.accounts.walking import PASSWORD, RESUME, SIGN_IN, at_terms, give_password, invited, signed_up
from tests.web.conftest import House, Visitor

DESK = "/en/desk/sign_in"
TRIED = ("throttles", "sign_ins", "outbox")


class TestToggle:
    @pytest.mark.parametrize("address", [SIGN_IN, f"{SIGN_IN}?next=/en/registration/terms", DESK])
    def test_the_address_stays_and_the_password_does_not(self, house: House, visitor: Visitor, address: str) -> None:
        signed_up(house.visitor())
        visitor.open(address)
        before = [house.count(table) for table in TRIED]
        page = visitor.toggle({"email": "you@exam", "_password": PASSWORD})
        assert (visitor.status, visitor.path) == (200, address.replace("/en/", "/fr/", 1))
        assert (page.form()["email"], page.form()["_password"]) == (["you@exam"], [""])
        assert page.one("html")["lang"] == "fr"
        assert PASSWORD not in page.source
        assert [house.count(table) for table in TRIED] == before

    def test_so_does_what_opens_a_case_but_for_its_code(self, house: House, visitor: Visitor) -> None:
        code = invited(house.visitor())
        visitor.open(RESUME)
        before = house.count("throttles")
        page = visitor.toggle({"email": "you@exam", "invitation_code": code})
        assert (visitor.status, page.one("html")["lang"]) == (200, "fr")
        assert (page.form()["email"], page.form()["invitation_code"]) == (["you@exam"], [""])
        assert house.count("throttles") == before

    def test_and_on_from_there(self, house: House, visitor: Visitor) -> None:
        code = invited(house.visitor())
        visitor.open(RESUME)
        visitor.toggle({"email": "you@example.org"})
        visitor.press(invitation_code=code)
        assert visitor.path == "/fr/registration/invitation"

    def test_what_comes_after_signing_in_is_in_the_language_of_the_page(self, visitor: Visitor) -> None:
        at_terms(visitor)
        other = visitor.house.visitor()
        other.open(f"{SIGN_IN}?next=/en/registration/terms")
        other.toggle({"email": "you@example.org"})
        other.press(_password=PASSWORD)
        other.press(_code=newest_code(visitor.house.cases, "sign_in"))
        assert other.path == "/fr/registration/terms"

    def test_at_the_desk_it_is_the_case_that_was_asked_for(self, visitor: Visitor) -> None:
        page = visitor.open(f"{DESK}?next=/en/desk/0123")
        assert page.form()["_next"] == ["/en/desk/0123"]
        assert visitor.toggle().form()["_next"] == ["/fr/desk/0123"]

    @pytest.mark.parametrize("said", ["/fr/jardin", "https://example.org/en/registration", "//example.org/en/desk"])
    def test_what_does_not_speak_it_is_left_as_it_is(self, visitor: Visitor, said: str) -> None:
        page = visitor.open(f"{SIGN_IN}?next={said}")
        assert page.form().get("_next", [""]) == ([said] if said == "/fr/jardin" else [""])

    def test_enter_goes_on_though_the_toggle_stands_before(self, visitor: Visitor) -> None:
        for address in (SIGN_IN, RESUME, DESK):
            page = visitor.open(address)
            first = next(button for button in page.all("button") if button["form"] == "_page")
            assert (first["value"], first["tabindex"], first["aria-hidden"]) == ("next", "-1", "true")

    def test_a_page_that_asks_for_a_code_has_nothing_to_keep(self, house: House, visitor: Visitor) -> None:
        signed_up(house.visitor())
        page = give_password(visitor)
        assert page.form()["_code"] == [""]
        assert [button["formaction"] for button in page.all("button") if button["formaction"]] == []
        assert [link["href"] for link in page.all("a") if link["hreflang"] == "fr"] == ["/fr/registration/page/sign_in"]
