"""Signing in and out, wherever the form stands: on a flow's own page, at the desk, on the identity page of a case."""

from __future__ import annotations

from contextlib import suppress

from flask import request

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Problem
from flowrunner.runtime.program import Program
from flowrunner.service.accounts.accounts import sign_in_of
from flowrunner.service.accounts.sign_in import Onward, SignIn, SignInResult
from flowrunner.web.localizer import Localizer
from flowrunner.web.request import cookies
from flowrunner.web.request.forms import own_input
from flowrunner.web.sign_in import forms
from flowrunner.web.site import services

LONGEST_ADDRESS = 254


def ask_sign_in(
    program: Program, voice: Localizer, problems: tuple[Problem, ...], *, asks_address: bool = True
) -> forms.SignInForm:
    """What this browser is asked: the address and the password, then the code that was sent."""
    waits = services().accounts.sign_ins.waits(program, cookies.token())
    if waits is not None:
        return forms.code_form(program, voice, problems, waits)
    assert program.flow.accounts is not None
    typed = forms.typed_inputs(program.flow.accounts.sign_in_with) if asks_address else None
    return forms.password_form(program, voice, problems, typed)


def take_sign_in(
    program: Program, language: str, onward: Onward, address: str | None = None, *, stays: bool = False
) -> SignInResult:
    """Take the form that was sent: a password, a code, or the wish for a new code or to start again.

    `onward` says where it leads. `address` is the one that the case expects, None where it is asked for; `stays` is as
    in `SignIn`. A box that was left empty is a problem and no try. Raises RateLimited, HasherBusy and Busy.
    """
    sign_ins = services().accounts.sign_ins
    at = SignIn(program, cookies.make_token(), own_input("_form"), request.remote_addr, stays)
    button = own_input("_button")
    if button == forms.START_AGAIN:
        sign_ins.cancel(at.token)
        return SignInResult()
    if sign_ins.waits(program, at.token) is None:
        return _take_password(at, language, onward, address)
    if button == forms.NEW_CODE:
        return sign_ins.new_code(at)
    empty = forms.lacking(**{forms.CODE: "code"})
    return SignInResult(empty) if empty else sign_ins.give_code(at, forms.typed_inputs(forms.CODE), onward)


def _take_password(at: SignIn, language: str, onward: Onward, address: str | None) -> SignInResult:
    flow = at.program.flow
    assert flow.accounts is not None
    boxes = {forms.PASSWORD: "password"}
    if address is None:
        field = flow.fields[flow.accounts.sign_in_with]
        boxes = {field.name: field.kind} | boxes
        address = forms.typed_inputs(field.name)[:LONGEST_ADDRESS]
        # What is no address is nobody's: it is refused as such, and as slowly.
        with suppress(FlowrunnerError):
            address = sign_in_of(flow, address)
    empty = forms.lacking(**boxes)
    if empty:
        return SignInResult(empty)
    return services().accounts.sign_ins.give_password(at, address, forms.typed_inputs(forms.PASSWORD), language, onward)


def take_sign_out() -> None:
    """End the session of this browser, if it holds one."""
    token = cookies.token()
    if token is not None:
        cookies.hold(services().accounts.sign_ins.sign_out(token))
