"""Health checks: whether this process answers, and whether it can serve: for whoever watches over a deployment.

Both stand before the application: they need no session, no language and no name of a host, and leave no trace.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flowrunner.errors import FlowrunnerError
from flowrunner.service.deployment import Services

HEALTH, READINESS = "/healthz", "/readyz"
TEXT = "text/plain; charset=utf-8"

_log = logging.getLogger("flowrunner.health")


class Health:
    """A WSGI application with the two addresses before another one."""

    def __init__(self, app: WSGIApplication, services: Services) -> None:
        self._app = app
        self._services = services

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path not in (HEALTH, READINESS):
            return self._app(environ, start_response)
        lacking = lacks(self._services) if path == READINESS else ()
        if lacking:
            return answer(environ, start_response, 503, f"not ready: {', '.join(lacking)}\n")
        return answer(environ, start_response, 200, "ready\n" if path == READINESS else "alive\n")


def lacks(services: Services) -> tuple[str, ...]:
    """What a deployment needs before it can serve anybody; nothing when all is well."""
    problems = []
    try:
        if not services.is_up_to_date():
            problems.append("the tables are not up to date")
    except FlowrunnerError:
        problems.append("the database does not answer")
    except Exception as error:  # whatever is wrong with it, whoever watches gets an answer
        _log.error("the database cannot be asked: %s", type(error).__name__)
        problems.append("the database does not answer")
    if not services.catalogue.names():
        problems.append("there is no sound flow")
    return tuple(problems)


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
