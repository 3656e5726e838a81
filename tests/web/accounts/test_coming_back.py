"""Opening a case on another device, and recovering an account."""

from __future__ import annotations

import pytest

from tests.service.walking import newest_code
from tests.web.accounts.walking import (
    PASSWORD,
    RESUME,
    SIGN_IN,
    Clock,
    at_terms,
    give_password,
    invited,
    signed_in,
    signed_up,
    words,
)
from tests.web.conftest import House, Visitor


class TestComingBack:
    def test_another_browser_opens_the_case_by_address_and_code(self, visitor: Visitor, house: House) -> None:
        code = invited(visitor)
        other = house.visitor()
        other.open(RESUME)
        other.press(email=" YOU@example.org", invitation_code=f"{code[:4]} {code[4:].lower()}")
        assert other.path == "/en/registration/invitation"
        assert visitor.open("/en/registration/invitation").form()

    def test_until_the_account_has_it(self, visitor: Visitor, house: House) -> None:
        code = signed_up(visitor)
        other = house.visitor()
        other.open(RESUME)
        other.press(email="you@example.org", invitation_code=code)
        assert other.path == "/en/registration/sign_in"
        other.press(_password=PASSWORD)
        other.press(_code=newest_code(house.cases, "sign_in"))
        third = house.visitor()
        third.open(RESUME)
        page = third.press(email="you@example.org", invitation_code=code)
        assert "found no request" in words(page)

    def test_what_opens_nothing_is_told_alike(self, visitor: Visitor, house: House, clock: Clock) -> None:
        code = invited(visitor)
        told = set()
        tries = [("you@example.org", "AAAA2222"), ("nobody@example.org", code), ("nobody@example.org", "AAAA2222")]
        for email, typed in tries:
            other = house.visitor()
            other.open(RESUME)
            page = other.press(email=email, invitation_code=typed)
            assert other.status == 422
            told.add(words(page).replace(email, ""))
        clock.wait(days=31)
        other = house.visitor()
        other.open(RESUME)
        told.add(words(other.press(email="you@example.org", invitation_code=code)))
        assert len(told) == 1

    def test_known_and_unknown_cost_the_same_queries(self, visitor: Visitor, house: House) -> None:
        invited(visitor)
        asked = []
        for email in ("you@example.org", "nobody@example.org"):
            other = house.visitor()
            other.open(RESUME)
            statements = house.statements()
            other.press(email=email, invitation_code="AAAA2222")
            asked.append(statements())
        assert asked[0] == asked[1]

    def test_the_same_form_twice_holds_the_same(self, visitor: Visitor, house: House) -> None:
        code = invited(visitor)
        other = house.visitor()
        other.open(RESUME)
        form = other.form(fill={"email": "you@example.org", "invitation_code": code})
        cookie = other.client.get_cookie("session")
        assert cookie is not None
        other.post(form)
        held = other.cookie()
        other.client.set_cookie("session", cookie.value)
        assert other.post(form).headers["Location"] == "/en/registration/invitation"
        assert other.cookie() == held

    def test_a_problem_stands_beside_its_box(self, visitor: Visitor) -> None:
        visitor.open(RESUME)
        page = visitor.press(email="no address", invitation_code="")
        assert 'href="#email"' in page.source
        assert 'href="#invitation_code"' in page.source


class TestRecovery:
    def test_a_new_password_replaces_the_old_and_ends_all_sessions(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        at_terms(visitor)
        other = house.visitor()
        other.open("/en/registration/page/recover")
        assert other.path == "/en/recover_account"
        other.press(email="you@example.org")
        other.press(recovery_code=newest_code(house.cases, "account_recovery"))
        other.press(new_password="five hats under the moon", repeat_password="five hats under the moon")
        assert other.path == "/en/recover_account/password_changed"
        assert "Your session ended" in words(visitor.open("/en/registration/terms"))
        assert "could not sign you in" in words(give_password(visitor))
        other.open("/en/recover_account/page/sign_in")
        assert other.path == SIGN_IN
        signed_in(other, password="five hats under the moon")
        assert other.path == "/en/registration/terms"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_known_and_unknown_see_the_same(self, visitor: Visitor, house: House, language: str) -> None:
        told, asked = [], []
        # The first case of all brings its flow version along.
        for email in ("first@example.org", "client@example.org", "nobody@example.org"):
            other = house.visitor()
            other.open(f"/{language}/recover_account")
            statements = house.statements()
            page = other.press(email=email)
            asked.append(statements())
            told.append(words(page).replace(email, ""))
        assert told[0] == told[1] == told[2]
        # Reading the row of a known account is more; nothing that is written differs.
        known, unknown = ([one for one in each if not one.startswith("SELECT")] for each in asked[1:])
        assert known == unknown

    def test_only_a_proved_address_gets_a_password(self, visitor: Visitor, house: House) -> None:
        """Going back to another address after the code was right asks for the code of that address."""
        at_terms(visitor)
        house.set_password("client@example.org", "another password of mine")
        other = house.visitor()
        other.open("/en/recover_account")
        other.press(email="client@example.org")
        other.press(recovery_code=newest_code(house.cases, "account_recovery"))
        assert other.path == "/en/recover_account/choose_password"
        other.open("/en/recover_account/your_address")
        other.press(email="you@example.org")
        assert other.path == "/en/recover_account/enter_code"
        other.open("/en/recover_account/choose_password")
        assert other.path == "/en/recover_account/enter_code"
