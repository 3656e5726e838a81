"""Sessions that end, and are told to have ended."""

from __future__ import annotations

from sqlalchemy import text

from tests.service.walking import newest_code
from tests.web.accounts.walking import (
    PASSWORD,
    Clock,
    invited,
    signed_up,
    words,
)
from tests.web.conftest import House, Visitor


class TestSessions:
    def test_the_page_says_until_when(self, visitor: Visitor) -> None:
        invited(visitor)
        assert "your session will end" in words(visitor.open("/en/registration/invitation"))
        assert "votre session prendra fin" in words(visitor.open("/fr/registration/invitation"))

    def test_looking_now_and_then_goes_on_and_writes_once_a_minute(
        self, visitor: Visitor, house: House, clock: Clock
    ) -> None:
        invited(visitor)
        with house.count_writes() as writes:
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
        # The page has a case that its code opens again, so that is where the person is led.
        assert visitor.path == "/en/registration/page/resume"
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


def test_the_rows_of_sessions_tell_no_token(visitor: Visitor, house: House) -> None:
    invited(visitor)
    with house.database.reading() as transaction:
        assert visitor.cookie() not in repr(transaction.connection.execute(text("select * from sessions")).all())
