"""Who sent the present request, and the line about their session that every page of a flow has."""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache

from flask import abort, g, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.i18n.words import words
from flowrunner.model.case import Account, Actor
from flowrunner.model.flow import Flow
from flowrunner.runtime.program import Program
from flowrunner.service.sessions.visitor import STRANGER, Visitor
from flowrunner.web.addresses import page_address
from flowrunner.web.languages import checked
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.request import cookies
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.site import services

# Characters that no page holds: HTML forbids them.
_ENDS, _ADDRESS, _CSRF = "\x02ends\x03", "\x02address\x03", "\x02csrf\x03"


def find_visitor(flow: str, step: str = "", form: str = "") -> Visitor:
    """The visitor of this request, with their case of the flow, what is kept of the step's page, and what came of the
    form. A page that is only looked at begins another session
    when the old one is over; one that is sent is taken by `service.cases`, which knows what it may still do."""
    return remember(services().cases.visitor(cookies.token(), flow, step, form))


def remember(found: Visitor) -> Visitor:
    """Say who sent this request."""
    if found.ended and request.method in ("GET", "HEAD"):
        cookies.begin_again()
    g.visitor = found
    return found


def visitor() -> Visitor:
    """Who `arrive` found."""
    found: Visitor = g.get("visitor", STRANGER)
    return found


def actor() -> Actor:
    """Who acts in this request."""
    return visitor().actor


def signed_in() -> Account | None:
    """The account that is signed in."""
    return visitor().account


def speak_of(program: Program) -> None:
    """Say which flow version the page is of."""
    g.program = program


def session_line(language: str) -> Markup:
    """Until when the session goes on, or that it ended, and the button that signs out. Nothing on a page of no flow,
    and for whoever has no session."""
    program: Program | None = g.get("program")
    if program is None or language not in program.flow.languages:
        return NO_WORDS
    found, speaking, flow = visitor(), localizer(program, language), program.flow
    ended, kept = cookies.take_ended()
    if not ended and found.session is None:
        return NO_WORDS
    written = _line(language, flow, ended=ended, kept=kept, signed_in=found.account is not None)
    filled = {
        _ENDS: _clock(speaking, found.session.ends) if found.session is not None else "",
        _ADDRESS: found.account.sign_in if found.account is not None else "",
        _CSRF: csrf_token() if found.account is not None else "",
    }
    for hole, value in filled.items():
        written = written.replace(hole, escape(value))
    return Markup(written)  # noqa: S704 - a template of ours, filled with what was escaped


def _clock(speaking: Localizer, moment: datetime) -> str:
    shown = moment.astimezone(speaking.zone)
    return _time(speaking, shown.hour, shown.minute)


@lru_cache(maxsize=1000)
def _time(speaking: Localizer, hour: int, minute: int) -> str:
    return speaking.words.format.time(time(hour, minute))


@lru_cache(maxsize=128)
def _line(language: str, flow: Flow, *, ended: bool, kept: bool, signed_in: bool) -> str:
    """The line with holes for what is a person's own."""
    say = words(language, flow.territory).say
    return render_template(
        "session.html",
        say=say,
        ended=ended,
        kept="page.session_ended.kept" if kept else "",
        ends=_ENDS,
        address=_ADDRESS if signed_in else "",
        sign_in=page_address(language, flow.name, "sign_in") if flow.accounts is not None else "",
        resume=page_address(language, flow.name, "resume") if flow.resume else "",
        sign_out=page_address(language, flow.name, "sign_out"),
        csrf=_CSRF,
    )


def enter_flow(language: str, flow: str) -> Program:
    """The flow of an address, after finding out who came."""
    program = flow_of(language, flow)
    find_visitor(flow)
    return program


def flow_of(language: str, flow: str) -> Program:
    """The flow of an address."""
    program = services().catalogue.current(flow)
    if program is None:
        abort(404)
    checked(language, program.flow.languages)
    speak_of(program)
    return program


def to_sign_in(program: Program, language: str) -> AnyResponse:
    """To where people sign in, and back here after it; a flow without accounts has no such places."""
    if program.flow.accounts is None:
        abort(404)
    return redirect(f"{page_address(language, program.flow.name, 'sign_in')}?next={request.path}", 303)
