"""Runs the real `flowrunner serve --production`, and speaks to it as a browser or as a plain socket does."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from tests.web.reading import Read

PATIENCE = 60.0  # seconds until the server must have answered
FLOW = """\
flowrunner: 1
flow: small
languages: [en, fr]
title:
  en: Small
  fr: Petit
start: one
fields:
  town:
    type: text
    label:
      en: Town
      fr: Ville
  secret:
    type: password
    optional: true
    label:
      en: Password
      fr: Mot de passe
steps:
  one:
    title:
      en: TITLE
      fr: TITLE
    next: two
  two:
    title:
      en: Where
      fr: Où
    fields: [town]
    next:
      - {when: town == 'Nowhere', go: lock}
      - {go: three}
  lock:
    title:
      en: Lock
      fr: Serrure
    fields: [secret]
    next: three
  three:
    kind: end
    outcome: done
    title:
      en: Done
      fr: Terminé
"""


def flow(title: str) -> str:
    """A flow whose first page has this title."""
    return FLOW.replace("TITLE", title)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(slots=True)
class Production:
    """A deployment in `folder`: its settings, its flows, its data, and what it printed."""

    folder: Path
    port: int
    metrics: int
    process: subprocess.Popen[bytes]

    @property
    def printed(self) -> str:
        return (self.folder / "out").read_text("utf-8")

    def lines(self, message: str = "") -> list[dict[str, Any]]:
        """The lines of the log that have this message, all when it is empty."""
        found = [json.loads(line) for line in self.printed.splitlines() if line.startswith("{")]
        return [line for line in found if message in ("", line["message"])]

    def wait_for(self, pattern: str) -> None:
        until = time.monotonic() + PATIENCE
        while not re.search(pattern, self.printed):
            assert time.monotonic() < until, self.printed
            time.sleep(0.05)

    def ask(
        self, path: str, method: str = "GET", body: str | bytes = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        return ask(self.port, path, method, body, headers)

    def browser(self) -> Browser:
        return Browser(self.port)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


def ask(
    port: int, path: str, method: str = "GET", body: str | bytes = "", headers: Mapping[str, str] | None = None
) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body or None, dict(headers or {}))
    answer = connection.getresponse()
    text = answer.read().decode()
    told = {name: value for name, value in answer.getheaders() if name != "Set-Cookie"}
    told["Set-Cookie"] = "\n".join(answer.headers.get_all("Set-Cookie", []))
    connection.close()
    return Answer(answer.status, told, text)


@dataclass(slots=True)
class Browser:
    """Keeps cookies, follows redirects, fills forms."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    path: str = ""
    page: Read = field(default_factory=lambda: Read(""))

    def open(self, path: str) -> Read:
        return self._go(path, "GET", "")

    def press(self, button: str = "next", fill: Mapping[str, str | list[str]] | None = None) -> Read:
        form = next(form for form in self.page.all("form"))
        sent = self.page.form() | {"_button": [button]}
        for name, value in (fill or {}).items():
            sent[name] = value if isinstance(value, list) else [value]
        pairs = [(name, value) for name, values in sent.items() for value in values]
        return self._go(form["action"], "POST", urlencode(pairs))

    def _go(self, path: str, method: str, body: str) -> Read:
        answer = self._ask(path, method, body)
        while answer.status in (301, 302, 303, 308):
            path = answer.headers["Location"]
            answer = self._ask(path, "GET", "")
        self.path, self.status, self.page = path, answer.status, Read(answer.text)
        return self.page

    def _ask(self, path: str, method: str, body: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = ask(self.port, path, method, body, headers)
        for line in filter(None, answer.headers["Set-Cookie"].split("\n")):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer


def write_settings(folder: Path, **server: Any) -> Path:
    """Settings of a deployment of one small flow; `server` goes over what tests need of it."""
    (folder / "flows").mkdir(exist_ok=True)
    file = folder / "flows" / "small.yaml"
    if not file.exists():
        file.write_text(flow("Before"))
    said = {"https": False, "workers": 2, "grace": 5} | server
    settings = folder / "flowrunner.yaml"
    settings.write_text(yaml.safe_dump({"flows": "flows", "data": "data", "server": said}))
    return settings


def command(settings: Path, port: int) -> list[str]:
    program = Path(sys.executable).with_name("flowrunner")
    return [str(program), "serve", "--production", "--settings", str(settings), "--port", str(port), "--lang", "en"]


@contextmanager
def producing(settings: Path, metrics: int = 0) -> Iterator[Production]:
    """Serve a deployment until the block ends."""
    folder, port = settings.parent, free_port()
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command(settings, port), cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    served = Production(folder, port, metrics, process)
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port):
            assert process.poll() is None, served.printed
            assert time.monotonic() < until, served.printed
            time.sleep(0.05)
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _answers(port: int) -> bool:
    try:
        return ask(port, "/healthz").status == 200
    except OSError:
        return False
