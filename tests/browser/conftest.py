"""A real Chromium, with and without JavaScript, and the real server in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request

from tests.browser.looking import CHROMIUM, CHROMIUM_ARGUMENTS, NARROW, WIDE, Finding, ScriptSwitch, axe_findings
from tests.browser.registering import Person, Post
from tests.browser.serving import Served, free_port, running, serve_command
from tests.browser.walking import Axe
from tests.mail_server import Script, Server

MAIL = """
mail:
  host: 127.0.0.1
  port: {port}
  security: none
  from:
    en: IRCC Portal <donotreply@example.org>
    fr: Portail d’IRCC <nepasrepondre@example.org>
"""
Begin = Callable[[Page, str, str], Person]


class OpenPage(Protocol):
    """Opens an empty page: `width` in CSS pixels, `locale` as the browser's language. Scripts are off by default."""

    def __call__(self, *, width: int = WIDE, scripts: bool = False, locale: str = "en-CA") -> Page: ...


class Serve(Protocol):
    """Starts `flowrunner serve` on these flow folders (the project's own by default) with a data folder of its own."""

    def __call__(self, *flows: Path) -> Served: ...


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(CHROMIUM_ARGUMENTS)}


@pytest.fixture
def switches() -> dict[Page, ScriptSwitch]:
    """The script switch of each page that a test has opened."""
    return {}


@pytest.fixture
def strangers() -> list[str]:
    """Addresses of other machines that a page asked for. They are refused, and make the test fail at its end."""
    return []


@pytest.fixture
def open_page(
    new_context: Callable[..., BrowserContext], switches: dict[Page, ScriptSwitch], strangers: list[str]
) -> Iterator[OpenPage]:
    def open_one(*, width: int = WIDE, scripts: bool = False, locale: str = "en-CA") -> Page:
        context = new_context(viewport={"width": width, "height": 900}, locale=locale)
        context.on("request", lambda request: _note_stranger(request, strangers))
        page = context.new_page()
        page.set_default_timeout(10_000)
        switches[page] = ScriptSwitch(page)
        if not scripts:
            switches[page].turn_off()
        return page

    yield open_one
    assert not strangers, f"The page asked other machines: {strangers}"


def _note_stranger(request: Request, strangers: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in {"127.0.0.1", "localhost"}:
        strangers.append(request.url)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An ordinary screen (1280 px), no JavaScript."""
    return open_page()


@pytest.fixture
def narrow_page(open_page: OpenPage) -> Page:
    """A small phone, or a page enlarged four times (320 px), no JavaScript."""
    return open_page(width=NARROW)


@pytest.fixture
def scripted_page(open_page: OpenPage) -> Page:
    """An ordinary screen with JavaScript."""
    return open_page(scripts=True)


@pytest.fixture
def axe(switches: dict[Page, ScriptSwitch]) -> Callable[[Page], list[Finding]]:
    """`axe(page)` is what axe finds on the page as the person sees it: `assert axe(page) == []`."""
    return lambda page: axe_findings(page, switches[page])


@pytest.fixture
def serve(repository: Path, tmp_path: Path) -> Iterator[Serve]:
    """Servers for one test, stopped at its end."""
    with ExitStack() as stack:

        def start(*flows: Path) -> Served:
            port = free_port()
            data = tmp_path / f"data-{port}"
            return stack.enter_context(running(serve_command(port, data, flows or (repository / "flows",)), port, data))

        yield start


@pytest.fixture(scope="session")
def served(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The project's own flows, served once for all tests of this process."""
    port, data = free_port(), tmp_path_factory.mktemp("served")
    with running(serve_command(port, data, (repository / "flows",)), port, data) as server:
        yield server


@pytest.fixture(scope="module")
def mail() -> Iterator[Server]:
    """A real mail server, for all walks."""
    server = Server(Script())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def posted(repository: Path, tmp_path_factory: pytest.TempPathFactory, mail: Server) -> Iterator[Served]:
    """The project's own deployment, but that its mail leaves by that server."""
    folder, port = tmp_path_factory.mktemp("posted"), free_port()
    shutil.copytree(repository / "flows", folder / "flows")
    settings = folder / "flowrunner.yaml"
    ours = (repository / "flowrunner.yaml").read_text("utf-8")
    settings.write_text(ours + MAIL.format(port=mail.port), "utf-8")
    command = [*serve_command(port, folder / "data", (folder / "flows",)), "--settings", str(settings)]
    with running(command, port, folder / "data") as served:
        yield served


@pytest.fixture
def begin(axe: Axe, posted: Served, mail: Server) -> Begin:
    """A person at a browser: page, language, e-mail address."""
    return lambda page, language, email: Person(page, axe, posted.address, language, Post(mail.handler), email)
