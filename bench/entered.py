"""How many files of ours a sent page goes through: what somebody must read who follows a request.

The page is the registration's request for access, once everything is loaded and made; a file counts when one of its
functions, or a template of it, is entered.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from flask.testing import FlaskClient
from msgspec.structs import replace

from bench.figure import Figure
from bench.homes import HIDDEN
from bench.loaded import FLOWS
from flowrunner.compiler.settings.read import read_settings
from flowrunner.service.deployment import migrate, open_services
from flowrunner.web.addresses import where
from flowrunner.web.server import deployment

START = "/en/registration"
PAGE = f"{START}/access_request"
ACCEPTED = {"email": "you@example.org", "regulator": "cicc", "membership_number": "R000123"}
REFUSED = {"email": "?", "regulator": "?", "membership_number": "?", "representative_id": "?"}
OURS = "/src/flowrunner/"


def figures() -> Iterator[Figure]:
    """The files of an accepted page, of a refused one, and of one that is only looked at."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(FLOWS.parent / "flowrunner.yaml", {}).settings
        assert settings is not None
        settings = replace(settings, data=Path(folder))
        migrate(settings)
        opened = open_services(settings, where)
        app = deployment.application(opened)
        for _ in range(2):
            counts = list(_counts(app.test_client()))
        opened.close()
    for name, count in counts:
        yield Figure(f"files entered: {name}", count, "files", count, count)


def _counts(person: FlaskClient) -> Iterator[tuple[str, int]]:
    person.post(START, data=_form(person.get(START).text))
    page, looked_at = entered(lambda: person.get(PAGE))
    page, refused = entered(lambda: person.post(PAGE, data=_form(page.text) | REFUSED))
    assert page.status_code == 422
    page, accepted = entered(lambda: person.post(PAGE, data=_form(page.text) | ACCEPTED))
    assert page.status_code == 303
    yield "GET", len(looked_at)
    yield "POST that is accepted", len(accepted)
    yield "POST that is refused", len(refused)


def _form(page: str) -> dict[str, str]:
    return {**dict(HIDDEN.findall(page)), "_button": "next"}


def entered(work: Callable[[], Any]) -> tuple[Any, frozenset[str]]:
    """What the work gives, and the files of ours that it entered, in this thread or one that it began."""
    files: set[str] = set()

    def enter(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and OURS in frame.f_code.co_filename:
            files.add(frame.f_code.co_filename.partition(OURS)[2])

    threading.setprofile(enter)
    sys.setprofile(enter)
    try:
        answer = work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return answer, frozenset(files)
