"""Answers in plain text, for machines, made without the application."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

TEXT = "text/plain; charset=utf-8"


def answer(
    environ: WSGIEnvironment, start_response: StartResponse, status: int, text: str, kind: str = TEXT
) -> Iterable[bytes]:
    """A text that nobody keeps; to HEAD only what is said of it, to other methods than GET a refusal."""
    method = environ.get("REQUEST_METHOD", "GET")
    if method not in ("GET", "HEAD"):
        status, text, kind = 405, "GET or HEAD\n", TEXT
    body = text.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD"))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [] if method == "HEAD" else [body]
