"""The places of a flow where people sign in and out, come back to a case, and recover an account."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.model.flow import AccountPage
from flowrunner.runtime.account_page import look_at_place
from flowrunner.runtime.program import Program
from flowrunner.service.accounts.resume import fields_of
from flowrunner.service.accounts.sign_in import Onward
from flowrunner.web.addresses import STAY, Addresses, page_address, step_address
from flowrunner.web.cases.show import not_open, private
from flowrunner.web.languages import in_language, speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.page.renderer import PageRenderer
from flowrunner.web.page.view import of_a_place
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.request.forms import inputs, own_input
from flowrunner.web.request.visitor import enter_flow
from flowrunner.web.sign_in.forms import SignInForm, own_address, resume_form
from flowrunner.web.sign_in.take import ask_sign_in, take_sign_in, take_sign_out
from flowrunner.web.site import services

blueprint = Blueprint("accounts", __name__)


# --- Signing in and out -------------------------------------------------------------------


@blueprint.get("/<language>/<flow>/page/sign_in")
def sign_in_page(language: str, flow: str) -> AnyResponse:
    """The sign-in page: the address and the password; then the code that was sent. Whoever is signed in goes on."""
    program = _enter_sign_in(language, flow)
    if visitor.signed_in() is not None:
        return redirect(_onward(program, language)(visitor.visitor().case), 303)
    return _sign_in(program, language, ())


@blueprint.post("/<language>/<flow>/page/sign_in")
def send_sign_in(language: str, flow: str) -> AnyResponse:
    """Take the form of the sign-in page."""
    program = _enter_sign_in(language, flow)
    if own_input("_button") == STAY:
        return _sign_in(program, language, ())
    attempt = take_sign_in(program, language, _onward(program, language))
    if attempt.problems:
        return _sign_in(program, language, attempt.problems, 422)
    cookies.hold(attempt.token)
    onward = _next(language)
    return redirect(attempt.redirect or (f"{request.path}?next={onward}" if onward else request.path), 303)


def _enter_sign_in(language: str, flow: str) -> Program:
    """The flow of an address, where people sign in. From one that recovers accounts they are sent to where that is."""
    program = enter_flow(language, flow)
    elsewhere = _recovered_for(program, language)
    if elsewhere:
        abort(redirect(elsewhere, 303))
    if program.flow.accounts is None:
        abort(404)
    return program


def _recovered_for(program: Program, language: str) -> str:
    """Where to sign in after a flow that recovers the accounts of others: at the first that names it. "" otherwise."""
    programs = services().catalogue
    for name in programs.names():
        other = programs.current(name)
        accounts = other.flow.accounts if other is not None else None
        if other is not None and accounts is not None and accounts.recover == program.flow.name:
            return page_address(speaks(other, language), name, "sign_in")
    return ""


def _sign_in(program: Program, language: str, problems: tuple[Problem, ...], status: int = 200) -> AnyResponse:
    speaking = localizer(program, language)
    cookies.make_token()
    return _page(program, language, ask_sign_in(program, speaking, problems), "sign_in", status)


def _onward(program: Program, language: str) -> Onward:
    onward = _next(language)

    def where(case: Case | None) -> str:
        if onward:
            return onward
        if case is not None:
            return step_address(language, program.flow.name, case.step)
        return page_address(language, program.flow.name, "home")

    return where


def _next(language: str) -> str:
    """Where to go on to, in the language of the page."""
    address = own_address(request.form.get("_next") or request.args.get("next") or "")
    return in_language(address, language) if address else ""


@blueprint.post("/<language>/<flow>/page/sign_out")
def sign_out(language: str, flow: str) -> AnyResponse:
    """End the session."""
    program = enter_flow(language, flow)
    take_sign_out()
    return redirect(page_address(language, program.flow.name, "signed_out"), 303)


@blueprint.get("/<language>/<flow>/page/signed_out")
def signed_out(language: str, flow: str) -> AnyResponse:
    """The page after signing out."""
    program = enter_flow(language, flow)
    form = SignInForm(localizer(program, language).words.say("page.signed_out.title"))
    return _page(program, language, form, "signed_out", template="signed_out.html")


# --- Coming back --------------------------------------------------------------------------


@blueprint.get("/<language>/<flow>/page/resume")
def resume_page(language: str, flow: str) -> AnyResponse:
    """The resume page: what the flow asks to open a case in another browser."""
    return _resume(enter_flow(language, flow), language, ())


@blueprint.post("/<language>/<flow>/page/resume")
def send_resume(language: str, flow: str) -> AnyResponse:
    """Take the form of the resume page."""
    program = enter_flow(language, flow)
    if not program.flow.resume:
        abort(404)
    if own_input("_button") == STAY:
        return _resume(program, language, ())
    token = cookies.make_token()
    attempt = services().accounts.resuming.resume(
        program, token, own_input("_form"), inputs(), request.remote_addr, language
    )
    if attempt.problems or attempt.redirect is None:
        return _resume(program, language, attempt.problems, 422)
    cookies.hold(attempt.token)
    return redirect(attempt.redirect, 303)


def _resume(program: Program, language: str, problems: tuple[Problem, ...], status: int = 200) -> AnyResponse:
    if not program.flow.resume:
        abort(404)
    cookies.make_token()
    form = resume_form(program, localizer(program, language), problems, fields_of(program))
    return _page(program, language, form, "resume", status)


@blueprint.get("/<language>/<flow>/page/recover")
def recover(language: str, flow: str) -> AnyResponse:
    """To the flow that recovers an account, if this one names any."""
    program = enter_flow(language, flow)
    named = program.flow.accounts.recover if program.flow.accounts is not None else None
    if named is None or services().catalogue.current(named) is None:
        return not_open(program, language, f"/{language}/{flow}")
    return redirect(f"/{language}/{named}", 303)


# --- Drawing ------------------------------------------------------------------------------


def show_again(language: str, flow: str) -> AnyResponse | None:
    """Answer a form whose CSRF token is not this browser's: nothing is done, it is shown again. None for another."""
    refused = (Problem(None, "send_again"),)
    program = enter_flow(language, flow)
    if request.path == page_address(language, flow, "sign_in") and program.flow.accounts is not None:
        return _sign_in(program, language, refused, 400)
    if request.path == page_address(language, flow, "resume") and program.flow.resume:
        return _resume(program, language, refused, 400)
    return None


def _page(
    program: Program, language: str, form: SignInForm, name: str, status: int = 200, template: str = "sign_in.html"
) -> AnyResponse:
    """The page of a place as the flow shapes it. Its own words belong to what is asked first, not to a code."""
    speaking = localizer(program, language)
    place = program.flow.places.get(name, AccountPage(name))
    page = look_at_place(program, place, visitor.actor(), language, services().context.world())
    pen = PageRenderer(page, speaking, Addresses.of_place(language, program.flow.name, name), {})
    blocks, foot = of_a_place(page, pen)
    shaped = place.title if form.keeps else None
    html = render_template(
        template,
        **speaking.frame(),
        title=pen.html(shaped) or form.heading,
        lang=speaking.lang(shaped),
        form=form,
        blocks=blocks if form.keeps else (),
        action=request.path,
        csrf=csrf_token(),
        form_id=cookies.new_form_id(),
        onward=_next(language),
        foot=foot,
        start=f"/{language}/{program.flow.name}",
        sign_in=page_address(language, program.flow.name, "sign_in"),
    )
    return private(make_response(html, status))
