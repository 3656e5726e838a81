"""Showing a page of a case, with all that stands around it."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem
from flowrunner.model.flow import Step
from flowrunner.runtime.look import Page, TypedInputs
from flowrunner.runtime.program import Program
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.web.addresses import PAGES, PLACE, Addresses, step_address
from flowrunner.web.cases.address_search import found_for
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.deadline import deadline_words, is_said
from flowrunner.web.page.page_cache import Objects
from flowrunner.web.page.renderer import NO_DATA, NO_WORDS, PageData
from flowrunner.web.page.step_page import draw_step
from flowrunner.web.page.view import NOWHERE_ELSE, Elsewhere, PageFrame
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.sign_in.identity_step import show_identity
from flowrunner.web.site import services

_PRIVATE = {"Cache-Control": "no-store"}


def page_of(
    program: Program, case: Case | None, step: str | None, language: str, change: str | None = None
) -> Page | None:
    """The page of a step, with what was typed in it and not yet sent; None when it cannot be seen."""
    typed = None
    unsubmitted = visitor.visitor().typed
    # What was typed on a page whose answers were sent since, in another window, is no news.
    if case is not None and unsubmitted is not None and unsubmitted.shown == digest_of(case, step or case.step):
        typed = TypedInputs(unsubmitted.inputs, unsubmitted.fields)
    return services().cases.look(program, case, step, language, actor=visitor.actor(), typed=typed, change=change)


def show(
    program: Program,
    case: Case | None,
    page: Page,
    language: str,
    status: int = 200,
    elsewhere: Elsewhere = NOWHERE_ELSE,
) -> AnyResponse:
    """The page as it is sent to the browser. `case` is None before the first page was sent."""
    flow = program.flow.name
    at = Addresses(language, flow, page.step.name)
    opened_from = _opened_from() or page.case.opened_from or ""
    back = _back(program, case, page, at, opened_from)
    if not is_open(program, page.step):
        return not_open(program, language, back or f"/{language}/{flow}")
    cookies.make_token()
    speaking = localizer(program, language)
    words = _notice(program, speaking, page)
    until = "" if is_said(Objects(page.blocks), language) else deadline_words(page, speaking)
    if page.step.traits.signs_in and page.may_act and page.has_next:
        return private(show_identity(program, page, language, back, words, until, status))
    own = {
        "csrf": csrf_token(),
        "form": cookies.new_form_id(),
        "shown": digest_of(case, page.step.name),
        "change": page.change or "",
        "from": opened_from,
        "back": back,
        "deadline": until,
        "say": words,
        "session": visitor.session_line(language),
    }
    around = PageFrame(
        action=_action(case, page, language),
        keeps=case is not None and page.may_act and bool(page.questions),
        says=bool(words),
        returns=bool(back),
        changes=page.change is not None,
        opened=bool(opened_from),
        runs=bool(until),
    )
    html = draw_step(page, speaking, at, own, around, elsewhere, _page_data(program, case, page))
    return Response(html, status, _PRIVATE, mimetype="text/html")


def shown_again(
    program: Program, case: Case | None, step: str, language: str, typed: TypedInputs, problem: Problem
) -> Page | None:
    """A page shown again with what was typed in it, because of a problem of the whole page."""
    name = step if case is not None else None
    actor = visitor.actor()
    return services().cases.look(program, case, name, language, actor=actor, typed=typed, problems=(problem,))


def not_open(program: Program, language: str, back: str) -> AnyResponse:
    """The page of what nobody can do here yet."""
    return message_page(program, language, "page.not_open.title", ("page.not_open.text",), back)


def message_page(program: Program, language: str, title: str, texts: tuple[str, ...], back: str) -> AnyResponse:
    """A page of the interpreter's own words with a link to `back`."""
    speaking = localizer(program, language)
    html = render_template(
        "message.html",
        **speaking.frame(),
        title=title,
        texts=texts,
        back=back,
    )
    return private(make_response(html))


def private(response: AnyResponse) -> AnyResponse:
    """A page that no other and no later person may see in a cache."""
    response.headers.update(_PRIVATE)
    return response


def _notice(program: Program, speaking: Localizer, page: Page) -> Markup:
    """What this page says once: the flow's words, else the interpreter's."""
    if request.method != "GET":
        return NO_WORDS
    say, word = cookies.take_say(program), cookies.take_word()
    if say is not None:
        return speaking.html(say[1], page.reading)
    if word is None:
        return NO_WORDS
    ident, n = word
    return Markup.escape(speaking.words.say(ident) if n is None else speaking.words.say_n(ident, n))


def _page_data(program: Program, case: Case | None, page: Page) -> PageData:
    uploads = services().uploads
    files = uploads.files_by_field(case, page.step) if uploads and case and page.step.name in program.with_files else {}
    searches = found_for(program.flow, page) if page.step.name in program.with_search else {}
    return PageData(files, searches) if files or searches else NO_DATA


def _action(case: Case | None, page: Page, language: str) -> str:
    flow = page.case.flow
    return f"/{language}/{flow}" if case is None else step_address(language, flow, page.step.name)


def _back(program: Program, case: Case | None, page: Page, at: Addresses, opened_from: str) -> str:
    """The page before this one: of the case, else the one from which the flow was opened."""
    if page.back and not (page.back == program.flow.start and case is None):
        return at.step(page.back).href
    return f"/{at.language}/{opened_from}" if is_known(opened_from) else ""


def _opened_from() -> str:
    """The page from which this flow was opened, as the link or the form says it; only a step that there is counts."""
    origin = request.args.get("from") or (request.form.get("_from") if request.method == "POST" else "") or ""
    return origin if is_known(origin) else ""


def is_known(opened_from: str) -> bool:
    """Whether this is a step of a flow, as `flow/step`, or a place of one, as `flow/page/place`."""
    if not opened_from:
        return False
    flow, _, step = opened_from.partition("/")
    program = services().catalogue.current(flow)
    exists = step.removeprefix(PLACE) in PAGES if step.startswith(PLACE) else program and step in program.flow.steps
    return program is not None and bool(exists)


def is_open(program: Program, step: Step) -> bool:
    """Whether a person can do here what the step asks. Files need a place, and belong to a case, which the first page
    has yet to make."""
    return step.name not in program.with_files or (services().uploads is not None and step.name != program.flow.start)
