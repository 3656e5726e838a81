"""A page that was sent after its session had run out: nothing is judged or done, and what was typed is kept with the
case, to be shown once the person has come back to it."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.runtime.look import TypedInputs
from flowrunner.service.cases.drafts import Conflict, TooMuch
from flowrunner.service.sessions.visitor import ExpiredSession
from flowrunner.web.addresses import page_address
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.forms import inputs, own_input
from flowrunner.web.site import services


def keep_for_later(flow: str, step: str, language: str) -> AnyResponse | None:
    """To where the person comes back to the case; None when nothing can be kept."""
    expired = visitor.visitor().expired
    if expired is None or not _keep(expired, flow, step, language):
        return None
    cookies.begin_again(is_input_kept=True)
    program = services().cases.program_of(flow, expired.case)
    if expired.case.owner is not None:
        return redirect(page_address(language, flow, "sign_in"), 303)
    if program is not None and program.flow.resume:
        return redirect(page_address(language, flow, "resume"), 303)
    return redirect(f"/{language}/{flow}", 303)


def _keep(expired: ExpiredSession, flow: str, step: str, language: str) -> bool:
    cases, typed = services().cases, TypedInputs(inputs())
    program = cases.program_of(flow, expired.case)
    if program is None:
        return False
    page = cases.look(program, expired.case, step, language, actor=expired.actor, typed=typed)
    if page is None or page.step.name != step:
        return False
    try:
        services().drafts.keep(page, typed.inputs, own_input("_shown"))
    except (TooMuch, Conflict):
        return False
    return True
