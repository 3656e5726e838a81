"""The queue as it is drawn: which cases wait for an officer, page by page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import make_response, redirect, request
from markupsafe import Markup, escape
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.i18n.words import Words
from flowrunner.runtime.program import Program
from flowrunner.service.desk.access import Officer
from flowrunner.service.desk.queue import CaseHold, Mark, QueueFilter, QueuePage
from flowrunner.web.cases.show import private
from flowrunner.web.desk import request as arriving
from flowrunner.web.desk.columns import Column, columns_of
from flowrunner.web.desk.request import DeskFrame, case_address, queue_address
from flowrunner.web.desk.row_cache import RowShape, row_cache
from flowrunner.web.languages import other_address, speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.page.page_cache import Recorder, Shape, Values, hole, page_cache
from flowrunner.web.page.view import Complaint
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.request.forms import own_input
from flowrunner.web.site import services

SEARCH = "_search"
_MARK = re.compile(r"([0-9T:.-]{19,26})~([0-9a-f]{1,64})")


class FilterOption(Struct, frozen=True):
    """One line of a filter."""

    value: str
    label: str
    chosen: bool
    lang: str = ""


class QueueView(Struct, frozen=True):
    """What a page of the queue is made of beside its cases. `services` and `statuses` are filters, empty where there is
    nothing to choose; `names` says that each case names its service; `waits`, `returns` and `goes_on` that there are
    cases, a page before and a page after."""

    columns: tuple[Column, ...]
    services: tuple[FilterOption, ...]
    statuses: tuple[FilterOption, ...]
    names: bool
    waits: bool
    returns: bool
    goes_on: bool


class QueueShape(Shape, frozen=True):
    """A page of the queue. `problem` says in words that no case has the number that was typed, "" when none was."""

    frame: DeskFrame
    view: QueueView
    problem: str

    def draw(self, recorder: Recorder) -> str:
        return self.frame.render(
            recorder.render,
            "queue.html",
            view=self.view,
            search=SEARCH,
            problem=self.problem,
            complaints=(Complaint(self.problem, SEARCH),) if self.problem else (),
            there={other: hole(f"there:{other}") for other in self.frame.languages},
            **{name: hole(name) for name in ("session", "csrf", "rows", "previous", "next", "typed")},
        )


def show(officer: Officer, language: str, typed: str = "", status: int = 200) -> AnyResponse:
    """A page of the queue. `typed` is a reference number that no case has."""
    programs = _programs(officer)
    queue_filter = _queue_filter(programs)
    page = services().casework.queue(officer, queue_filter)
    view = _view(officer, programs, queue_filter, page, language)
    frame = arriving.desk_frame(language)
    own = Values(
        session=arriving.session_line(language),
        csrf=escape(csrf_token()),
        rows=_rows(page, RowShape(frame.words, view.columns, view.names)),
        previous=escape(_address(language, queue_filter, "before", page.previous)),
        next=escape(_address(language, queue_filter, "after", page.next)),
        typed=escape(typed),
        **{f"there:{other}": escape(other_address(other)) for other in frame.languages},
    )
    problem = frame.words.say("desk.not_found") if status != 200 else ""
    return private(make_response(page_cache().html(QueueShape(frame, view, problem), own), status))


def _rows(page: QueuePage, row: RowShape) -> Markup:
    """The cases, each with who holds it."""
    words = row.words
    label, nobody = escape(words.say("desk.column.held")), escape(words.say("desk.nobody"))
    none = Markup('<span class="none">{}</span>').format(nobody)
    cell = Markup('<td role="cell"><span class="label" aria-hidden="true">{}</span>').format(label)
    drawn = []
    for ident, html in row_cache().html(page.listed, row):
        holder = _holder(page.holds.get(ident), words)
        drawn += ['<tr role="row">\n', html, cell, escape(holder) if holder else none, "</td>\n</tr>\n"]
    return Markup("".join(drawn))  # noqa: S704 - every part of it was escaped


def search(officer: Officer, language: str) -> AnyResponse:
    """To the case with the reference number that was typed."""
    typed = own_input(SEARCH)
    ident = services().casework.find(officer, typed) if typed.strip() else None
    if ident is None:
        return show(officer, language, typed, 422)
    return redirect(case_address(language, ident), 303)


def _programs(officer: Officer) -> tuple[Program, ...]:
    """The flows in which the officer has a role."""
    programs = (services().catalogue.current(name) for name in officer.roles)
    return tuple(program for program in programs if program is not None)


# --- What is asked for --------------------------------------------------------------------


def _queue_filter(programs: tuple[Program, ...]) -> QueueFilter:
    """What the address says; what it says of no flow, step or case of the queue counts for nothing."""
    flows = {program.flow.name: program.flow for program in programs}
    status, _, step = request.args.get("status", "").partition(".")
    service = request.args.get("service", "")
    flow = status if status in flows and step in flows[status].steps else ""
    named = service if service in flows else ""
    if flow and named not in ("", flow):
        flow = ""
    after, before = _mark(request.args.get("after", "")), _mark(request.args.get("before", ""))
    return QueueFilter(flow or named or None, step if flow else None, after, None if after is not None else before)


def _mark(text: str) -> Mark | None:
    match = _MARK.fullmatch(text)
    if match is None:
        return None
    try:
        return Mark(datetime.fromisoformat(match[1]).replace(tzinfo=UTC), match[2])
    except ValueError:
        return None


def _address(language: str, queue_filter: QueueFilter, end: str, mark: Mark | None) -> str:
    if mark is None:
        return ""
    since = mark.since.astimezone(UTC).replace(tzinfo=None).isoformat()
    status = f"{queue_filter.flow}.{queue_filter.step}" if queue_filter.step else ""
    query = {"service": "" if status else queue_filter.flow, "status": status, end: f"{since}~{mark.id}"}
    return f"{queue_address(language)}?{urlencode({name: value for name, value in query.items() if value})}"


# --- What is shown ------------------------------------------------------------------------


def _view(
    officer: Officer, programs: tuple[Program, ...], queue_filter: QueueFilter, page: QueuePage, language: str
) -> QueueView:
    shown = [program for program in programs if queue_filter.flow in (None, program.flow.name)]
    return QueueView(
        columns=columns_of(shown, language),
        services=_services(programs, queue_filter, language) if len(programs) > 1 else (),
        statuses=_statuses(officer, programs, queue_filter, language),
        names=len(shown) > 1,
        waits=bool(page.listed),
        returns=page.previous is not None,
        goes_on=page.next is not None,
    )


def _holder(hold: CaseHold | None, words: Words) -> str:
    if hold is None:
        return ""
    return words.say("desk.held_by_you") if hold.own else hold.by


def _services(programs: tuple[Program, ...], queue_filter: QueueFilter, language: str) -> tuple[FilterOption, ...]:
    return tuple(_choice(program, program.flow.name, queue_filter.flow or "", language, "") for program in programs)


def _statuses(
    officer: Officer, programs: tuple[Program, ...], queue_filter: QueueFilter, language: str
) -> tuple[FilterOption, ...]:
    """The steps in which a case can wait for the officer, as they are called; none when there is one alone."""
    chosen = f"{queue_filter.flow}.{queue_filter.step}" if queue_filter.step else ""
    options = [
        _choice(program, f"{program.flow.name}.{step.name}", chosen, language, step.name)
        for program in programs
        for step in program.flow.steps.values()
        if step.role in officer.roles[program.flow.name]
    ]
    return tuple(options) if len(options) > 1 else ()


def _choice(program: Program, value: str, chosen: str, language: str, step: str) -> FilterOption:
    speaking = localizer(program, speaks(program, language))
    title = speaking.plain(program.flow.title)
    if step:
        waiting_step = program.flow.steps[step]
        title = f"{speaking.plain(waiting_step.status or waiting_step.title)} ({title})"
    return FilterOption(value, title, value == chosen, speaking.language if speaking.language != language else "")
