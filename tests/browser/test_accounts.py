"""Sign-up, confirmation, sign-in and terms; signing out and in; coming back on another device; recovering an account:
by a person in a browser without JavaScript, in both languages, at both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from flowrunner.catalogue import Catalogue
from flowrunner.service.cases.cases import Cases
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from tests.browser.conftest import OpenPage, Serve
from tests.browser.looking import NARROW, WIDE, overflow
from tests.browser.serving import Served
from tests.browser.walking import SCREENSHOTS, STEPS, Axe, Walker
from tests.service.walking import newest_code

PASSWORD = "four words in the rain"
NEW_PASSWORD = "five hats under the moon"
WORDS = {
    "sign_in": {"en": "Sign in", "fr": "Ouvrir une session"},
    "code": {"en": "Enter your sign-in code", "fr": "Entrer votre code d’ouverture de session"},
    "signed_out": {"en": "You are signed out", "fr": "Votre session est fermée"},
    "resume": {"en": "Continue a request that you began", "fr": "Poursuivre une demande commencée"},
    "changed": {"en": "Your password is changed", "fr": "Votre mot de passe est changé"},
}
Code = Callable[[str], str]


@pytest.fixture
def served(serve: Serve) -> Served:
    """A server of this test's own: what is sent there is this test's mail."""
    return serve()


@pytest.fixture
def code(served: Served, repository: Path) -> Iterator[Code]:
    """The code that the newest message carries, by the name that the flow gives it."""
    database = Database(f"sqlite:///{served.data / 'flowrunner.sqlite'}", open_keys(served.data))
    sources = Sources(database, {}, repository)
    service = Cases(ServiceContext(database, Catalogue([repository / "flows"])), sources, lambda case, step: "")
    yield lambda name: newest_code(service, name)
    sources.close()
    database.close()


@pytest.fixture(params=["en", "fr"])
def walker(request: pytest.FixtureRequest, page: Page, axe: Axe, served: Served) -> Walker:
    return Walker(page, axe, served.address, request.param)


def sound(walker: Walker, name: str, heading: str = "") -> None:
    """Axe finds nothing and the page fits, on an ordinary screen and on a small phone. Pictures are kept."""
    assert walker.heading() == (heading or STEPS[name]["title"][walker.language])
    assert walker.page.locator("html").get_attribute("lang") == walker.language
    SCREENSHOTS.mkdir(exist_ok=True)
    for width in (NARROW, WIDE):
        walker.page.set_viewport_size({"width": width, "height": 900})
        assert overflow(walker.page) == 0
        assert walker.axe(walker.page) == []
        walker.page.screenshot(path=SCREENSHOTS / f"{name}-{walker.language}-{width}.png", full_page=True)


def send(walker: Walker, **typed: str) -> None:
    """Fill the boxes of the page by their names and press its first button."""
    for name, value in typed.items():
        walker.page.fill(f"[name={name}]", value)
    walker.follow("main button[value=next]")


def to_terms(walker: Walker, code: Code) -> str:
    """A whole sign-up, every page of it looked at; the invitation code."""
    walker.start()
    walker.fill("you@example.org", "cicc", "R000123")
    invitation = walker.page.locator("input[readonly]").input_value()
    walker.press("next")
    sound(walker, "sign_up")
    secrets = {"password": "password1234", "confirm_password": "password1234"}
    answers = {"invitation_code": invitation, "family_name": "Tremblay", "phone": "613-555-0142"}
    send(walker, **answers, **secrets)
    sound(walker, "sign_up")
    assert walker.page.locator(".problems a").count() == 1
    send(walker, invitation_code=invitation, password=PASSWORD, confirm_password=PASSWORD)
    sound(walker, "confirm_sign_up")
    send(walker, verification_code=code("verification"))
    sound(walker, "sign_in")
    send(walker, _password="another password")
    sound(walker, "sign_in")
    send(walker, _password=PASSWORD)
    assert walker.page.locator("[name=_code]").get_attribute("autocomplete") == "one-time-code"
    sound(walker, "sign_in_code", WORDS["code"][walker.language])
    send(walker, _code=code("sign_in"))
    sound(walker, "terms")
    return invitation


def sign_in(walker: Walker, code: Code, password: str = PASSWORD) -> None:
    walker.page.goto(f"{walker.address}/{walker.language}/registration/page/sign_in")
    sound(walker, "page_sign_in", WORDS["sign_in"][walker.language])
    send(walker, email="you@example.org", _password=password)
    sound(walker, "page_sign_in_code", WORDS["code"][walker.language])
    send(walker, _code=code("sign_in"))


class TestAccounts:
    def test_from_sign_up_to_the_terms_out_and_in_again(self, walker: Walker, code: Code) -> None:
        to_terms(walker, code)
        walker.follow(".session button")
        sound(walker, "signed_out", WORDS["signed_out"][walker.language])
        sign_in(walker, code)
        walker.at("terms", seen=True)
        walker.page.check("[name=terms_accepted]")
        walker.press("decline")
        assert walker.page.locator("[role=status]").count() == 1
        assert walker.heading() == STEPS["welcome"]["title"][walker.language]

    def test_another_device_goes_on_with_the_code(
        self, walker: Walker, axe: Axe, open_page: OpenPage, code: Code
    ) -> None:
        walker.start()
        walker.fill("you@example.org", "cicc", "R000123")
        invitation = walker.page.locator("input[readonly]").input_value()
        other = Walker(open_page(), axe, walker.address, walker.language)
        other.page.goto(f"{other.address}/{other.language}/registration/page/resume")
        sound(other, "resume", WORDS["resume"][other.language])
        send(other, email="you@example.org", invitation_code="AAAA2222")
        sound(other, "resume_refused", WORDS["resume"][other.language])
        send(other, email="you@example.org", invitation_code=invitation)
        other.at("invitation", seen=True)

    def test_a_forgotten_password_is_replaced(self, walker: Walker, code: Code) -> None:
        to_terms(walker, code)
        walker.follow(".session button")
        walker.page.goto(f"{walker.address}/{walker.language}/registration/page/sign_in")
        walker.follow("main a[href$='/page/recover']")
        send(walker, email="you@example.org")
        send(walker, recovery_code=code("account_recovery"))
        send(walker, new_password=NEW_PASSWORD, repeat_password=NEW_PASSWORD)
        sound(walker, "password_changed", WORDS["changed"][walker.language])
        walker.follow("main a[href$='/page/sign_in']")
        sign_in(walker, code, NEW_PASSWORD)
        walker.at("terms", seen=True)
