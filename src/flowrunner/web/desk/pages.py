"""The routes of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from flask import Blueprint, abort, make_response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case, Problem, Submission
from flowrunner.runtime.interpreter import NotAllowed
from flowrunner.runtime.look import TypedInputs
from flowrunner.service.cases.cases import FormStamp
from flowrunner.service.cases.conflicts import version_of_step
from flowrunner.service.desk.access import NotStaff, NotTheirs, Officer
from flowrunner.service.desk.desk import Opened
from flowrunner.service.explanation.wording import explanation_text
from flowrunner.service.uploads.previews import MEDIA
from flowrunner.service.uploads.uploads import FilesUnavailable
from flowrunner.web.addresses import STAY
from flowrunner.web.cases.show import private
from flowrunner.web.desk import queue
from flowrunner.web.desk import request as arriving
from flowrunner.web.desk import sign_in as signing_in
from flowrunner.web.desk.actions import RELEASE
from flowrunner.web.desk.case import Untaken, draw_case
from flowrunner.web.desk.request import case_address, enter_desk, queue_address
from flowrunner.web.downloads import attachment, to_look_at
from flowrunner.web.languages import speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.request import cookies
from flowrunner.web.request.forms import inputs, own_input
from flowrunner.web.site import services

blueprint = Blueprint("desk", __name__)

# The button that shows what a document looks like; its id follows.
SHOW = "_show:"


@blueprint.get("/<language>/desk/sign_in")
def sign_in(language: str) -> AnyResponse:
    """The sign-in page."""
    return signing_in.show(language)


@blueprint.post("/<language>/desk/sign_in")
def send_sign_in(language: str) -> AnyResponse:
    """Take the form of the sign-in page."""
    return signing_in.send(language)


@blueprint.post("/<language>/desk/sign_out")
def sign_out(language: str) -> AnyResponse:
    """End the session."""
    return signing_in.sign_out(language)


@blueprint.get("/<language>/desk/signed_out")
def signed_out(language: str) -> AnyResponse:
    """The page after signing out."""
    return signing_in.signed_out(language)


@blueprint.get("/<language>/desk")
def queue_page(language: str) -> AnyResponse:
    """The queue: the cases that wait for the officer."""
    return queue.show(enter_desk(language), language)


@blueprint.post("/<language>/desk")
def send_queue(language: str) -> AnyResponse:
    """Search for a reference number."""
    return queue.search(enter_desk(language), language)


@blueprint.get("/<language>/desk/<ident>")
def case_page(language: str, ident: str) -> AnyResponse:
    """The page of one case."""
    return _show(enter_desk(language), language, ident, picture=request.args.get("show", ""))


@blueprint.post("/<language>/desk/<ident>")
def send_case(language: str, ident: str) -> AnyResponse:
    """Take an action on a case."""
    officer = enter_desk(language, ident)
    button = own_input("_button")
    if button == RELEASE:
        services().casework.release(officer, ident)
        return redirect(queue_address(language), 303)
    if button == STAY or button.startswith(SHOW):
        picture = button.removeprefix(SHOW) if button != STAY else ""
        return _show(officer, language, ident, TypedInputs(inputs()), picture=picture)
    return _act(officer, language, ident, button)


@blueprint.get("/<language>/desk/<ident>/explanation")
def explanation(language: str, ident: str) -> AnyResponse:
    """The explanation of how a case came where it is, a sentence for each step and each branch."""
    officer = enter_desk(language)
    try:
        explained = services().casework.explain(officer, ident)
    except NotTheirs:
        _refuse(officer, ident)
    sentences = explanation_text(explained, language, answers=True)
    reference = explained.case.reference or arriving.desk_words(language).say("desk.no_reference")
    back = case_address(language, ident)
    return arriving.page("explanation.html", language, told=sentences, reference=reference, back=back)


@blueprint.get("/<language>/desk/<ident>/file/<upload>")
def document(language: str, ident: str, upload: str) -> AnyResponse:
    """A document of a case, to be saved."""

    def give(case: Case) -> AnyResponse | None:
        uploads = services().uploads
        download = uploads.open(case, upload) if uploads is not None else None
        return attachment(download) if download is not None else None

    return _taken_out(language, ident, give)


@blueprint.get("/<language>/desk/<ident>/picture/<upload>")
def picture(language: str, ident: str, upload: str) -> AnyResponse:
    """What a document of a case shows, to be looked at beside it: as much an event as to save it."""

    def give(case: Case) -> AnyResponse | None:
        previews = services().previews
        image = previews.picture(case, upload) if previews is not None else None
        return to_look_at(image, MEDIA) if image is not None else None

    return _taken_out(language, ident, give)


def _taken_out(language: str, ident: str, give: Callable[[Case], AnyResponse | None]) -> AnyResponse:
    """What `give` makes of something in a case, which is an event."""
    officer = enter_desk(language)
    try:
        case = services().casework.take_out(officer, ident)
    except NotTheirs:
        _refuse(officer, ident)
    try:
        response = give(case)
    except FilesUnavailable:
        abort(503)
    return response if response is not None else abort(404)


def send_again(language: str, ident: str | None = None) -> AnyResponse | None:
    """Answer a form whose CSRF token is not this browser's: nothing is done, it is shown again with what was typed."""
    refused = (Problem(None, "send_again"),)
    if request.path == f"{queue_address(language)}/sign_in":
        return signing_in.show(language, refused, 400)
    officer = enter_desk(language)
    if ident is None:
        return None
    return _show(officer, language, ident, TypedInputs(inputs()), refused, 400)


