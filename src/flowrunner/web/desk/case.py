"""One case as it is drawn at the desk: what its step tells the officer, all that is in it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import render_template
from markupsafe import Markup, escape
from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.i18n.words import words
from flowrunner.model.case import Inputs
from flowrunner.model.flow import Field
from flowrunner.model.graph import SUBMITTED
from flowrunner.service.desk.case_file import dossier
from flowrunner.service.desk.desk import Opened
from flowrunner.web.desk import request
from flowrunner.web.desk.actions import draw_form, draw_notes
from flowrunner.web.desk.case_file import CaseFileLine, draw_answers, draw_facts, draw_files
from flowrunner.web.desk.columns import moment, status_of
from flowrunner.web.desk.history import Happened, draw_history, last_move
from flowrunner.web.desk.request import case_address, queue_address
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.page_cache import Recorder, Shape, Values, hole, page_cache
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.page.view import Complaint
from flowrunner.web.request.cookies import csrf_token

# What a case's page shows of a flow that does not say.
SHOWN = ("answers", "facts", "files", "history")


class Moved(Struct, frozen=True):
    """The case is not as it was shown: where it is now, what brought it there, and what was typed and not taken."""

    status: str
    by: Happened | None
    typed: tuple[CaseFileLine, ...]


class CaseView(Struct, frozen=True):
    """How a case stands. `holder` is "" when nobody else is at work on it."""

    reference: str
    service: str
    about: tuple[CaseFileLine, ...]
    holder: str

    def hollow(self, own: Values) -> CaseView:
        """The same with holes for what is the case's own."""
        about = tuple(line.hollow(own) for line in self.about)
        return CaseView(own.take(self.reference), self.service, about, own.take(self.holder) if self.holder else "")


class CasePage(Shape, frozen=True):
    """The page of a case, with holes; `parts` are those that it has."""

    frame: request.DeskFrame
    view: CaseView
    parts: tuple[str, ...]

    def draw(self, recorder: Recorder) -> str:
        return _draw(recorder.render, self.frame, self.view, {name: hole(name) for name in self.parts})


class Untaken(Struct, frozen=True):
    """What was sent of a case that has moved on."""

    step: str
    button: str
    inputs: Inputs


def draw_case(
    opened: Opened,
    language: str,
    form: Mapping[str, str],
    notice: Markup,
    untaken: Untaken | None = None,
    picture: str = "",
) -> str:
    """The page of a case. `form` is what its form has of its own (form, shown, step); `notice` what the last action
    says once; `picture` the id of the document that is shown."""
    speaking = localizer(opened.program, language)
    action, csrf = case_address(language, opened.case.id), csrf_token()
    holds = opened.hold is not None and opened.hold.own
    decide, complaints = draw_form(opened.page, speaking, {**form, "action": action, "csrf": csrf}, holds=holds)
    moved = _moved(opened, speaking, untaken) if untaken is not None else None
    own = Values(
        **_parts(opened, speaking, sends=bool(decide), picture=picture),
        decide=decide,
        said=notice,
        session=request.session_line(language),
        csrf=escape(csrf),
        rest=escape(action.removeprefix(f"/{language}")),
    )
    view, frame = _view(opened, speaking), request.desk_frame(language)
    if complaints or moved:
        return _draw(render_template, frame, view, own, complaints, moved)
    parts = tuple(name for name, words in own.items() if words)
    return page_cache().html(CasePage(frame, view.hollow(own), parts), own)


def _draw(
    render: Callable[..., str],
    frame: request.DeskFrame,
    view: CaseView,
    own: Mapping[str, Markup],
    complaints: tuple[Complaint, ...] = (),
    moved: Moved | None = None,
) -> str:
    queue = queue_address(frame.words.language)
    return frame.render(render, "case.html", view=view, complaints=complaints, moved=moved, queue=queue, **own)


def _parts(opened: Opened, speaking: Localizer, *, sends: bool, picture: str) -> dict[str, Markup]:
    """The parts of the page that the flow wants."""
    desk = speaking.flow.desk
    shown = (desk.show if desk is not None else ()) or SHOWN
    case_file = dossier(opened.program, opened.case)
    return {
        "notes": draw_notes(opened.page, speaking, for_staff=True),
        "others": draw_notes(opened.page, speaking, for_staff=False),
        "answers": draw_answers(case_file, speaking) if "answers" in shown else NO_WORDS,
        "facts": draw_facts(case_file, speaking) if "facts" in shown else NO_WORDS,
        "files": (
            draw_files(case_file, opened.case, speaking, sends=sends, shown=picture) if "files" in shown else NO_WORDS
        ),
        "history": draw_history(opened, speaking) if "history" in shown else NO_WORDS,
    }


def _view(opened: Opened, speaking: Localizer) -> CaseView:
    return CaseView(
        reference=opened.case.reference or speaking.words.say("desk.no_reference"),
        service=speaking.plain(speaking.flow.title),
        about=tuple(_about(opened, speaking)),
        holder=_holder(opened, speaking),
    )


def _about(opened: Opened, speaking: Localizer) -> Iterable[CaseFileLine]:
    """How the case stands, in a few lines."""
    say, case = speaking.words.say, opened.case
    yield CaseFileLine(say("desk.column.status"), (status_of(case, opened.reading, speaking),))
    submitted = case.moments.get(SUBMITTED)
    if submitted is not None:
        yield CaseFileLine(say("desk.column.submitted"), (moment(submitted, speaking),))
    if case.ended is None:
        yield CaseFileLine(say("desk.since"), (moment(case.path[-1].since, speaking),))
        if opened.page is None:
            yield CaseFileLine(say("desk.waits_for"), (say("desk.who.owner"),))
    else:
        yield CaseFileLine(say("desk.ended"), (moment(case.ended, speaking),))
    yield CaseFileLine(say("desk.column.language"), (words(case.language).say("language.name"),))


def _holder(opened: Opened, speaking: Localizer) -> str:
    """Who else is at work on the case, in words."""
    hold = opened.hold
    if hold is None or hold.own:
        return ""
    return speaking.words.say("desk.held_by", who=hold.by, since=moment(hold.at, speaking))


def _moved(opened: Opened, speaking: Localizer, untaken: Untaken) -> Moved:
    """What was typed is shown once more if the page does not ask it any more."""
    questions = opened.page.questions if opened.page is not None else {}
    gone = (
        use.field for use in opened.program.asks(untaken.step, untaken.button).uses if use.field.name not in questions
    )
    lines = (_typed(about, untaken.inputs, speaking) for about in gone)
    return Moved(
        status_of(opened.case, opened.reading, speaking),
        last_move(opened, speaking),
        tuple(line for line in lines if line.lines),
    )


def _typed(about: Field, inputs: Inputs, speaking: Localizer) -> CaseFileLine:
    kind = FIELD_TYPES[about.kind]
    values = [value for name in kind.inputs(about) for value in inputs.get(name, ()) if value.strip()]
    if kind.secret:
        values = []
    if kind.has_choices:
        values = [speaking.wording.label(about.name, value).words for value in values]
    if kind.parts:
        values = [" ".join(values)] if values else []
    return CaseFileLine(speaking.plain(about.label), tuple(values), speaking.lang(about.label))
