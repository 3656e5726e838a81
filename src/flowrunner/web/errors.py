"""Pages for what went wrong, in each language; none of them says more than it must."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.service.cases import AskedTooOften, Busy
from flowrunner.service.passwords import Crowded
from flowrunner.service.throttles import TooMany
from flowrunner.web import accounts, cases
from flowrunner.web.desk import pages as desk_pages
from flowrunner.web.languages import language_of_address, site_languages
from flowrunner.web.site import desk
from flowrunner.words import languages, words

_AGAIN: Mapping[str, Callable[..., AnyResponse | None]] = {
    "cases": cases.send_again,
    "accounts": accounts.show_again,
    "desk": desk_pages.send_again,
}
KNOWN = frozenset({400, 403, 404, 405, 413, 500, 503})


def register(app: Flask) -> None:
    """Let the application answer with these pages."""
    app.register_error_handler(CSRFError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Busy, lambda error: error_page(503))
    app.register_error_handler(AskedTooOften, lambda error: error_page(503))
    app.register_error_handler(Crowded, lambda error: error_page(503))
    app.register_error_handler(TooMany, lambda error: _http(TooManyRequests(retry_after=error.seconds)))
    last_resort = _last_resort()
    app.register_error_handler(500, lambda error: _internal(last_resort))


def error_page(status: int) -> AnyResponse:
    """The page of a status, in the language of the address."""
    language = language_of_address()
    say = words(language).say
    known = status if status in KNOWN else (500 if status >= 500 else 400)
    html = render_template(
        "error.html",
        say=say,
        language=language,
        service=desk().site.name_in(language, say("page.services")),
        languages=site_languages(),
        home=f"/{language}/",
        status=known,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _internal(last_resort: str) -> AnyResponse:
    """Our own fault. What is broken may be what the page is made of, so there is one that needs nothing."""
    try:
        return error_page(500)
    except Exception:  # the fault itself is in the log already
        return Response(last_resort, 500, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _last_resort() -> str:
    """A page in every language, made while all is well."""
    said = [(language, words(language).say) for language in languages()]
    title = " / ".join(say("page.error.500.title") for _, say in said)
    parts = "".join(
        f'<section lang="{language}"><h2>{escape(say("page.error.500.title"))}</h2>'
        f"<p>{escape(say('page.error.500.text'))}</p></section>"
        for language, say in said
    )
    return (
        f'<!doctype html>\n<html lang="{said[0][0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>{parts}</main></body></html>\n"
    )


def _http(error: HTTPException) -> AnyResponse:
    if error.code is not None and error.code < 400:
        return error.get_response()
    page = error_page(error.code or 500)
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
