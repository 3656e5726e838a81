"""A person at the first pages of the registration, in a browser: what is typed and pressed, and what must hold of
every page on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

from tests.browser.looking import NARROW, WIDE, Finding, overflow

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
STEPS: dict[str, Any] = yaml.safe_load((ROOT / "flows" / "registration.yaml").read_text("utf-8"))["steps"]
WORDS = {
    "not_open": {
        "en": "This part of the service is not open yet",
        "fr": "Cette partie du service n’est pas encore ouverte",
    },
    "saved": {"en": "What you entered is saved", "fr": "Ce que vous avez entré est enregistré"},
    "problems": {"en": "There was a problem", "fr": "Un problème est survenu"},
}
Axe = Callable[[Page], list[Finding]]


class Walker:
    """Walks one browser page. `seen` are the pages that were looked at, by the names of their screenshots."""

    def __init__(self, page: Page, axe: Axe, address: str, language: str) -> None:
        self.page = page
        self.axe = axe
        self.address = address
        self.language = language

    # --- Doing --------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the welcome page and press its button."""
        self.page.goto(f"{self.address}/{self.language}/registration")
        self.press("next")

    def press(self, button: str) -> None:
        self.follow(f"button[name=_button][value={button}]:not(.hidden)")

    def follow(self, target: str) -> None:
        """Press what leads to a page, and wait for all of that page: a click alone comes back while it still loads."""
        with self.page.expect_navigation():
            self.page.click(target)

    def fill(self, email: str, regulator: str, number: str = "", irc_number: str = "") -> None:
        """Fill the first form and send it."""
        self.page.fill("[name=email]", email)
        self.page.select_option("[name=regulator]", regulator)
        self.page.fill("[name=membership_number]", number)
        self.page.fill("[name=representative_id]", irc_number)
        self.press("next")

    # --- Looking ------------------------------------------------------------------------------

    def at(self, step: str, *, seen: bool = False) -> None:
        """The page is that of this step, in the language of the walk, and is sound. One `seen` in another test is
        looked at once more at its ordinary width alone."""
        assert self.page.url == f"{self.address}/{self.language}/registration/{step}"
        assert self.heading() == STEPS[step]["title"][self.language]
        if seen:
            assert self.axe(self.page) == []
        else:
            self.sound(step)

    def heading(self) -> str:
        assert self.page.locator("h1").count() == 1
        return self.page.locator("h1").inner_text().strip()

    def sound(self, name: str) -> None:
        """Axe finds nothing; the page fits a phone; the language link leads to the same page. Pictures are kept."""
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert self.axe(self.page) == []
        self._picture(name, WIDE)
        with self._width(NARROW):
            assert overflow(self.page) == 0
            assert self.axe(self.page) == []
            self._picture(name, NARROW)
        other = "fr" if self.language == "en" else "en"
        toggle = self.page.locator(f".languages [lang={other}]")
        here = self.page.url.removeprefix(self.address).partition("#")[0].partition("?")[0]
        there = toggle.get_attribute("formaction") or toggle.get_attribute("href")
        assert there == here.replace(f"/{self.language}/", f"/{other}/", 1)

    @contextmanager
    def _width(self, width: int) -> Iterator[None]:
        self.page.set_viewport_size({"width": width, "height": 900})
        yield
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def _picture(self, name: str, width: int) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.language}-{width}.png", full_page=True)
