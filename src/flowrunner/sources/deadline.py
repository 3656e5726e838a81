"""A deadline (total time-out) for a whole HTTP exchange, however slowly the other side speaks.

A time limit of a single read is none for an answer that comes a byte at a time. Here every operation on a socket gets
what is left of the time that the asking thread has.

httpx was weighed alone: connecting, reading and writing each have a time limit there, the whole has none.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

_left = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What this thread does over a `transport` inside is over after so many seconds; then httpx raises a time-out."""
    _left.until = time.monotonic() + seconds
    try:
        yield
    finally:
        del _left.until


def _limit(timeout: float | None, late: type[Exception]) -> float | None:
    until = getattr(_left, "until", None)
    if until is None:
        return timeout
    remaining = float(until) - time.monotonic()
    if remaining <= 0:
        raise late
    return remaining if timeout is None else min(timeout, remaining)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps the deadline of whoever uses it now."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _limit(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _limit(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _limit(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections that keep deadlines."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        limit = _limit(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, limit, local_address, socket_options))


class Transport(httpx.HTTPTransport):
    """A pool of at most so many connections, kept open between requests, that keeps deadlines."""

    def __init__(self, context: ssl.SSLContext, most: int) -> None:
        # httpx has no way in for a backend of one's own, and the pool is all that its own beginning makes. That a
        # dripping answer ends in time is tested.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=most, keepalive_expiry=5.0, network_backend=_Backend()
        )
