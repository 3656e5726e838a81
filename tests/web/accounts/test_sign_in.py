"""Signing in with password and code, and out again."""

from __future__ import annotations

import pytest

from tests.service.walking import newest_code
from tests.web.accounts.walking import (
    GOOD,
    PASSWORD,
    SIGN_IN,
    Clock,
    at_terms,
    give_password,
    signed_in,
    signed_up,
    words,
)
from tests.web.conftest import House, Visitor
from tests.web.reading import Read


class TestSigningIn:
    def test_the_token_is_another_and_the_old_one_opens_nothing(self, visitor: Visitor, house: House) -> None:
        signed_up(visitor)
        before = visitor.cookie()
        visitor.press(_password=PASSWORD)
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert visitor.cookie() != before
        found = house.cases.visitor(before, "registration")
        assert (found.ended, found.case, found.account) == (True, None, None)

    def test_the_code_is_shown_nowhere_and_lasts_three_minutes(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        at_terms(visitor)
        other = house.visitor()
        page = give_password(other)
        assert newest_code(house.cases, "sign_in") not in page.source
        clock.wait(minutes=3, seconds=1)
        page = other.press(_code=newest_code(house.cases, "sign_in"))
        assert other.status == 422
        assert "no longer works" in words(page)

    def test_a_new_code_is_the_same_while_it_lives_and_waits_a_minute(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        at_terms(visitor)
        other = house.visitor()
        give_password(other)
        code, sent = newest_code(house.cases, "sign_in"), house.count("outbox")
        page = other.press("new_code")
        assert "Wait 60 seconds" in words(page)
        clock.wait(seconds=61)
        other.press("new_code")
        assert (newest_code(house.cases, "sign_in"), house.count("outbox")) == (code, sent + 1)
        clock.wait(minutes=3)
        other.press("new_code")
        assert newest_code(house.cases, "sign_in") != code
        other.press(_code=newest_code(house.cases, "sign_in"))
        assert other.path == "/en/registration/terms"

    def test_wrong_codes_are_counted_although_they_are_refused(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        other = house.visitor()
        give_password(other)
        for _ in range(4):
            assert "This is not the code" in words(other.press(_code="000000"))
        assert "too many tries" in words(other.press(_code="000000"))
        page = other.press(_code=newest_code(house.cases, "sign_in"))
        assert "too many tries" in words(page)

    def test_a_code_of_another_browser_opens_nothing(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        one, two = house.visitor(), house.visitor()
        give_password(one)
        code = newest_code(house.cases, "sign_in")
        give_password(two)
        assert newest_code(house.cases, "sign_in") != code
        assert "This is not the code" in words(two.press(_code=code))

    def test_pressing_twice_signs_in_once_and_holds_the_same(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        other = house.visitor()
        give_password(other)
        form = other.form(fill={"_code": newest_code(house.cases, "sign_in")})
        cookie = other.client.get_cookie("session")
        assert cookie is not None
        first = other.post(form)
        held = other.cookie()
        other.client.set_cookie("session", cookie.value)
        second = other.post(form)
        assert first.headers["Location"] == second.headers["Location"]
        assert other.cookie() == held

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_unknown_wrong_and_closed_are_told_alike(self, visitor: Visitor, house: House, language: str) -> None:
        at_terms(visitor)
        address = f"/{language}/registration/page/sign_in"
        told = set()
        for email, password in [
            ("nobody@example.org", PASSWORD),
            ("you@example.org", "another password"),
            ("client@example.org", PASSWORD),
            ("no address", PASSWORD),
        ]:
            other = house.visitor()
            other.open(address)
            page = other.press(email=email, _password=password)
            assert other.status == 422
            told.add(words(page))
        house.close_account("you@example.org")
        other = house.visitor()
        other.open(address)
        told.add(words(other.press(email="you@example.org", _password=PASSWORD)))
        assert len(told) == 1

    @pytest.mark.parametrize(("email", "links"), [("", ["#email", "#_password"]), ("you@example.org", ["#_password"])])
    def test_an_empty_box_is_named_and_is_no_try(self, house: House, email: str, links: list[str]) -> None:
        other = house.visitor()
        other.open("/en/registration/page/sign_in")
        for _ in range(30):
            page = other.press(email=email, _password=" ")
            assert other.status == 422
        assert page.complained_of == links
        assert "Enter a password to continue." in words(page)

    def test_what_is_refused_leads_to_the_first_box(self, house: House) -> None:
        other = house.visitor()
        other.open("/en/registration/page/sign_in")
        page = other.press(email="you@example.org", _password=PASSWORD)
        assert page.complained_of == ["#email"]

    def test_a_code_that_is_not_typed_costs_no_try(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        other = house.visitor()
        give_password(other)
        for _ in range(6):
            page = other.press(_code=" ")
            assert page.complained_of == ["#_code"]
        other.press(_code=newest_code(house.cases, "sign_in"))
        assert other.path == "/en/registration/terms"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_each_page_of_it_has_a_title_of_its_own_and_the_deadline(
        self, visitor: Visitor, house: House, language: str
    ) -> None:
        signed_up(visitor, language)
        until = {"en": "You have until the end of", "fr": "Vous avez jusqu’à la fin du"}[language]
        titles = []
        for sent in ({"_password": ""}, {"_password": PASSWORD}, {"_code": ""}):
            assert visitor.page is not None
            assert until in words(visitor.page)
            titles.append(visitor.page.title)
            visitor.press(fill=sent)
        assert visitor.page is not None
        titles.append(visitor.page.title)
        assert len(set(titles)) == 4

    def test_a_closed_account_is_out_at_once(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        house.close_account("you@example.org")
        visitor.open("/en/registration/terms")
        assert visitor.path == "/en/registration"

    def test_the_identity_page_admits_only_its_account(self, house: House) -> None:
        house.set_password("client@example.org", PASSWORD)
        other = house.visitor()
        signed_in(other, "client@example.org")
        other.open("/en/registration")
        other.press()
        other.press(fill={**GOOD, "email": "lapsed@example.org"})
        other.press()
        assert other.path == "/en/registration/sign_in"
        page = other.press(_password=PASSWORD)
        assert other.status == 422
        assert "could not sign you in" in words(page)

    @pytest.mark.parametrize("empty", ["", "  "])
    def test_an_empty_box_of_the_identity_page_is_no_try(self, visitor: Visitor, house: House, empty: str) -> None:
        signed_up(visitor)
        for _ in range(12):
            assert visitor.press(_password=empty).complained_of == ["#_password"]
        visitor.press(_password=PASSWORD)
        for _ in range(12):
            assert visitor.press(_code=empty).complained_of == ["#_code"]
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert visitor.path == "/en/registration/terms"

    def test_whoever_starts_again_is_still_led_on(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        other = house.visitor()
        other.open(f"{SIGN_IN}?next=/en/registration/page/messages")
        other.press(email="you@example.org", _password=PASSWORD)
        other.press("_start_again")
        other.press(email="you@example.org", _password=PASSWORD)
        other.press(_code=newest_code(house.cases, "sign_in"))
        assert other.path == "/en/registration/page/messages"

    def test_after_signing_in_the_person_is_where_the_case_is(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        other = house.visitor()
        signed_in(other)
        assert other.path == "/en/registration/terms"
        page = other.open("/en/registration/terms")
        assert "You are signed in as you@example.org" in words(page)

    @pytest.mark.parametrize(
        ("onward", "goes"),
        [
            ("/en/report_problem?from=registration/terms", "/en/report_problem?from=registration/terms"),
            ("//evil.example/", "/en/registration/terms"),
            ("https://evil.example/", "/en/registration/terms"),
            ("/\\evil.example", "/en/registration/terms"),
            ("/nowhere/at/all/of/ours", "/en/registration/terms"),
            ("/static/page.css", "/en/registration/terms"),
        ],
    )
    def test_only_addresses_of_ours_are_gone_back_to(
        self, visitor: Visitor, house: House, onward: str, goes: str
    ) -> None:
        at_terms(visitor)
        other = house.visitor()
        other.client.get(SIGN_IN)
        other.page = None
        answer = other.client.get(SIGN_IN, query_string={"next": onward})
        other.page = Read(answer.text)
        other.press(email="you@example.org", _password=PASSWORD)
        other.press(_code=newest_code(house.cases, "sign_in"))
        assert other.path == goes


class TestLeaving:
    def test_signing_out_opens_nothing_and_keeps_the_case(self, visitor: Visitor, house: House) -> None:
        at_terms(visitor)
        before = visitor.cookie()
        page = visitor.sign_out()
        assert page.heading == "You are signed out"
        assert house.cases.visitor(before, "registration").ended
        visitor.open("/en/registration/terms")
        assert visitor.path == "/en/registration"
        signed_in(visitor)
        assert visitor.path == "/en/registration/terms"

    def test_declining_the_terms_signs_out_and_says_so(self, visitor: Visitor) -> None:
        at_terms(visitor)
        page = visitor.press("decline")
        assert visitor.path == "/en/registration"
        assert "You are signed out. Your request is kept." in words(page)
        signed_in(visitor)
        assert visitor.path == "/en/registration/terms"

    def test_signing_out_is_no_link(self, visitor: Visitor) -> None:
        at_terms(visitor)
        assert visitor.client.get("/en/registration/page/sign_out").status_code in (404, 405)
        visitor.open("/en/registration/terms")
        assert visitor.path == "/en/registration/terms"
