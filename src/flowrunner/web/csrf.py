"""The token that each form carries: made once for a session, because signing it costs as much as the rest of a form."""

from __future__ import annotations

from flask import session
from flask_wtf.csrf import generate_csrf

from flowrunner.web.request.forms import CSRF

MOST = 2_000
# By what the session holds, which is random and says nothing about anybody. It lives as long as the session does, so
# when it was signed is nothing that is looked at.
_signed: dict[str, str] = {}


def csrf_token() -> str:
    """What `flask_wtf` makes for the session of the present request."""
    held = session.get(CSRF)
    token = _signed.get(held) if isinstance(held, str) else None
    if token is None:
        token = generate_csrf()
        if len(_signed) >= MOST:
            _signed.clear()
        _signed[session[CSRF]] = token
    return token
