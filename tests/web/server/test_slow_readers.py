"""Who asks and does not take the answers is let go, however the requests came."""

from __future__ import annotations

import socket
import threading

import pytest

from flowrunner.web.server import slow_clients
from flowrunner.web.server.slow_clients import PatientSocket


@pytest.mark.parametrize("heard", [True, False], ids=["a request of its own", "one that came with the one before"])
def test_an_answer_must_be_taken(monkeypatch: pytest.MonkeyPatch, heard: bool) -> None:
    monkeypatch.setattr(slow_clients, "SENDING", 0.2)
    plain, reader = socket.socketpair()
    # Without a deadline the test would wait for ever: then it fails by another error.
    too_late = threading.Timer(10, reader.close)
    too_late.start()
    with reader, PatientSocket(plain.family, plain.type, plain.proto, fileno=plain.detach()) as connection:
        connection.expect()
        # gunicorn does this before each request; one that came with the one before is not received again.
        connection.setblocking(True)
        if heard:
            reader.sendall(b"GET / HTTP/1.1\r\n\r\n")
            connection.recv(100)
        with pytest.raises(TimeoutError):
            connection.sendall(bytes(10_000_000))
    too_late.cancel()
