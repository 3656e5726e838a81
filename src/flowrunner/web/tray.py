"""The mail tray: e-mails that never left, for whoever tries a flow at their own machine."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.carriers.tray import TrayMail, tray_mail, tray_mails
from flowrunner.i18n.words import words
from flowrunner.web.languages import checked, preferred, site_languages
from flowrunner.web.site import site

blueprint = Blueprint("tray", __name__)

# A mail as a mail program shows it: nothing from elsewhere, no script, no form, in an origin of its own.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@blueprint.before_request
def only_here() -> None:
    """For this machine alone, asked for by its own name: whatever came by way of another does not count."""
    host = request.host.rpartition(":")[0] if request.host.count(":") == 1 else request.host
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host"))
    if forwarded or not _is_loopback(request.remote_addr or "") or not _is_loopback(host):
        abort(404)


@blueprint.get("/mail")
def mail() -> AnyResponse:
    """To the tray in the language that the person prefers."""
    return _private(redirect(f"/{preferred()}/mail", 302))


@blueprint.get("/<language>/mail")
def all_letters(language: str) -> AnyResponse:
    """All mails, the newest first."""
    checked(language)
    return _page("tray.html", language, letters=tray_mails(_folder()))


@blueprint.get("/<language>/mail/<name>")
def one_letter(language: str, name: str) -> AnyResponse:
    """One mail in plain words."""
    checked(language)
    return _page("letter.html", language, letter=_letter(name))


@blueprint.get("/<language>/mail/<name>/html")
def one_letter_alone(language: str, name: str) -> AnyResponse:
    """One mail as a mail program shows it."""
    checked(language)
    return _private(Response(_letter(name).html, mimetype="text/html", headers={"Content-Security-Policy": ALONE}))


def _page(template: str, language: str, **values: object) -> AnyResponse:
    say = words(language).say
    html = render_template(
        template,
        say=say,
        moment=lambda written: words(language).format.moment(written.astimezone()),
        language=language,
        service=site().name_in(language, say("page.services")),
        languages=site_languages(),
        home=f"/{language}/",
        **values,
    )
    return _private(make_response(html))


def _letter(name: str) -> TrayMail:
    mail = tray_mail(_folder(), name)
    if mail is None:
        abort(404)
    return mail


def _folder() -> Path:
    folder = site().tray
    assert folder is not None
    return folder


def _private(response: AnyResponse) -> AnyResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]").partition("]")[0]).is_loopback
    except ValueError:
        return False
