"""Signing in and out at the desk."""

from __future__ import annotations

from contextlib import suppress

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Problem
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.service.accounts.accounts import sign_in_of
from flowrunner.service.accounts.sign_in import SignIn, SignInResult
from flowrunner.web.addresses import STAY
from flowrunner.web.desk import request as arriving
from flowrunner.web.desk.request import queue_address
from flowrunner.web.languages import checked, in_language, speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.request import cookies
from flowrunner.web.request.forms import own_input
from flowrunner.web.sign_in.forms import (
    CODE,
    NEW_CODE,
    PASSWORD,
    START_AGAIN,
    code_form,
    own_address,
    password_form,
    typed_inputs,
)
from flowrunner.web.site import services

LONGEST_ADDRESS = 254


def show(language: str, problems: tuple[Problem, ...] = (), status: int = 200) -> AnyResponse:
    """The address and the password; then the code that was sent, if the flow confirms signing in with one."""
    program = _program(language)
    speaking = localizer(program, speaks(program, language))
    assert program.flow.accounts is not None
    waits = services().accounts.sign_ins.waits(program, cookies.make_token())
    if waits is not None:
        form = code_form(program, speaking, problems, waits)
    else:
        form = password_form(program, speaking, problems, typed_inputs(program.flow.accounts.sign_in_with))
        # Staff has no case to come back to.
        form = replace(form, heading=speaking.words.say("desk.sign_in"), links=())
    return arriving.page(
        "sign_in.html", language, status, form=form, form_id=cookies.new_form_id(), onward=_next(language)
    )


def send(language: str) -> AnyResponse:
    """What was sent from there."""
    program = _program(language)
    sign_ins = services().accounts.sign_ins
    at = SignIn(program, cookies.make_token(), own_input("_form"), request.remote_addr, stays=True)
    button = own_input("_button")
    if button == STAY:
        return show(language)
    if button == START_AGAIN:
        sign_ins.cancel(at.token)
        return redirect(request.path, 303)
    if sign_ins.waits(program, at.token) is None:
        came = _give_password(program, at, language)
    elif button == NEW_CODE:
        came = sign_ins.new_code(at)
    else:
        came = sign_ins.give_code(at, typed_inputs(CODE), lambda case: _next(language))
    if came.problems:
        return show(language, came.problems, 422)
    cookies.hold(came.token)
    if came.redirect is None:
        return redirect(f"{request.path}?next={_next(language)}", 303)
    found = services().casework.visitor(cookies.token())
    if services().casework.officer(found.account) is None:
        arriving.refuse_account(found)
    return redirect(came.redirect, 303)


def sign_out(language: str) -> AnyResponse:
    """End the session."""
    checked(language)
    token = cookies.token()
    if token is not None:
        cookies.hold(services().accounts.sign_ins.sign_out(token))
    return redirect(f"{queue_address(language)}/signed_out", 303)


def signed_out(language: str) -> AnyResponse:
    """It was ended."""
    checked(language)
    return arriving.page("signed_out.html", language, sign_in=f"{queue_address(language)}/sign_in")


def _give_password(program: Program, at: SignIn, language: str) -> SignInResult:
    assert program.flow.accounts is not None
    address = typed_inputs(program.flow.accounts.sign_in_with)[:LONGEST_ADDRESS]
    # What is no address is nobody's: it is refused as such, and as slowly.
    with suppress(FlowrunnerError):
        address = sign_in_of(program.flow, address)
    spoken = speaks(program, language)
    sign_ins = services().accounts.sign_ins
    return sign_ins.give_password(at, address, typed_inputs(PASSWORD), spoken, lambda case: _next(language))


def _next(language: str) -> str:
    """A page of the desk to go on to: the queue, if none was asked for."""
    said = in_language(own_address(request.form.get("_next") or request.args.get("next") or ""), language)
    return said if said.startswith(f"{queue_address(language)}/") else queue_address(language)


def _program(language: str) -> Program:
    checked(language)
    program = services().casework.sign_in_program()
    if program is None:
        abort(404)
    return program