# --- One case -----------------------------------------------------------------------------


def _act(officer: Officer, language: str, ident: str, button: str) -> AnyResponse:
    submission = Submission(own_input("_step"), button or STAY, inputs(), language=language)
    form, token = FormStamp(own_input("_form"), own_input("_shown")), cookies.make_token()

    def where(case: Case, step: str) -> str:
        return case_address(language, case.id)

    try:
        sent = services().casework.act(officer, ident, token, form, submission, where)
    except (NotAllowed, NotTheirs):
        _refuse(officer, ident)
    except NotStaff:
        return redirect(case_address(language, ident), 303)
    cookies.hold(sent.token)
    if sent.redirect is not None:
        return redirect(sent.redirect, 303)
    typed = TypedInputs(submission.inputs)
    if sent.moved or sent.decision is None or sent.decision.stale:
        untaken = Untaken(submission.step, submission.button, submission.inputs)
        return _show(officer, language, ident, typed, (), 409, untaken)
    if sent.decision.problems:
        return _show(officer, language, ident, typed, sent.decision.problems, 422)
    cookies.keep_say(sent.program, submission.step, submission.button, sent.decision.say)
    return redirect(case_address(language, ident), 303)


def _show(
    officer: Officer,
    language: str,
    ident: str,
    typed: TypedInputs | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    untaken: Untaken | None = None,
    picture: str = "",
) -> AnyResponse:
    try:
        opened = services().casework.open(officer, ident, typed, problems)
    except NotTheirs:
        _refuse(officer, ident)
    spoken = speaks(opened.program, language)
    if spoken != language:
        return redirect(case_address(spoken, ident), 303)
    own = {"form": cookies.new_form_id(), "shown": version_of_step(opened.case), "step": opened.case.step}
    html = draw_case(opened, language, own, _notice(opened, language), untaken, picture)
    return private(make_response(html, status))


def _notice(opened: Opened, language: str) -> Markup:
    """What the last action says once, as the flow words it."""
    say = cookies.take_say(opened.program) if request.method == "GET" else None
    return localizer(opened.program, language).html(say[1], opened.reading) if say else NO_WORDS


def _refuse(officer: Officer, ident: str) -> NoReturn:
    """Nobody reads or does what is not theirs; that they tried is an event."""
    abort(403 if services().casework.refuse(officer, ident) else 404)
