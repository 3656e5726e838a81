"""Signing in and out at the desk."""

from __future__ import annotations

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Problem
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.web.addresses import STAY
from flowrunner.web.desk import request as arriving
from flowrunner.web.desk.request import queue_address
from flowrunner.web.languages import checked, in_language, speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.request import cookies
from flowrunner.web.request.forms import own_input
from flowrunner.web.sign_in.forms import own_address
from flowrunner.web.sign_in.take import ask_sign_in, take_sign_in, take_sign_out
from flowrunner.web.site import services


def show(language: str, problems: tuple[Problem, ...] = (), status: int = 200) -> AnyResponse:
    """The sign-in page: the address and the password; then the code, if the flow confirms signing in with one."""
    program = _program(language)
    speaking = localizer(program, speaks(program, language))
    cookies.make_token()
    form = ask_sign_in(program, speaking, problems)
    if form.keeps:
        # Staff has no case to come back to.
        form = replace(form, heading=speaking.words.say("desk.sign_in"), links=())
    return arriving.page(
        "sign_in.html",
        language,
        status,
        title=form.heading,
        form=form,
        action=f"{queue_address(language)}/sign_in",
        form_id=cookies.new_form_id(),
        onward=_next(language),
    )


def send(language: str) -> AnyResponse:
    """Take the form of the sign-in page."""
    program = _program(language)
    if own_input("_button") == STAY:
        return show(language)
    attempt = take_sign_in(program, speaks(program, language), lambda case: _next(language), stays=True)
    if attempt.problems:
        return show(language, attempt.problems, 422)
    cookies.hold(attempt.token)
    if attempt.redirect is None:
        return redirect(f"{request.path}?next={_next(language)}", 303)
    who = services().casework.visitor(cookies.token())
    if services().casework.officer(who.account) is None:
        arriving.refuse_account(who)
    return redirect(attempt.redirect, 303)


def sign_out(language: str) -> AnyResponse:
    """End the session."""
    checked(language)
    take_sign_out()
    return redirect(f"{queue_address(language)}/signed_out", 303)


def signed_out(language: str) -> AnyResponse:
    """The page after signing out."""
    checked(language)
    return arriving.page("signed_out.html", language, sign_in=f"{queue_address(language)}/sign_in")


def _next(language: str) -> str:
    """A page of the desk to go on to: the queue, if none was asked for."""
    address = in_language(own_address(request.form.get("_next") or request.args.get("next") or ""), language)
    return address if address.startswith(f"{queue_address(language)}/") else queue_address(language)


def _program(language: str) -> Program:
    checked(language)
    program = services().casework.sign_in_program()
    if program is None:
        abort(404)
    return program
