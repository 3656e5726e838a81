"""The session cookie: the token of the session, flash messages, and the one-time ids of forms."""

from __future__ import annotations

import secrets

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

from flowrunner.model.flow import Step
from flowrunner.runtime.program import Program
from flowrunner.text.text import Text
from flowrunner.web.request.forms import CSRF

_TOKEN = "id"  # noqa: S105 - the name of a key, not a secret
_SAY = "say"
_WORD = "word"
_ENDED = "ended"
_KEPT = "kept"


class Cookies(SecureCookieSessionInterface):
    """Flask's own, whose signer is made once for the application that it belongs to and not for each request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def token() -> str | None:
    """The session's token, or None when this browser holds none yet."""
    value = session.get(_TOKEN)
    return value if isinstance(value, str) else None


def make_token() -> str:
    """The session's token, made now if there is none; nothing is stored on the server."""
    if token() is None:
        session[_TOKEN] = secrets.token_urlsafe(32)
    return str(session[_TOKEN])


def hold(token: str | None) -> None:
    """Hold another token from now on, if there is one. Forms of pages that were open until now are shown again first:
    their own token was of the session before."""
    if token is not None:
        session[_TOKEN] = token
        session.pop(CSRF, None)


def begin_again(*, is_input_kept: bool = False) -> None:
    """The session is over: begin another, and have the next page say so, and whether what was sent is kept."""
    session.pop(_TOKEN, None)
    session[_ENDED] = _KEPT if is_input_kept else True
    make_token()


def take_ended() -> tuple[bool, bool]:
    """Whether this page is to say that the session was over, and that what was sent then is kept."""
    ended = session.pop(_ENDED, False)
    return bool(ended), ended == _KEPT


def new_form_id() -> str:
    """An id for one form on one page."""
    return secrets.token_urlsafe(12)


def keep_say(program: Program, step: str, button: str, say: Text | None) -> None:
    """Keep a flash message of the flow for the next page: where the words stand, never the words."""
    if say is None:
        return
    for index, branch in enumerate(program.branches(step, button)):
        if branch.say is say:
            session[_SAY] = [program.flow.name, step, button, index]


def take_say(program: Program) -> tuple[Step, Text] | None:
    """The flash message of the flow, once: the step that has it, and the text."""
    entry = session.get(_SAY)
    if not isinstance(entry, list) or len(entry) != 4 or entry[0] != program.flow.name:
        return None
    del session[_SAY]
    _, step, button, index = entry
    if step not in program.flow.steps or index >= len(program.branches(step, button)):
        return None
    text = program.branches(step, button)[index].say
    return (program.flow.steps[step], text) if text else None


def keep_word(ident: str, n: int | None = None) -> None:
    """Keep a flash message of the interpreter for the next page: their id, and the number in them."""
    session[_WORD] = [ident, n]


def take_word() -> tuple[str, int | None] | None:
    """The flash message that `keep_word` kept, once."""
    entry = session.pop(_WORD, None)
    return (str(entry[0]), entry[1]) if isinstance(entry, list) and len(entry) == 2 else None


MOST = 2_000
# By what the session holds, which is random and says nothing about anybody. It lives as long as the session does, so
# when it was signed is nothing that is looked at.
_signed: dict[str, str] = {}


def csrf_token() -> str:
    """The CSRF token that `flask_wtf` makes for the session of the present request."""
    value = session.get(CSRF)
    token = _signed.get(value) if isinstance(value, str) else None
    if token is None:
        token = generate_csrf()
        if len(_signed) >= MOST:
            _signed.clear()
        _signed[session[CSRF]] = token
    return token
