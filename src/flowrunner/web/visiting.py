"""Who sent the present request, and the line about their session that every page of a flow has."""

from __future__ import annotations

from flask import g, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from flowrunner.model.case import Account, Actor
from flowrunner.runtime.program import Program
from flowrunner.service.visitors import STRANGER, Visitor
from flowrunner.web import browser
from flowrunner.web.addresses import page_address
from flowrunner.web.pen import NO_WORDS
from flowrunner.web.site import desk
from flowrunner.web.voice import voice


def arrive(flow: str) -> Visitor:
    """The visitor of this request, with their case of the flow. A page that is only looked at begins another session
    when the old one is over; one that is sent is taken by `service.cases`, which knows what it may still do."""
    found = desk().cases.visitor(browser.token(), flow)
    if found.ended and request.method in ("GET", "HEAD"):
        browser.begin_again()
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
    found, speaking, flow = visitor(), voice(program, language), program.flow
    ended = browser.take_ended()
    if not ended and found.session is None:
        return NO_WORDS
    ends = found.session.ends.astimezone(speaking.zone) if found.session is not None else None
    html = render_template(
        "session.html",
        say=speaking.words.say,
        ended=ended,
        ends=speaking.words.format.time(ends.replace(second=0, microsecond=0)) if ends is not None else "",
        account=found.account,
        sign_in=page_address(language, flow.name, "sign_in") if flow.accounts is not None else "",
        resume=page_address(language, flow.name, "resume") if flow.resume else "",
        sign_out=page_address(language, flow.name, "sign_out"),
        csrf=generate_csrf() if found.account is not None else "",
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes
