"""A person with an account, without scripts: signing up, in and out, and the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.service.walking import newest_code
from tests.web.conftest import Visitor
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
