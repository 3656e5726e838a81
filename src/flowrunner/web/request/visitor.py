"""The visitor, who sent the present request, and the line about their session on the pages of a flow."""

from __future__ import annotations

from functools import lru_cache

from flask import abort, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Account, Actor
from flowrunner.model.flow import Flow
from flowrunner.runtime.program import Program
from flowrunner.service.sessions.visitor import STRANGER, Visitor
from flowrunner.web.addresses import page_address
from flowrunner.web.languages import checked
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.request import cookies
from flowrunner.web.request.session_line import SessionLinks
from flowrunner.web.request.session_line import session_line as line_of
from flowrunner.web.site import services


def find_visitor(flow: str, step: str = "", form: str = "") -> Visitor:
    """The visitor of this request, with their case of the flow, what is kept of the step's page, and what came of the
    form. A page that is only looked at begins another session
    when the old one is over; one that is sent is taken by `service.cases`, which knows what it may still do."""
    return remember(services().cases.visitor(cookies.token(), flow, step, form))


def remember(who: Visitor) -> Visitor:
    """Remember who sent this request, until it is answered."""
    if who.ended and request.method in ("GET", "HEAD"):
        cookies.begin_again()
    g.visitor = who
    return who


def visitor() -> Visitor:
    """The visitor that `find_visitor` found."""
    who: Visitor = g.get("visitor", STRANGER)
    return who


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
    """The line about the session of the visitor. Nothing on a page of no flow."""
    program: Program | None = g.get("program")
    if program is None or language not in program.flow.languages:
        return NO_WORDS
    return line_of(visitor(), program.flow, language, _session_links(language, program.flow))


@lru_cache(maxsize=128)
def _session_links(language: str, flow: Flow) -> SessionLinks:
    return SessionLinks(
        page_address(language, flow.name, "sign_out"),
        "page.session_ended.kept",
        page_address(language, flow.name, "sign_in") if flow.accounts is not None else "",
        page_address(language, flow.name, "resume") if flow.resume else "",
    )


def enter_flow(language: str, flow: str) -> Program:
    """The flow of an address, after finding out who came."""
    program = flow_of(language, flow)
    find_visitor(flow)
    return program


def flow_of(language: str, flow: str) -> Program:
    """The flow of an address."""
    program = current_program(flow)
    checked(language, program.flow.languages)
    speak_of(program)
    return program


def current_program(flow: str) -> Program:
    """The flow version that new cases begin with; 404 for a flow that there is not."""
    program = services().catalogue.current(flow)
    if program is None:
        abort(404)
    return program


def require_account(program: Program, language: str) -> Account:
    """The account that is signed in; whoever is not is sent to where people sign in."""
    account = signed_in()
    if account is None:
        abort(to_sign_in(program, language))
    return account


def to_sign_in(program: Program, language: str) -> AnyResponse:
    """To where people sign in, and back here after it; a flow without accounts has no such places."""
    if program.flow.accounts is None:
        abort(404)
    return redirect(f"{page_address(language, program.flow.name, 'sign_in')}?next={request.path}", 303)
