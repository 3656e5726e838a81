"""`flowrunner serve` as an author has it: it answers, takes over a sound change and keeps serving when one is not."""

from __future__ import annotations

import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

FLOW = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
steps:
  one: {{title: {title}, next: two}}
  two: {{kind: end, outcome: done, title: Two}}
"""
PATIENCE = 20.0


class Served:
    """A server that runs, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        program = Path(sys.executable).with_name("flowrunner")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--port", "0", "--lang", "en"], cwd=folder, stdout=log, stderr=subprocess.STDOUT
            )
        self.address = self.wait_for(r"Serving at (http://\S+)/ ")[1]

    def wait_for(self, pattern: str) -> re.Match[str]:
        """What is printed sooner or later."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := re.search(pattern, self.log.read_text("utf-8")):
                return found
            time.sleep(0.05)
        raise AssertionError(self.log.read_text("utf-8"))

    def page(self) -> str:
        connection = HTTPConnection(self.address.removeprefix("http://"), timeout=5)
        connection.request("GET", "/en/small")
        read = connection.getresponse().read().decode()
        connection.close()
        return read


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "small.yaml").write_text(FLOW.format(title="Before"))
    running = Served(tmp_path)
    yield running
    running.process.terminate()
    running.process.wait(timeout=10)


class TestServe:
    def test_an_edit_shows_and_a_slip_does_not_stop_it(self, served: Served) -> None:
        flow = served.folder / "flows" / "small.yaml"
        assert "<h1>Before</h1>" in served.page()
        flow.write_text(FLOW.format(title="After the edit"))
        served.wait_for("small: the changed flow is served")
        assert "<h1>After the edit</h1>" in served.page()
        flow.write_text(FLOW.format(title="Broken").replace("next: two", "next: tow"))
        served.wait_for("The last sound version is served")
        assert "FR301" in served.log.read_text("utf-8")
        assert "<h1>After the edit</h1>" in served.page()

    def test_slow_senders_stop_nobody(self, served: Served) -> None:
        host, _, port = served.address.removeprefix("http://").partition(":")
        senders = [socket.create_connection((host, int(port)), timeout=5) for _ in range(20)]
        for number, sender in enumerate(senders):
            sender.sendall(b"POST /en/small HTTP/1.1\r\nHost: x\r\n")
            if number % 2:
                sender.sendall(b"Content-Length: 1000\r\n\r\na=")
        times = []
        for _ in range(5):
            began = time.monotonic()
            assert "<h1>Before</h1>" in served.page()
            times.append(time.monotonic() - began)
        for sender in senders:
            sender.close()
        assert sorted(times)[2] < 1, times

    def test_health_is_told(self, served: Served) -> None:
        connection = HTTPConnection(served.address.removeprefix("http://"), timeout=5)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b"ready\n"
        connection.close()

    def test_secrets_are_made_once_and_for_nobody_else(self, served: Served) -> None:
        secrets = served.folder / "data" / "secrets.json"
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
