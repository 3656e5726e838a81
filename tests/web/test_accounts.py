"""Signing up, in, out and in again; coming back elsewhere; sessions that end: as a browser sees it, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from flowrunner.catalogue import Catalogue
from flowrunner.service.passwords import Passwords
from flowrunner.store import accounts
from tests.service.walking import newest_code
from tests.web.conftest import House, Visitor, open_house
from tests.web.reading import Read

GOOD = {"email": "you@example.org", "regulator": "cicc", "membership_number": "R000123"}
PASSWORD = "four words in the rain"
SIGN_UP = {
    "password": PASSWORD,
    "confirm_password": PASSWORD,
    "family_name": "Tremblay",
    "given_name": "Léa",
    "phone": "613-555-0142",
}
SIGN_IN = "/en/registration/page/sign_in"
RESUME = "/en/registration/page/resume"


@dataclass(slots=True)
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def house(catalogue: Catalogue, repository: Path, tmp_path: Path, database_url: str, clock: Clock) -> Iterator[House]:
    with open_house(catalogue, repository, tmp_path, database_url, clock) as opened:
        yield opened


def invited(visitor: Visitor, language: str = "en", email: str = "you@example.org") -> str:
    """To the invitation; the code that it shows."""
    visitor.open(f"/{language}/registration")
    visitor.press()
    page = visitor.press(fill={**GOOD, "email": email})
    assert visitor.path == f"/{language}/registration/invitation"
    return next(box["value"] for box in page.all("input") if "readonly" in box.attributes)


def signed_up(visitor: Visitor, language: str = "en", email: str = "you@example.org") -> str:
    """To the identity page, with an account that nobody is signed in to yet; the invitation code."""
    code = invited(visitor, language, email)
    visitor.press()
    visitor.press(fill={**SIGN_UP, "invitation_code": code})
    assert visitor.path == f"/{language}/registration/confirm_sign_up"
    visitor.press(verification_code=newest_code(visitor.house.cases, "verification"))
    assert visitor.path == f"/{language}/registration/sign_in"
    return code


def at_terms(visitor: Visitor, language: str = "en", email: str = "you@example.org") -> None:
    """Signed in, with the case in its account."""
    signed_up(visitor, language, email)
    visitor.press(_password=PASSWORD)
    visitor.press(_code=newest_code(visitor.house.cases, "sign_in"))
    assert visitor.path == f"/{language}/registration/terms"


def give_password(visitor: Visitor, email: str = "you@example.org", password: str = PASSWORD) -> Read:
    visitor.open(SIGN_IN)
    return visitor.press(email=email, _password=password)


def signed_in(visitor: Visitor, email: str = "you@example.org", password: str = PASSWORD) -> None:
    give_password(visitor, email, password)
    visitor.press(_code=newest_code(visitor.house.cases, "sign_in"))


def words(page: Read) -> str:
    return " ".join(page.one("body").words.split())


class TestSigningUp:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_from_the_invitation_to_the_terms(self, visitor: Visitor, language: str) -> None:
        at_terms(visitor, language)
        assert visitor.house.count("accounts") == 12
        token = visitor.cookie()
        with visitor.house.database.reading() as transaction:
            row = accounts.by_sign_in(transaction, "you@example.org")
        assert row is not None
        assert row.password is not None
        assert row.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        account = visitor.house.accounts.account_of(token, visitor.house.flow("registration"))
        assert account is not None
        assert [case.step for case in visitor.house.accounts.cases_of(account)] == ["terms"]

    def test_making_an_account_signs_nobody_in(self, visitor: Visitor) -> None:
        signed_up(visitor)
        assert visitor.house.accounts.account_of(visitor.cookie(), visitor.house.flow("registration")) is None

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("password1234", "tried first"),
            ("qwertyuiop12", "tried first"),
            ("tremblay2024!", "your name"),
            ("you@example.org", "your email address"),
            ("short", "12 characters"),
            ("x" * 129, "128 characters"),
        ],
    )
    def test_a_password_is_refused_with_its_reason(self, visitor: Visitor, password: str, said: str) -> None:
        code = invited(visitor)
        visitor.press()
        fill = {**SIGN_UP, "invitation_code": code, "password": password, "confirm_password": password}
        page = visitor.press(fill=fill)
        assert visitor.status == 422
        assert said in words(page)
        assert not any(box["value"] for box in page.controls if box["type"] == "password")

    @pytest.mark.parametrize(
        "password", ["passe-partout gris 77", "\N{GRINNING FACE} un chat dort là", "x" * 64 + "yz7 dort"]
    )
    def test_any_characters_make_a_password(self, visitor: Visitor, password: str) -> None:
        code = invited(visitor)
        visitor.press()
        visitor.press(fill={**SIGN_UP, "invitation_code": code, "password": password, "confirm_password": password})
        assert visitor.path.endswith("/confirm_sign_up")

    def test_managers_know_which_box_is_which(self, visitor: Visitor) -> None:
        invited(visitor)
        page = visitor.press()
        found = {box["name"]: (box["type"], box["autocomplete"]) for box in page.controls}
        assert found["password"] == found["confirm_password"] == ("password", "new-password")
        page = visitor.open(SIGN_IN)
        found = {box["name"]: (box["type"], box["autocomplete"]) for box in page.controls}
        assert found == {"email": ("email", "username"), "_password": ("password", "current-password")}


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
            ("", ""),
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


class TestSessions:
    def test_the_page_says_until_when(self, visitor: Visitor) -> None:
        invited(visitor)
        assert "your session will end" in words(visitor.open("/en/registration/invitation"))
        assert "votre session prendra fin" in words(visitor.open("/fr/registration/invitation"))

    def test_looking_now_and_then_goes_on_and_writes_once_a_minute(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        invited(visitor)
        writes = house.count_writes()
        for _ in range(5):
            clock.wait(seconds=11)
            visitor.open("/en/registration/invitation")
        assert writes() == 0
        for _ in range(3):
            clock.wait(minutes=15)
            visitor.open("/en/registration/invitation")
            assert visitor.path == "/en/registration/invitation"
        assert writes() == 3

    def test_twenty_minutes_without_a_move_end_it_and_it_is_told(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        code = invited(visitor)
        clock.wait(minutes=20)
        page = visitor.open("/en/registration/invitation")
        assert visitor.path == "/en/registration"
        assert "Your session ended" in words(page)
        assert code not in page.source
        assert "Your session ended" not in words(visitor.open("/en/registration"))

    def test_what_is_sent_after_the_end_does_nothing_and_is_told(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        invited(visitor)
        cases = house.count("cases")
        clock.wait(minutes=21)
        page = visitor.press()
        assert visitor.path == "/en/registration"
        assert "Your session ended" in words(page)
        assert house.count("cases") == cases

    def test_twelve_hours_end_it_whatever_is_done(self, visitor: Visitor, clock: Clock) -> None:
        invited(visitor)
        for _ in range(47):
            clock.wait(minutes=15)
            visitor.open("/en/registration/invitation")
            assert visitor.path == "/en/registration/invitation"
        clock.wait(minutes=15)
        visitor.open("/en/registration/invitation")
        assert visitor.path == "/en/registration"

    def test_a_form_of_the_session_before_is_shown_again_with_what_was_typed(
        self, visitor: Visitor, house: House
    ) -> None:
        signed_up(visitor)
        other = Visitor(visitor.client, house)
        other.open("/en/report_problem")
        old = other.form(fill={"problem_details": "The button does nothing."})
        visitor.press(_password=PASSWORD)
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        answer = other.post(old)
        assert answer.status_code == 400
        assert "The button does nothing." in answer.text

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, visitor: Visitor) -> None:
        answer = visitor.client.get("/en/registration")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


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


class TestSecrets:
    def test_nothing_can_be_read_at_rest_or_in_a_log(
        self, visitor: Visitor, house: House, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        code = signed_up(visitor)
        secrets = {code, PASSWORD, newest_code(house.cases, "verification")}
        visitor.press(_password=PASSWORD)
        secrets.add(newest_code(house.cases, "sign_in"))
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        other = house.visitor()
        other.open("/en/recover_account")
        other.press(email="you@example.org")
        secrets.add(newest_code(house.cases, "account_recovery"))
        secrets |= {"you@example.org", "Tremblay", visitor.cookie()}
        stored = house.dump()
        for secret in secrets:
            assert secret.encode() not in stored
            assert secret not in caplog.text
            assert not any(secret in address for address in visitor.seen + other.seen)
        # The check can fail: what stands in a plain column is found.
        assert b"access_request" in stored

    def test_a_hash_of_older_parameters_is_made_anew(self, visitor: Visitor, house: House) -> None:
        from argon2 import PasswordHasher

        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        house.set_hash("client@example.org", old)
        visitor.open(SIGN_IN)
        visitor.press(email="client@example.org", _password=PASSWORD)
        with house.database.reading() as transaction:
            row = accounts.by_sign_in(transaction, "client@example.org")
        assert row is not None
        assert row.password is not None
        assert not Passwords().is_outdated(row.password)


def test_the_rows_of_sessions_tell_no_token(visitor: Visitor, house: House) -> None:
    invited(visitor)
    with house.database.reading() as transaction:
        assert visitor.cookie() not in repr(transaction.connection.execute(text("select * from sessions")).all())
