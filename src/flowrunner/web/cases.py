"""The pages of a flow: the first one, every step, and what is not open yet."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Inputs, Problem
from flowrunner.runtime.interpreter import NotAllowed
from flowrunner.runtime.page import Page
from flowrunner.runtime.program import Program
from flowrunner.service.cases import Sent, is_over
from flowrunner.service.elsewhere import digest_of
from flowrunner.web import browser
from flowrunner.web.blocks import Addresses
from flowrunner.web.capabilities import is_open
from flowrunner.web.drawing import view
from flowrunner.web.forms import inputs, known_step, posted
from flowrunner.web.languages import checked, speaks
from flowrunner.web.site import desk
from flowrunner.web.voice import voice

blueprint = Blueprint("cases", __name__)

# The places that every flow can link to.
PAGES = frozenset({"home", "sign_in", "resume", "recover", "profile", "submitted"})


def step_address(language: str, flow: str, step: str) -> str:
    """Where a step is. Its address names nothing else, so a case can be seen by who holds it alone."""
    return f"/{language}/{flow}/{step}"


@blueprint.get("/<language>/<flow>")
def first_page(language: str, flow: str) -> AnyResponse:
    """The first page: of the case that this browser holds while it can still be changed there, else of a new one."""
    program, case = _case(language, flow)
    start = program.flow.start
    if case is not None and is_over(program, case):
        program, case = _current(flow), None
    if case is not None and all(visit.step != start for visit in case.path):
        return redirect(step_address(language, flow, case.step), 303)
    page = desk().cases.look(program, case, start if case else None, language)
    if page is None:
        abort(404)
    return _show(program, case, page, language)


@blueprint.get("/<language>/<flow>/<step>")
def step_page(language: str, flow: str, step: str) -> AnyResponse:
    """A step on the path; from any other, to where the person is."""
    program, case = _case(language, flow)
    if case is None:
        return redirect(url_for("cases.first_page", language=language, flow=flow), 303)
    change = known_step(program, request.args.get("change", ""))
    page = desk().cases.look(program, case, step, language, change=change)
    if page is None:
        return redirect(step_address(language, flow, _current_step(program, case, language)), 303)
    return _show(program, case, page, language)


@blueprint.post("/<language>/<flow>")
def send_first_page(language: str, flow: str) -> AnyResponse:
    """The first page was sent."""
    program, case = _case(language, flow)
    if case is not None and is_over(program, case):
        program = _current(flow)
    return _send(program, program.flow.start, language)


@blueprint.post("/<language>/<flow>/<step>")
def send_step(language: str, flow: str, step: str) -> AnyResponse:
    """A step was sent."""
    program, _ = _case(language, flow)
    return _send(program, step, language)


@blueprint.get("/<language>/<flow>/page/<name>")
def place(language: str, flow: str, name: str) -> AnyResponse:
    """A place that every flow has: none of them is open yet."""
    program, case = _case(language, flow)
    if name not in PAGES:
        abort(404)
    back = step_address(language, flow, case.step) if case and not is_over(program, case) else f"/{language}/{flow}"
    return _not_open(program, language, back)


def send_again(language: str, flow: str, step: str | None = None) -> AnyResponse | None:
    """A form whose token is not this browser's: nothing is done, and it is shown again with what was typed.

    None when this browser cannot see such a page.
    """
    program, case = _case(language, flow)
    name = step or program.flow.start
    refused = (Problem(None, "send_again"),)
    page = desk().cases.look(program, case, name if case else None, language, typed=inputs(), problems=refused)
    if page is None or page.step.name != name:
        return None
    return _show(program, case, page, language, 400)


# --- Sending ------------------------------------------------------------------------------


def _send(program: Program, step: str, language: str) -> AnyResponse:
    at = posted(program, step, language)
    flow = program.flow.name
    if step in program.flow.steps and not is_open(program, program.flow.steps[step]):
        return redirect(step_address(language, flow, step), 303)
    try:
        opened_from = at.opened_from if at.opened_from and _is_known(at.opened_from) else None
        sent = desk().cases.act(flow, browser.make_token(), at.form, at.submission, opened_from)
    except NotAllowed:
        abort(404)
    if sent is None:
        abort(404)
    if sent.redirect is not None:
        return redirect(sent.redirect, 303)
    if sent.elsewhere:
        return _send_back(sent, step, language, (Problem(None, "changed_elsewhere"),), 409)
    if sent.decision is not None and sent.decision.problems:
        return _send_back(sent, step, language, sent.decision.problems, 422)
    if sent.decision is None or sent.case is None:
        return redirect(url_for("cases.first_page", language=language, flow=flow), 303)
    browser.keep_say(sent.program, step, at.submission.button, sent.decision.say)
    to = step_address(language, flow, sent.decision.show)
    change = at.submission.change
    return redirect(f"{to}?change={change}" if change and change != sent.decision.show else to, 303)


def _send_back(sent: Sent, step: str, language: str, problems: tuple[Problem, ...], status: int) -> AnyResponse:
    case = sent.case or (sent.decision.case if sent.decision else None)
    cases = desk().cases
    change = known_step(sent.program, request.form.get("_change", ""))
    page = cases.look(sent.program, case, step, language, typed=inputs(), problems=problems, change=change)
    if page is None:
        return redirect(step_address(language, sent.program.flow.name, case.step if case else ""), 303)
    return _show(sent.program, sent.case, page, language, status, sent.elsewhere)


# --- Showing ------------------------------------------------------------------------------


def _show(
    program: Program,
    case: Case | None,
    page: Page,
    language: str,
    status: int = 200,
    elsewhere: Mapping[str, Inputs] | None = None,
) -> AnyResponse:
    flow = program.flow.name
    at = _addresses(program, page, language)
    back = at.step(page.back) if page.back and not (page.back == program.flow.start and case is None) else ""
    opened_from = _opened_from() or page.case.opened_from or ""
    if not back and _is_known(opened_from):
        back = f"/{language}/{opened_from}"
    if not is_open(program, page.step):
        return _not_open(program, language, back or f"/{language}/{flow}")
    browser.make_token()
    speaking = voice(program, language)
    said = browser.take_say(program) if request.method == "GET" else None
    drawn = view(page, speaking, at, said[1] if said else None, elsewhere)
    html = render_template(
        "step.html",
        view=drawn,
        say=speaking.words.say,
        language=language,
        service=speaking.plain(program.flow.title),
        languages=program.flow.languages,
        home=f"/{language}/",
        action=f"/{language}/{flow}" if case is None else at.step(page.step.name),
        back=back,
        form=browser.new_form_id(),
        shown=digest_of(case, page.step.name),
        change=page.change or "",
        opened_from=opened_from,
    )
    return _private(make_response(html, status))


def _not_open(program: Program, language: str, back: str) -> AnyResponse:
    speaking = voice(program, language)
    html = render_template(
        "not_open.html",
        say=speaking.words.say,
        language=language,
        service=speaking.plain(program.flow.title),
        languages=program.flow.languages,
        home=f"/{language}/",
        back=back,
    )
    return _private(make_response(html))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _addresses(program: Program, page: Page, language: str) -> Addresses:
    flow = program.flow.name
    here = page.step.name

    def step(name: str) -> str:
        return step_address(language, flow, name)

    def other(name: str) -> tuple[str, str]:
        target = desk().cases.programs.current(name)
        spoken = speaks(target, language) if target else language
        opened = "" if name == flow else f"?from={flow}/{here}"
        return f"/{spoken}/{name}{opened}", spoken if spoken != language else ""

    return Addresses(
        change=lambda name: f"{step(name)}?change={here}",
        step=step,
        page=lambda name: f"/{language}/{flow}/page/{name}",
        flow=other,
    )


# --- Finding ------------------------------------------------------------------------------


def _current(flow: str) -> Program:
    program = desk().cases.programs.current(flow)
    if program is None:
        abort(404)
    return program


def _case(language: str, flow: str) -> tuple[Program, Case | None]:
    """The case of this flow that the browser holds, and the version that it began with."""
    current = _current(flow)
    case = desk().cases.find(browser.token(), flow)
    program = desk().cases.program_of(flow, case) or current
    checked(language, program.flow.languages)
    return program, case


def _current_step(program: Program, case: Case, language: str) -> str:
    """Where the person is, what is due by the clock included."""
    page = desk().cases.look(program, case, None, language)
    if page is None:
        abort(404)
    return page.step.name


def _opened_from() -> str:
    """The page from which this flow was opened, as the link or the form says it; only a step that there is counts."""
    said = request.args.get("from") or request.form.get("_from") or ""
    return said if _is_known(said) else ""


def _is_known(opened_from: str) -> bool:
    flow, _, step = opened_from.partition("/")
    program = desk().cases.programs.current(flow)
    return program is not None and step in program.flow.steps
