"""A letter in a browser, as it is offered where no PDF can be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from flowrunner.letters.page import Letter, letter_page
from tests.browser.looking import Finding, overflow

BODY = """<p>Typed: &lt;script&gt;document.title = "ran"&lt;/script&gt;</p>
<h2>What is needed</h2>
<ul>
<li>one</li>
</ul>
<p><a href="https://example.org/">A site</a> and <span lang="fr">un site</span></p>
<p>{long}</p>
""".format(long="https://example.org/" + "a" * 200)


class TestLetterInABrowser:
    @pytest.mark.parametrize(("language", "title"), [("en", "A letter"), ("fr", "Une lettre")])
    def test_everybody_can_read_it(
        self, narrow_page: Page, axe: Callable[[Page], list[Finding]], language: str, title: str
    ) -> None:
        letter = Letter(language, title, BODY, day=date(2026, 3, 1), reference="ABCDE-12345", sender="The garden")
        narrow_page.set_content(letter_page(letter))
        assert axe(narrow_page) == []
        assert overflow(narrow_page) == 0
        assert narrow_page.title() == f"{title} – ABCDE-12345"
        assert narrow_page.locator("h1").inner_text() == title
