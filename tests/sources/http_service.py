"""A real HTTP server on this machine that answers, fails, stalls and lies as a test tells it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from flowrunner.i18n.words import words
from flowrunner.model.flow import Source
from flowrunner.model.types import DATE, NUMBER, YES_NO, choice_of
from flowrunner.sources.base import Lookup, SourceFailed

DRIP = 0.05
STATUS = choice_of(["active", "lapsed", "unknown"])
SECRET = "you@example.org"
MEMBERS = Source(
    "members",
    {"body": "body", "number": "number"},
    {"status": STATUS, "since": DATE, "fee": NUMBER, "full": YES_NO},
    timeout=0.6,
)
ASKED = {"body": "a", "number": SECRET}


class Service(ThreadingHTTPServer):
    """What it answers is set before it is asked; what it was asked is kept."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.headers: dict[str, str] = {"Content-Type": "application/json"}
        self.body = b"{}"
        self.wait = 0.0
        self.drip = ""
        self.cut = False
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.waiting: set[socket.socket] = set()
        self.most_at_once = 0
        self.lock = threading.Lock()
        self.freed = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def says(self, data: Any) -> None:
        self.body = json.dumps(data).encode()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked has gone: that is what a test of time is about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service
    disable_nagle_algorithm: ClassVar[bool] = True

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def do_GET(self) -> None:
        service = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service.asked.append((self.command, self.path, dict(self.headers), body))
        with service.lock:
            service.waiting.add(self.connection)
            service.most_at_once = max(service.most_at_once, sum(map(_still_there, service.waiting)))
        try:
            service.freed.wait(service.wait)
            self._answer(service)
        finally:
            with service.lock:
                service.waiting.discard(self.connection)

    do_POST = do_HEAD = do_GET  # noqa: N815 (the names that http.server calls)

    def _answer(self, service: Service) -> None:
        if service.drip == "headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400 + b"\r\n\r\n")
            return
        self.send_response(service.status)
        for name, value in service.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(service.body)))
        self.end_headers()
        if self.command == "HEAD" or urlsplit(self.path).path == "/none":
            return
        if service.drip == "body":
            self._drip(service.body)
        elif service.cut:
            self.wfile.write(service.body[: len(service.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(service.body)

    def _drip(self, whole: bytes) -> None:
        for byte in whole:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.freed.is_set():
                return
            time.sleep(DRIP)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def _still_there(connection: socket.socket) -> bool:
    """Whether who asks still waits for the answer: one who gave up has closed, and asks no more."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@contextmanager
def service_running() -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.freed.set()
        service.shutdown()
        service.server_close()
        thread.join()


def failure(lookup: Lookup, given: Mapping[str, Any] = ASKED) -> SourceFailed:
    with pytest.raises(SourceFailed) as raised:
        lookup.find(given)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.text(words("fr"))
    return raised.value


def ident(error: SourceFailed) -> str:
    assert error.sentence is not None
    return error.sentence.id
