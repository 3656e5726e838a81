"""The lists of an account as templates draw them: its cases, and its messages."""

from __future__ import annotations

from dataclasses import dataclass

from flowrunner.service.home import CaseLine, Lists, MessageLine
from flowrunner.web.addresses import message_address, page_address, step_address
from flowrunner.web.pen import Pen

# Buttons of the home page: the case that they choose stands behind them.
CASE, SUBMITTED = "case:", "submitted:"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. `href` and `submitted_href` lead to it where this browser opens it by itself; where it has to be
    chosen, `button` and `submitted_button` do. `about` is said of it in words and dates."""

    title: str
    lang: str
    status: str
    status_lang: str
    named: str
    about: tuple[tuple[str, str], ...]
    href: str
    button: str
    submitted_href: str
    submitted_button: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; `is_new` until it is read."""

    subject: str
    lang: str
    date: str
    kind: str
    href: str
    is_new: bool


def case_rows(lists: Lists, pen: Pen) -> tuple[CaseRow, ...]:
    """The cases of an account."""
    return tuple(_case(line, pen, chosen=not lists.opens and not line.is_held) for line in lists.cases)


def message_rows(lists: Lists, pen: Pen) -> tuple[MessageRow, ...]:
    """Its messages."""
    return tuple(_message(line, pen) for line in lists.messages)


def _case(line: CaseLine, pen: Pen, *, chosen: bool) -> CaseRow:
    say, flow = pen.voice.words.say, pen.at.flow
    date = pen.voice.wording.formats.date
    about = [(say("page.reference"), line.reference)] if line.reference else []
    about.append((say("page.began"), date(line.began)))
    if line.submitted is not None:
        about.append((say("page.submitted_on"), date(line.submitted)))
    there = "" if chosen else step_address(line.language, flow, line.step)
    read = line.submitted is not None
    return CaseRow(
        title=line.title,
        lang=line.lang,
        status=line.status or (say("page.cases.held") if line.is_held else ""),
        status_lang=line.status_lang if line.status else "",
        # Several cases may stand at the same step: their links must not sound alike.
        named=line.reference or date(line.began),
        about=tuple(about),
        href=there,
        button=f"{CASE}{line.id}" if chosen else "",
        submitted_href=page_address(line.language, flow, "submitted") if read and not chosen else "",
        submitted_button=f"{SUBMITTED}{line.id}" if read and chosen else "",
    )


def _message(line: MessageLine, pen: Pen) -> MessageRow:
    return MessageRow(
        subject=line.subject,
        lang=line.lang,
        date=pen.voice.wording.formats.date(line.at),
        kind=pen.voice.words.say(f"page.message.{line.kind}"),
        href=message_address(pen.at.language, pen.at.flow, line.id),
        is_new=line.read_at is None,
    )
