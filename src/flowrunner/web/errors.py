"""Error pages, in each language: what happened, what the person can do, and a way back.

None of them asks the database, so that they are there when it is not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.service.cases.cases import AskedTooOften, Busy, Unavailable
from flowrunner.service.log import TOLD, fault
from flowrunner.service.sessions.passwords import HasherBusy
from flowrunner.service.sessions.rate_limits import RateLimited
from flowrunner.web.accounts import account_pages, sign_in_pages
from flowrunner.web.cases import pages
from flowrunner.web.desk import pages as desk_pages
from flowrunner.web.languages import language_of_address, site_languages
from flowrunner.web.resend import sent_again, way_back
from flowrunner.web.site import site

_AGAIN: Mapping[str, Callable[..., AnyResponse | None]] = {
    "cases": pages.send_again,
    "accounts": sign_in_pages.show_again,
    "desk": desk_pages.send_again,
    "places": account_pages.show_again,
}
KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
# What has no page to go back to, or none that this person may see.
_NOWHERE = frozenset({403, 404})
# What may be over when the same page is asked for again.
_PASSING = frozenset({429, 500, 503})
# Seconds after which it is worth trying again.
SOON = 30

_log = logging.getLogger("flowrunner.web")


def register_error_pages(app: Flask) -> None:
    """Let the application answer with these pages."""
    app.register_error_handler(CSRFError, _refused)
    app.register_error_handler(HTTPException, _http)
    for kind in (Busy, AskedTooOften, HasherBusy, Unavailable):
        app.register_error_handler(kind, _away)
    app.register_error_handler(RateLimited, lambda error: _http(TooManyRequests(retry_after=error.seconds)))
    last_resort = page_in_every_language(500)
    app.register_error_handler(500, lambda error: _internal(last_resort))


def error_page(status: int) -> AnyResponse:
    """The page of a status, in the language of the address."""
    language = language_of_address()
    say = words(language).say
    page_status = status if status in KNOWN else (500 if status >= 500 else 400)
    html = render_template(
        "error.html",
        say=say,
        language=language,
        service=site().name_in(language, say("page.services")),
        languages=site_languages(),
        home=f"/{language}/",
        status=page_status,
        back="" if page_status in _NOWHERE else way_back(),
        retries=request.method == "GET" and page_status in _PASSING,
        again=sent_again(language) if page_status == 503 else None,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    if page_status == 503:
        response.headers["Retry-After"] = str(SOON)
    return response


def page_in_every_language(status: int) -> str:
    """The page of a status, one of KNOWN, that needs no request, no template and no deployment."""
    by_language = [(language, words(language).say) for language in languages()]
    title = " / ".join(say(f"page.error.{status}.title") for _, say in by_language)
    parts = "".join(
        f'<section lang="{language}"><h2>{escape(say(f"page.error.{status}.title"))}</h2>'
        f"<p>{escape(say(f'page.error.{status}.text'))}</p></section>"
        for language, say in by_language
    )
    return (
        f'<!doctype html>\n<html lang="{by_language[0][0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>{parts}</main></body></html>\n"
    )


def _internal(last_resort: str) -> AnyResponse:
    """Our own fault. What is broken may be what the page is made of, so there is one that needs nothing."""
    try:
        return error_page(500)
    except Exception:  # the fault itself is in the log already
        return Response(last_resort, 500, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _away(error: FlowrunnerError) -> AnyResponse:
    """Nothing is wrong with what was sent, and nothing was done."""
    details = {"id": g.get("request_id", "")}
    _log.warning("%s failed: %s", request.endpoint, fault(type(error), error.__traceback__), extra={TOLD: details})
    return error_page(503)


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    page = error_page(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            page.headers[name] = value
    return page


def _refused(error: CSRFError) -> AnyResponse:
    shown = None
    again = _AGAIN.get(request.blueprint or "")
    if again is not None and request.view_args:
        try:
            shown = again(**request.view_args)
        except HTTPException as other:
            return _http(other)
    return error_page(400) if shown is None else shown
