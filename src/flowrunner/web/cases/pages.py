"""The pages of a flow: the first one, every step, and the places that every flow has."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import NotAllowed
from flowrunner.runtime.look import TypedInputs
from flowrunner.runtime.program import Program
from flowrunner.service.cases.cases import SubmissionResult, is_over
from flowrunner.service.sessions.visitor import Visitor
from flowrunner.web.addresses import step_address
from flowrunner.web.cases.address_search import searching
from flowrunner.web.cases.save_draft import leave
from flowrunner.web.cases.saved import saved
from flowrunner.web.cases.session_over import keep_for_later
from flowrunner.web.cases.show import is_known, is_open, page_of, show, shown_again
from flowrunner.web.cases.uploads import take_files
from flowrunner.web.languages import checked
from flowrunner.web.page.view import Elsewhere
from flowrunner.web.request import cookies, log, visitor
from flowrunner.web.request.forms import inputs, known_step, own_input, posted
from flowrunner.web.request.rate_limits import count_page
from flowrunner.web.request.visitor import current_program
from flowrunner.web.sign_in.identity_step import OWN, prove_identity
from flowrunner.web.site import services

blueprint = Blueprint("cases", __name__)


@blueprint.get("/<language>/<flow>")
def first_page(language: str, flow: str) -> AnyResponse:
    """The first page: of the case that this browser holds while it can still be changed there, else of a new one."""
    program, case = _case(language, flow)
    start = program.flow.start
    if case is not None and is_over(program, case):
        program, case = current_program(flow), None
    if case is not None and all(visit.step != start for visit in case.path):
        return redirect(step_address(language, flow, case.step), 303)
    page = page_of(program, case, start if case else None, language)
    if page is None:
        abort(404)
    return show(program, case, page, language)


@blueprint.get("/<language>/<flow>/<step>")
def step_page(language: str, flow: str, step: str) -> AnyResponse:
    """A step on the path; from any other, to where the person is."""
    program, case = _case(language, flow, step)
    if case is None:
        return redirect(url_for("cases.first_page", language=language, flow=flow), 303)
    change = known_step(program, request.args.get("change", ""))
    page = page_of(program, case, step, language, change)
    if page is None:
        return redirect(step_address(language, flow, _current_step(program, case, language)), 303)
    return show(program, case, page, language)


@blueprint.post("/<language>/<flow>")
def send_first_page(language: str, flow: str) -> AnyResponse:
    """The first page was sent."""
    program, case = _case(language, flow)
    if case is not None and is_over(program, case):
        program, case = current_program(flow), None
    return _send(program, case, program.flow.start, language)


@blueprint.post("/<language>/<flow>/<step>")
def send_step(language: str, flow: str, step: str) -> AnyResponse:
    """A step was sent."""
    program, case = _case(language, flow, step)
    page = keep_for_later(flow, step, language) if visitor.visitor().ended else None
    return page or _send(program, case, step, language)


@blueprint.get("/<language>/<flow>/page/<name>")
def place(language: str, flow: str, name: str) -> AnyResponse:
    """The place that says that what was typed is saved; the others have views of their own."""
    program, case = _case(language, flow)
    if name != "saved":
        abort(404)
    return saved(program, None if case is not None and is_over(program, case) else case, language)


def send_again(language: str, flow: str, step: str | None = None) -> AnyResponse | None:
    """A form whose token is not this browser's: nothing is done, and it is shown again with what was typed.

    None when this browser cannot see such a page.
    """
    program, case = _case(language, flow, step or "")
    name = step or program.flow.start
    page = shown_again(program, case, name, language, TypedInputs(inputs()), Problem(None, "send_again"))
    if page is None or page.step.name != name:
        return None
    return show(program, case, page, language, 400)


# --- Sending ------------------------------------------------------------------------------


def _send(program: Program, case: Case | None, step: str, language: str) -> AnyResponse:
    at = posted(program, step, language)
    flow = program.flow.name
    who: Visitor | None = visitor.visitor()
    asks = program.flow.steps.get(step)
    if case is not None and asks is not None and asks.traits.signs_in and at.button in OWN:
        who = None
        problems = prove_identity(program, case, step, language)
        if problems is not None:
            return _at_identity(program, case, step, language, problems)
    if step in program.with_search:
        at = replace(at, submission=searching(program, at.submission))
    if case is not None and step in program.with_files:
        arrived = take_files(program, case, at.submission)
        at = replace(at, submission=arrived.submission)
        if arrived.problems:
            return _send_back(SubmissionResult(program, case), step, language, arrived.problems, 422)
    if at.leaves:
        return leave(program, case, step, language, at)
    if asks is not None and step in program.with_files and not is_open(program, asks):
        return redirect(step_address(language, flow, step), 303)
    count_page(program, case, step)
    try:
        opened_from = at.opened_from if at.opened_from and is_known(at.opened_from) else None
        sent = services().cases.act(flow, cookies.make_token(), at.form, at.submission, opened_from, who)
    except NotAllowed:
        abort(404)
    log.note(sent)
    if sent is None:
        abort(404)
    if sent.ended and sent.decision is None:
        cookies.begin_again()
    cookies.hold(sent.token)
    if sent.redirect is not None:
        return redirect(sent.redirect, 303)
    if sent.elsewhere:
        return _send_back(sent, step, language, (Problem(None, "changed_elsewhere"),), 409)
    if sent.decision is not None and sent.decision.problems:
        return _send_back(sent, step, language, sent.decision.problems, 422)
    if sent.decision is None or sent.case is None:
        return redirect(url_for("cases.first_page", language=language, flow=flow), 303)
    cookies.keep_say(sent.program, step, at.submission.button, sent.decision.say)
    to = step_address(language, flow, sent.decision.show)
    change = at.submission.change
    return redirect(f"{to}?change={change}" if change and change != sent.decision.show else to, 303)


def _at_identity(program: Program, case: Case, step: str, language: str, problems: tuple[Problem, ...]) -> AnyResponse:
    """Not signed in yet: the page again, with what is wrong or with what is asked next."""
    page = services().cases.look(program, case, step, language, actor=visitor.actor(), problems=problems)
    if page is None or not problems:
        return redirect(step_address(language, program.flow.name, step), 303)
    return show(program, case, page, language, 422)


def _send_back(
    sent: SubmissionResult, step: str, language: str, problems: tuple[Problem, ...], status: int
) -> AnyResponse:
    case = sent.case or (sent.decision.case if sent.decision else None)
    cases = services().cases
    change = known_step(sent.program, request.form.get("_change", ""))
    typed, actor = TypedInputs(inputs()), sent.actor
    page = cases.look(sent.program, case, step, language, actor=actor, typed=typed, problems=problems, change=change)
    if page is None:
        return redirect(step_address(language, sent.program.flow.name, case.step if case else ""), 303)
    return show(sent.program, sent.case, page, language, status, Elsewhere(sent.elsewhere))


# --- Finding ------------------------------------------------------------------------------


def _case(language: str, flow: str, step: str = "") -> tuple[Program, Case | None]:
    """The case of this flow that the browser holds, and the version that it began with. The page asked for is that of
    the step, the first one when none is named."""
    current = current_program(flow)
    form = own_input("_form") if request.method == "POST" else ""
    case = visitor.find_visitor(flow, step or current.flow.start, form).case
    program = services().cases.program_of(flow, case) or current
    checked(language, program.flow.languages)
    visitor.speak_of(program)
    return program, case


def _current_step(program: Program, case: Case, language: str) -> str:
    """Where the person is, what is due by the clock included."""
    page = services().cases.look(program, case, None, language, actor=visitor.actor())
    if page is None:
        abort(404)
    return page.step.name
