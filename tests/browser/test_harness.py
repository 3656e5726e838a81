"""The instruments of the browser tests, tried on pages whose faults are known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.looking import Finding, overflow
from tests.browser.serving import NotServed, Served, free_port, running

SOUND = """<!doctype html><html lang="en"><head><title>Sound</title></head><body><main><h1>Sound</h1>
<noscript><p id="without">Without script</p></noscript><a href="faulty.html">Next</a></main>
<script>document.title = "Script ran"; setTimeout(() => { document.title = "Timer ran" }, 1)</script></body></html>"""
FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title></head><body><main><h1>Faulty</h1>
<img src="data:,"><div style="width: 400px">Wide</div></main></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text(SOUND, encoding="utf-8")
    (folder / "faulty.html").write_text(FAULTY, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
    with running(command, port, tmp_path_factory.mktemp("site-data")) as served:
        yield served


Axe = Callable[[Page], list[Finding]]


class TestPages:
    def test_scripts_are_off(self, page: Page, site: Served) -> None:
        page.goto(site.address)
        assert page.title() == "Sound"
        assert page.locator("#without").is_visible()

    def test_scripts_stay_off_after_axe_and_on_the_next_page(self, page: Page, site: Served, axe: Axe) -> None:
        page.goto(f"{site.address}/faulty.html")
        axe(page)
        page.goto(site.address)
        axe(page)
        page.reload()
        assert page.title() == "Sound"
        assert page.locator("#without").is_visible()

    def test_scripts_run_where_they_may(self, scripted_page: Page, site: Served) -> None:
        scripted_page.goto(site.address)
        scripted_page.wait_for_function("document.title === 'Timer ran'")

    def test_what_was_typed_is_still_there_after_axe(self, page: Page, axe: Axe) -> None:
        page.set_content('<html lang="en"><title>T</title><main><h1>T</h1><label>Name <input id="name"></label></main>')
        page.fill("#name", "Ève")
        assert axe(page) == []
        assert page.input_value("#name") == "Ève"


class TestLooking:
    def test_axe_finds_nothing_on_a_sound_page(self, page: Page, site: Served, axe: Axe) -> None:
        page.goto(site.address)
        assert axe(page) == []

    def test_axe_finds_the_fault_without_script(self, page: Page, site: Served, axe: Axe) -> None:
        page.goto(f"{site.address}/faulty.html")
        assert [(found.rule, found.elements) for found in axe(page)] == [("image-alt", ('<img src="data:,">',))]

    def test_a_page_too_wide_for_a_phone_is_measured(self, narrow_page: Page, page: Page, site: Served) -> None:
        for each in (narrow_page, page):
            each.goto(f"{site.address}/faulty.html")
        assert overflow(narrow_page) > 80
        assert overflow(page) == 0

    def test_a_page_that_asks_another_machine_is_noticed(self, page: Page, strangers: list[str]) -> None:
        page.set_content('<link rel="stylesheet" href="http://stranger.example/style.css">', wait_until="commit")
        page.wait_for_timeout(100)
        assert strangers == ["http://stranger.example/style.css"]
        strangers.clear()


class TestServing:
    def test_a_server_that_ends_says_what_it_printed(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", "raise SystemExit('no flow here')"]
        with pytest.raises(NotServed, match="no flow here"), running(command, free_port(), tmp_path):
            pass

    def test_the_projects_own_flows_are_served(self, page: Page, served: Served) -> None:
        answer = page.goto(f"{served.address}/")
        assert answer is not None
        assert answer.status == 200
        assert page.url == f"{served.address}/en/"
