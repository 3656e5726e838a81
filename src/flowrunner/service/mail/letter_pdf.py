"""Letters as files to keep: a tagged PDF, made in a process of its own within bounds, else the page itself.

Laying out a letter takes the processor for a second and the memory of a whole library. In a process of its own it takes
neither from the pages, and one that never comes to an end is stopped. Whoever cannot have the PDF gets the same letter
as HTML, which prints on the same paper.
"""

from __future__ import annotations

import subprocess
from threading import BoundedSemaphore, Lock
from typing import Literal

from msgspec import Struct

from flowrunner.sandbox import module, run

AT_ONCE = 2
PATIENCE = 30.0  # seconds for one letter, however busy the machine is
WAITING = 3.0  # seconds for a turn
LONGEST = 1_000_000  # bytes of the page
_PROGRAM = module("flowrunner.letters.process")


class LetterFile(Struct, frozen=True):
    """A letter to be saved: its bytes, and whether they are `pdf` or `html`."""

    kind: Literal["pdf", "html"]
    content: bytes


class LetterMaker:
    """Makes letters, a few at once, so that many do not take the machine from who only reads a page."""

    def __init__(
        self, at_once: int = AT_ONCE, patience: float = PATIENCE, waiting: float = WAITING, longest: int = LONGEST
    ) -> None:
        self._turns = BoundedSemaphore(at_once)
        self._patience, self._waiting, self._longest = patience, waiting, longest
        self._asking = Lock()
        self._possible: bool | None = None

    def kind(self) -> Literal["pdf", "html"]:
        """What a letter of usual length will be. It is found out once, which takes a second."""
        with self._asking:
            if self._possible is None:
                self._possible = self._run(b"", "possible") is not None
            return "pdf" if self._possible else "html"

    def make(self, page: str) -> LetterFile:
        """The file of a page that `service.mail.letters` made; HTML when it is too long, when it takes too long, and
        while too many others are being made."""
        html = page.encode("utf-8")
        if len(html) > self._longest or self.kind() == "html" or not self._turns.acquire(timeout=self._waiting):
            return LetterFile("html", html)
        try:
            pdf = self._run(html)
        finally:
            self._turns.release()
        return LetterFile("pdf", pdf) if pdf else LetterFile("html", html)

    def _run(self, html: bytes, *arguments: str) -> bytes | None:
        """What the process wrote, None when it did not come to a good end."""
        try:
            ended = run(_PROGRAM, *arguments, patience=self._patience, input=html)
        except subprocess.TimeoutExpired:
            return None
        return ended.stdout if ended.returncode == 0 else None
