"""Judging contents without letting them near: the parse runs in a process of its own (`child`)."""

from __future__ import annotations

import signal
import subprocess
from threading import BoundedSemaphore
from typing import BinaryIO

from msgspec import Struct

from flowrunner.fields.file_kinds import KINDS, file_kind_of
from flowrunner.sandbox import module, run
from flowrunner.service.uploads.contents.refused import CODES

AT_ONCE = 2
PATIENCE = 30.0  # seconds for one parse
LARGEST = 50_000_000  # bytes of a content that is shown
_PROGRAM = module("flowrunner.service.uploads.contents.child")


class Looked(Struct, frozen=True):
    """What came of looking: the kind of a sound content, or the code of what is wrong with it."""

    kind: str = ""
    code: str = ""


class Judge:
    """Looks at contents, a few at once, so that many uploads do not take the machine from who only reads a page."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._turns = BoundedSemaphore(at_once)
        self._patience = patience

    def judge(self, content: BinaryIO, name: str) -> Looked:
        """Look at a real file, from its beginning. Of `name` only this is read: which of the kinds that no content
        tells apart (text and tables of text) was meant."""
        with self._turns:
            answer = self._ask(content)
        if answer == "txt" and file_kind_of(name) == "csv":
            answer = "csv"
        return Looked(code=answer) if answer in CODES else Looked(kind=answer)

    def picture(self, content: bytes, kind: str) -> bytes | None:
        """What a content of this kind shows, as a JPEG that was made anew; None when it shows nothing, and while too
        many others are being looked at."""
        if len(content) > LARGEST or not self._turns.acquire(timeout=self._patience):
            return None
        try:
            return run(_PROGRAM, "picture", kind, patience=self._patience, input=content).stdout or None
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._turns.release()

    def _ask(self, content: BinaryIO) -> str:
        content.flush()
        content.seek(0)
        try:
            ended = run(_PROGRAM, patience=self._patience, stdin=content.fileno())
        except subprocess.TimeoutExpired:
            return "file_too_complex"
        finally:
            content.seek(0)
        answer = ended.stdout.decode("ascii", "replace")
        if answer in CODES or answer in KINDS:
            return answer
        # Its own limits stop it by these signals; what makes a decoder fall is a content that nobody should open.
        return "file_too_complex" if -ended.returncode in (signal.SIGXCPU, signal.SIGKILL) else "file_broken"
