"""How gunicorn's worker treats slow clients: with patience, but not for ever, and without telling what they sent.

gunicorn's gthread worker was weighed alone (27.0, one worker of 32 threads, 40 slow clients, a bystander's GET, ADR
0326). Headers that drip: nobody was answered before they left, with this file all within 19 s and at once after the
first 20. Answers that are not taken: a median of 16 s and one in six never, with this file 4 s and all. Bodies that
drip: every POST refused for as long as they stayed, with this file for 20 s.
"""

from __future__ import annotations

import errno
import logging
import socket
import time
from http import HTTPStatus
from typing import Any

from gunicorn import http as wire
from gunicorn.workers.gthread import ThreadWorker

from flowrunner.service.log import fault
from flowrunner.web.errors import page_in_every_language

# A request must be whole in this many seconds, and one more for so many bytes: slow lines pass, drips do not.
PATIENCE = 20.0
BYTES_A_SECOND = 4_000
# Seconds for which somebody may not take a part of an answer.
SENDING = 30.0

_log = logging.getLogger("flowrunner.server")

_STATUSES: dict[str, HTTPStatus] = {
    "LimitRequestLine": HTTPStatus.REQUEST_URI_TOO_LONG,
    "LimitRequestHeaders": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "UnsupportedTransferCoding": HTTPStatus.NOT_IMPLEMENTED,
    "ExpectationFailed": HTTPStatus.EXPECTATION_FAILED,
}


class PatientSocket(socket.socket):
    """A connection on which each request has a deadline that moves on with what has come."""

    _until = 0.0

    def expect(self) -> None:
        """A request begins."""
        self._until = time.monotonic() + PATIENCE

    def setblocking(self, flag: bool, /) -> None:
        """gunicorn lets a connection wait before each request; an answer must be taken all the same."""
        self.settimeout(SENDING if flag else 0.0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Raises ConnectionResetError when the request takes too long: the connection is of no more use."""
        remaining = self._until - time.monotonic()
        if remaining <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        try:
            self.settimeout(remaining)
            data = super().recv(size, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
        self._until += len(data) / BYTES_A_SECOND
        self.settimeout(SENDING)
        return data


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker: slow senders are cut off, and a worker that stops refuses who comes new."""

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            # While the last answers are given, nobody may wait in the queue of a socket that will not be served.
            for listener in self.sockets:
                listener.close()

    def enqueue_req(self, conn: Any) -> None:
        if not isinstance(conn.sock, PatientSocket):
            plain = conn.sock
            conn.sock = PatientSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        conn.sock.expect()
        return super().handle(conn)

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """A request that could not be read, or a fault of ours outside the application: what it held is not told."""
        kind = type(exc).__name__
        if isinstance(exc, wire.errors.ParseException):
            status = _STATUSES.get(kind, HTTPStatus.BAD_REQUEST)
            _log.warning("a request could not be read: %s", kind)
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            _log.error("a request failed: %s", fault(type(exc), exc.__traceback__))
        try:
            client.settimeout(SENDING)
            client.sendall(_whole(status))
        except OSError:
            _log.info("who asked has gone")


def _whole(status: HTTPStatus) -> bytes:
    page_status = 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400
    body = page_in_every_language(page_status).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n"
    )
    return head.encode() + body


class ServerLog:
    """What gunicorn says, in our log: its own words about itself, never about a request."""

    def __init__(self, cfg: object) -> None:
        self.cfg = cfg

    def setup(self, cfg: object) -> None:
        self.cfg = cfg

    def critical(self, message: str, *values: object, **_more: object) -> None:
        _log.critical(message, *values)

    def error(self, message: str, *values: object, **_more: object) -> None:
        _log.error(message, *values)

    def warning(self, message: str, *values: object, **_more: object) -> None:
        _log.warning(message, *values)

    def info(self, message: str, *values: object, **_more: object) -> None:
        _log.info(message, *values)

    def debug(self, *_args: object, **_more: object) -> None:
        """Requests are in these."""

    def exception(self, message: str, *_values: object, **_more: object) -> None:
        """Where it happened; the values may be of a request."""
        _log.error(message.partition("%")[0].strip(), exc_info=True)

    def log(self, level: int, message: str, *values: object, **_more: object) -> None:
        _log.log(level, message, *values)

    def access(self, *_args: object) -> None:
        """The application tells its requests itself."""

    def reopen_files(self) -> None:
        """There are none."""

    def close_on_exec(self) -> None:
        """There are none."""
