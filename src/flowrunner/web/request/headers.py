"""Security headers: what every response tells browsers about how it may be used, whatever it is.

flask-talisman was weighed: it has had no release since 2023, and answers that are made without Flask would go without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_YEAR = 365 * 24 * 3600
_KEPT_TO_HTTPS = ("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")


class Guarded:
    """An application whose answers carry these headers, unless they say otherwise themselves.

    They are the same for all, so they are put on at the very end, where nothing looks through them any more.
    """

    def __init__(self, app: WSGIApplication, *, https: bool) -> None:
        self._app = app
        headers = [*HEADERS.items(), *([_KEPT_TO_HTTPS] if https else [])]
        self._headers = {name.lower(): (name, value) for name, value in headers}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            names = {name.lower() for name, _ in headers}
            headers += [header for name, header in self._headers.items() if name not in names]
            return start_response(status, headers, *error)

        return self._app(environ, start)
