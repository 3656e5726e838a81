"""What the browser tests ask of a page: to be without script, to pass axe, to fit its window."""

from __future__ import annotations

import json
from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import CDPSession, Page

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name but this machine's is ever looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
NARROW, WIDE = 320, 1280  # CSS pixels: WCAG's reflow width, and an ordinary screen

_RUN = """axe.run(document, {resultTypes: ["violations"]}).then(found => JSON.stringify(found.violations.map(
    rule => [rule.id, rule.impact, rule.help, rule.nodes.map(node => node.html)])))"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of axe that a page breaks, and the elements that break it."""

    rule: str
    impact: str
    help: str
    elements: tuple[str, ...]


class ScriptSwitch:
    """Turns the scripts of a page off and on again.

    A context made with `java_script_enabled=False` cannot run axe: `evaluate` works there, but no timer ever fires and
    axe waits for one. The browser's own switch does the same to the page, and can be let go for the length of one look.
    Scripts that the page skipped do not run then: they were passed over when it was read.
    """

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self.off = False

    def turn_off(self) -> None:
        self._turn(off=True)

    def turn_on(self) -> None:
        self._turn(off=False)

    def _turn(self, *, off: bool) -> None:
        self._session.send("Emulation.setScriptExecutionDisabled", {"value": off})
        self.off = off


def axe_findings(page: Page, switch: ScriptSwitch) -> list[Finding]:
    """All that axe finds on the page as it stands, in axe's order. The page's scripts are as before afterwards."""
    was_off = switch.off
    switch.turn_on()
    try:
        page.evaluate(f"{AXE_SCRIPT};0")
        found = json.loads(page.evaluate(_RUN))
    finally:
        if was_off:
            switch.turn_off()
    return [Finding(rule, impact or "", text, tuple(elements)) for rule, impact, text, elements in found]


def overflow(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window; 0 if it fits."""
    width: int = page.evaluate(
        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )
    return width
