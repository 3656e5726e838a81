"""The identity page of a case: it admits only the account of the address that the case gave."""

from __future__ import annotations

from flask import make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.model.record import replace
from flowrunner.runtime.environment import address_in
from flowrunner.runtime.look import Page
from flowrunner.runtime.program import Program
from flowrunner.service.accounts.sign_in import SignIn, SignInResult
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.renderer import PageRenderer
from flowrunner.web.page.view import PageFrame, page_view
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.sign_in.forms import (
    CODE,
    NEW_CODE,
    PASSWORD,
    START_AGAIN,
    Pressable,
    SignInForm,
    code_form,
    lacking,
    password_form,
    typed_inputs,
)
from flowrunner.web.site import services

# Buttons of this page that are no way out of it: all others are the flow's own.
OWN = frozenset({"next", NEW_CODE, START_AGAIN})


def is_identity(program: Program, step: str) -> bool:
    """Whether a step is an identity page."""
    return step in program.flow.steps and program.flow.steps[step].kind == "sign_in"


def show_identity(
    program: Program, page: Page, language: str, back: str, said: Markup, until: str, status: int = 200
) -> AnyResponse:
    """The page: a password, or the code that was sent, or only a button for who is signed in already."""
    speaking = localizer(program, language)
    at = Addresses(language, program.flow.name, page.step.name)
    drawn = page_view(page, PageRenderer(page, speaking, at, {}), PageFrame(action=at.step(page.step.name).href))
    form = _form(program, page, speaking)
    html = render_template(
        "sign_in.html",
        say=speaking.words.say,
        language=language,
        service=speaking.plain(program.flow.title),
        languages=program.flow.languages,
        home=f"/{language}/",
        # A page that asks for a code is another page than the one that asks for a password.
        title=form.heading or drawn.heading or drawn.title,
        lang="" if form.heading else drawn.heading_lang,
        deadline=until,
        back=back,
        said=said,
        form=form,
        # What the flow says of the password has been done once a code is asked for.
        blocks=() if form.texts else drawn.blocks,
        foot=drawn.foot,
        buttons=drawn.buttons,
        action=drawn.around.action,
        csrf=csrf_token(),
        form_id=cookies.new_form_id(),
    )
    return make_response(html, status)


def _form(program: Program, page: Page, speaking: Localizer) -> SignInForm:
    if _is_known(program, page.case):
        return SignInForm("", buttons=(Pressable("next", speaking.words.say("page.continue")),))
    waits = services().accounts.sign_ins.waits(program, cookies.token())
    if waits is not None:
        return code_form(program, speaking, page.problems, waits)
    # The flow has a heading of its own for this page.
    return replace(password_form(program, speaking, page.problems, None), heading="")


def prove_identity(program: Program, case: Case, step: str, language: str, form: str) -> tuple[Problem, ...] | None:
    """Take what was sent from this page; None once the person is signed in to the account that the case expects, and
    otherwise what is wrong, which is nothing when a code is asked for next."""
    address = address_in(program.flow, case)
    if _is_known(program, case):
        return None
    sign_ins = services().accounts.sign_ins
    at = SignIn(program, cookies.make_token(), form, request.remote_addr, stays=True)
    button = request.form.get("_button")
    if button == START_AGAIN:
        sign_ins.cancel(at.token)
        return ()

    def here(_: Case | None) -> str:
        return Addresses(language, program.flow.name, step).step(step).href

    if sign_ins.waits(program, at.token) is None:
        empty = lacking(**{PASSWORD: "password"})
        return empty or _taken(sign_ins.give_password(at, address, typed_inputs(PASSWORD), language, here))
    if button == NEW_CODE:
        return _taken(sign_ins.new_code(at))
    empty = lacking(**{CODE: "code"})
    return empty or _taken(sign_ins.give_code(at, typed_inputs(CODE), here))


def _taken(came: SignInResult) -> tuple[Problem, ...] | None:
    if came.token is None:
        return came.problems
    cookies.hold(came.token)
    return None


def _is_known(program: Program, case: Case) -> bool:
    account = visitor.signed_in()
    return account is not None and account.sign_in == address_in(program.flow, case)
