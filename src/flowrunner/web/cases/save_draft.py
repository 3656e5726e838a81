"""Saving a draft: a page is left by another way than its own buttons, and nothing is judged, nothing is sent."""

from __future__ import annotations

from urllib.parse import quote

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.runtime.look import Page, TypedInputs
from flowrunner.runtime.program import Program
from flowrunner.service.cases.drafts import Conflict, TooMuch
from flowrunner.web import addresses
from flowrunner.web.addresses import Addresses, step_address
from flowrunner.web.cases.address_search import ARGUMENT, chosen_address
from flowrunner.web.cases.show import is_known, show, shown_again
from flowrunner.web.request import visitor
from flowrunner.web.request.forms import Posted, inputs
from flowrunner.web.site import services


def leave(program: Program, case: Case | None, step: str, language: str, posted: Posted) -> AnyResponse:
    """Keep what was typed and go where the button leads; a button that leads nowhere stays on the page.

    Before the first page was sent there is no case to keep it with: that page is shown again as it was typed.
    """
    cases = services().cases
    asks = program.flow.steps.get(step)
    typed = TypedInputs(chosen_address(program.flow, asks, posted.button, inputs()) if asks else inputs())
    change = posted.submission.change
    page = cases.look(
        program, case, step if case else None, language, actor=visitor.actor(), typed=typed, change=change
    )
    if page is None or page.step.name != step:
        back = f"/{language}/{program.flow.name}"
        return redirect(back if case is None else step_address(language, program.flow.name, case.step), 303)
    if case is None:
        return show(program, None, page, language)
    try:
        services().drafts.keep(page, typed.inputs, posted.form.shown)
    except TooMuch:
        again = shown_again(program, case, step, language, typed, Problem(None, "too_much_to_keep"))
        return show(program, case, again, language, 422) if again is not None else abort(404)
    except Conflict:
        abort(404)
    return redirect(_target(program, page, language, posted), 303)


def _target(program: Program, page: Page, language: str, posted: Posted) -> str:
    at = Addresses(language, program.flow.name, page.step.name)
    here = at.step(page.step.name).href
    change = posted.submission.change
    stay = f"{here}?change={change}" if change else here
    button, _, name = posted.button.partition(":")
    field = quote(name.partition(":")[0])
    match f"{button}:" if name else button:
        case _ if button == addresses.SAVE:
            return at.page("saved").href
        case _ if button == addresses.BACK:
            return _before(page, at, posted) or stay
        case addresses.CHANGE if name in program.flow.steps:
            return at.change(name).href
        case addresses.STEP if name in program.flow.steps:
            return at.step(name).href
        case addresses.PAGE if name in addresses.PAGES:
            return at.page(name).href
        case addresses.FLOW if services().catalogue.current(name) is not None:
            return at.other(name).href
        # At the question whose button was pressed: the fragment is an id of ours or leads nowhere.
        case addresses.SEARCH:
            return f"{stay}{'&' if '?' in stay else '?'}{ARGUMENT}={field}#{field}-found"
        case addresses.UPLOAD | addresses.CHOOSE | addresses.COUNTRY:
            return f"{stay}#{field}-question"
    return stay


def _before(page: Page, at: Addresses, posted: Posted) -> str:
    if page.back:
        return at.step(page.back).href
    opened_from = request.form.get("_from") or page.case.opened_from or ""
    return f"/{at.language}/{opened_from}" if is_known(opened_from) else ""
