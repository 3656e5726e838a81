"""The identity page of a case: it admits only the account of the address that the case gave."""

from __future__ import annotations

from flask import make_response, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.model.record import replace
from flowrunner.runtime.environment import address_in
from flowrunner.runtime.look import Page
from flowrunner.runtime.program import Program
from flowrunner.web.addresses import Addresses, step_address
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.renderer import PageRenderer
from flowrunner.web.page.view import PageFrame, page_view
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.sign_in.forms import NEW_CODE, START_AGAIN, Pressable, SignInForm
from flowrunner.web.sign_in.take import ask_sign_in, take_sign_in

# Buttons of this page that are no way out of it: all others are the flow's own.
OWN = frozenset({"next", NEW_CODE, START_AGAIN})


def show_identity(
    program: Program, page: Page, language: str, back: str, notice: Markup, until: str, status: int = 200
) -> AnyResponse:
    """The page: a password, or the code that was sent, or only a button for who is signed in already."""
    speaking = localizer(program, language)
    at = Addresses(language, program.flow.name, page.step.name)
    drawn = page_view(page, PageRenderer(page, speaking, at, {}), PageFrame(action=at.step(page.step.name).href))
    form = _form(program, page, speaking)
    html = render_template(
        "sign_in.html",
        **speaking.frame(),
        # A page that asks for a code is another page than the one that asks for a password.
        title=form.heading or drawn.heading or drawn.title,
        lang="" if form.heading else drawn.heading_lang,
        deadline=until,
        back=back,
        said=notice,
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
    form = ask_sign_in(program, speaking, page.problems, asks_address=False)
    # The flow has a heading of its own for the page of the password.
    return form if form.texts else replace(form, heading="")


def prove_identity(program: Program, case: Case, step: str, language: str) -> tuple[Problem, ...] | None:
    """Take what was sent from this page; None once the person is signed in to the account that the case expects, and
    otherwise what is wrong, which is nothing when a code is asked for next."""
    if _is_known(program, case):
        return None
    here = step_address(language, program.flow.name, step)
    attempt = take_sign_in(program, language, lambda _: here, address_in(program.flow, case), stays=True)
    cookies.hold(attempt.token)
    return attempt.problems if attempt.token is None else None


def _is_known(program: Program, case: Case) -> bool:
    account = visitor.signed_in()
    return account is not None and account.sign_in == address_in(program.flow, case)
