"""A flow is edited while `flowrunner serve` runs: what began keeps its version, what begins has the new one, and a
broken version never replaces a sound one."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from zoneinfo import ZoneInfo

import pytest

from flowrunner.i18n.words import words
from tests.browser.serving import Served, free_port, running, serve_command
from tests.web.reading import Read

PATIENCE = 20.0  # seconds until an edit must show
HINT = "It helps us confirm your identity sooner."
GOOD = {"email": "you@example.org", "regulator": "cicc", "membership_number": "R000123"}
BROKEN: dict[str, Callable[[str], str]] = {
    "torn": lambda text: text[: len(text) // 2] + "\n  : [",
    "no YAML": lambda text: "\x00",
    "a name that is not there": lambda text: text.replace("go: client_found", "go: client_lost"),
}


@dataclass(slots=True)
class Client:
    """A plain HTTP client with its cookies."""

    address: str
    page: Read | None = None
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def open(self, path: str = "/en/registration", sent: dict[str, str] | None = None) -> Read:
        body = urlencode(sent).encode() if sent is not None else None
        with self.opener.open(self.address + path, body, timeout=10) as answer:
            self.page = Read(answer.read().decode())
        return self.page

    def press(self, **filled: str) -> Read:
        assert self.page is not None
        kept = {name: values[0] for name, values in self.page.form().items()}
        return self.open(self.page.one("form")["action"], {**kept, "_button": "next", **filled})


@dataclass(slots=True)
class Edited:
    """The served copy of the flow that is edited."""

    served: Served
    path: Path

    def change(self, change: Callable[[str], str]) -> None:
        before = self.path.read_text("utf-8")
        after = change(before)
        assert after != before
        self.path.write_text(after, "utf-8")

    def wait_until_told(self, words: str, times: int) -> None:
        wait_for(lambda: self.served.printed().count(words) == times)

    def client(self) -> Client:
        return Client(self.served.address)


@pytest.fixture
def edited(repository: Path, tmp_path: Path) -> Iterator[Edited]:
    folder, port, data = tmp_path / "flows", free_port(), tmp_path / "data"
    shutil.copytree(repository / "flows", folder)
    with running(serve_command(port, data, (folder,)), port, data) as served:
        yield Edited(served, folder / "registration.yaml")


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "the edit did not show"
        time.sleep(0.1)


def last_day(page: Read) -> str:
    found = re.search("until the end of ([^ ]+ \\d+, \\d+)", page.one("main").words.replace("\N{NO-BREAK SPACE}", " "))
    assert found, page.heading
    return found[1]


def in_days(days: int) -> str:
    day = datetime.now(ZoneInfo("America/Toronto")).date() + timedelta(days=days)
    return words("en", "CA").format.date(day).replace("\N{NO-BREAK SPACE}", " ")


class TestEditing:
    def test_what_begins_after_an_edit_shows_it_and_what_began_before_does_not(self, edited: Edited) -> None:
        before, midway = edited.client(), edited.client()
        for client in (before, midway):
            client.open()
            client.press()
        assert last_day(before.press(**GOOD)) == in_days(30)
        edited.change(
            lambda text: (
                text.replace(HINT, "Look at your card.")
                .replace("after: 30 days", "after: 45 days")
                .replace("en: 30 days", "en: 45 days")
            )
        )
        wait_for(lambda: "45 days" in edited.client().open().source)

        assert HINT in midway.open("/en/registration/access_request").source
        assert last_day(midway.press(**GOOD)) == in_days(30)
        assert last_day(before.open("/en/registration/invitation")) == in_days(30)
        after = edited.client()
        after.open()
        page = after.press()
        assert HINT not in page.source
        assert "Look at your card." in page.source
        assert last_day(after.press(**GOOD)) == in_days(45)

    def test_a_broken_flow_never_replaces_a_sound_one(self, edited: Edited) -> None:
        begun = edited.client()
        begun.open()
        begun.press()
        sound = edited.path.read_text("utf-8")
        for count, break_it in enumerate(BROKEN.values(), start=1):
            edited.path.write_text(break_it(sound), "utf-8")
            edited.wait_until_told("last sound version", count)
            stranger = edited.client()
            assert "30 days" in stranger.open().source
            assert HINT in stranger.press().source
            assert HINT in begun.open("/en/registration/access_request").source
        edited.path.write_text(sound.replace(HINT, "Mended."), "utf-8")
        edited.wait_until_told("served from now on", 1)
        mended = edited.client()
        mended.open()
        assert "Mended." in mended.press().source
        assert "Traceback" not in edited.served.printed()

    def test_the_log_and_the_addresses_hold_nothing_that_was_typed(self, edited: Edited) -> None:
        client = edited.client()
        client.open()
        client.press()
        for email in ("somebody", "somebody@example.org"):
            try:
                page = client.press(**{**GOOD, "email": email})
            except OSError as refused:  # a page with problems is answered with 422
                page = client.page = Read(refused.read().decode())  # type: ignore[attr-defined]
        assert "invitation" in page.heading
        printed = edited.served.printed()
        for typed in ("somebody", "R000123"):
            assert typed not in printed
