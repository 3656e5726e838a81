"""Many slow uploads at once, over real sockets and the server of production: who only reads a page does not wait."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.browser.serving import free_port
from tests.service import making
from tests.web.reading import Read

THREADS, SLOW, AT_ONCE = 32, 20, 24
SCAN = making.pdf(mark="slow")


@pytest.fixture
def address(repository: Path, tmp_path: Path) -> Iterator[str]:
    """gunicorn with one worker and as many threads as a deployment has that says nothing."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--log-level", "error"]
    command += ["--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "tests.web.papers:application()"]
    environment = {**os.environ, "FLOWRUNNER_DATA": str(tmp_path), "PYTHONPATH": str(repository)}
    with subprocess.Popen(command, cwd=repository, env=environment) as process:
        until = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/en/", timeout=5)
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, "gunicorn did not answer"
                time.sleep(0.1)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@dataclass(slots=True)
class SlowUpload:
    """A browser on a bad line: its request goes out piece by piece."""

    client: httpx.Client
    line: socket.socket
    left: bytes

    @classmethod
    def begin(cls, address: str) -> SlowUpload:
        """Walk to the page of papers and send the head of a form with a file."""
        client = httpx.Client(base_url=address, follow_redirects=True)
        first = Read(client.get("/en/papers").text)
        page = Read(client.post("/en/papers", data={name: value[0] for name, value in first.form().items()}).text)
        fields = {name: value[0] for name, value in page.form().items()} | {"_button": "_upload:photo", "name": "Zoé"}
        request = client.build_request(
            "POST", "/en/papers/papers", data=fields, files={"photo": ("scan.pdf", SCAN, "application/pdf")}
        )
        body = request.read()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        host, _, port = address.removeprefix("http://").partition(":")
        line = socket.create_connection((host, int(port)), timeout=30)
        line.sendall(f"POST /en/papers/papers HTTP/1.1\r\n{head}\r\n".encode() + body[:100])
        return cls(client, line, body[100:])

    def more(self, size: int) -> None:
        """Send a little more of it."""
        self.line.sendall(self.left[:size])
        self.left = self.left[size:]

    def finish(self) -> int:
        """Send the rest; the status of the answer."""
        self.more(len(self.left))
        answer = self.line.recv(4096)
        return int(answer.split(b" ", 2)[1]) if answer else 0

    def close(self) -> None:
        self.line.close()
        self.client.close()


def seconds_for_a_page(address: str, times: int = 5) -> float:
    """The slowest of some requests for a page."""
    slowest = 0.0
    for _ in range(times):
        began = time.monotonic()
        assert httpx.get(f"{address}/en/papers", timeout=30).status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    return slowest


class TestSlowUploads:
    def test_a_page_answers_within_a_second(self, address: str) -> None:
        slow = [SlowUpload.begin(address) for _ in range(SLOW)]
        try:
            for _ in range(5):
                for one in slow:
                    one.more(50)
                assert seconds_for_a_page(address) < 1
            assert [one.finish() for one in slow] == [303] * SLOW
            for one in slow:
                assert "scan.pdf" in one.client.get("/en/papers/papers").text
        finally:
            for one in slow:
                one.close()

    def test_one_too_many_is_told_to_come_again(self, address: str) -> None:
        slow = [SlowUpload.begin(address) for _ in range(AT_ONCE)]
        try:
            time.sleep(1)
            late = httpx.post(f"{address}/en/papers", data={"a": "b"}, timeout=30)
            assert late.status_code == 503
            assert "cannot answer at the moment" in late.text
            assert seconds_for_a_page(address) < 1
            assert slow[0].finish() == 303
            assert httpx.post(f"{address}/en/papers", data={"a": "b"}, timeout=30).status_code == 400
        finally:
            for one in slow:
                one.close()
