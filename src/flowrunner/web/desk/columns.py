"""The columns of the queue: what `desk` of a flow names, with a heading and, for each case, its value in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct

from flowrunner.i18n.words import Words, words
from flowrunner.model.case import Case
from flowrunner.runtime.program import Program
from flowrunner.web.languages import speaks
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.controls import answer_lines
from flowrunner.web.site import services

# Flows that say nothing of their desk. The reference number leads to the case, so it is no column of its own.
COLUMNS = ("case.status", "case.submitted")
_REFERENCE = "case.reference"


class Column(Struct, frozen=True):
    """`lang` is the language of the heading when it is not that of the page."""

    name: str
    heading: str
    lang: str = ""


def columns_of(programs: Iterable[Program], language: str) -> tuple[Column, ...]:
    """The columns of these flows, those of the first flow first."""
    columns: dict[str, Column] = {}
    for program in programs:
        speaking = localizer(program, speaks(program, language))
        for name in columns_named(program):
            columns.setdefault(name, _column(name, speaking, words(language)))
    return tuple(columns.values())


def columns_named(program: Program) -> tuple[str, ...]:
    """The names of the columns of one flow."""
    names = program.flow.desk.columns if program.flow.desk is not None else ()
    return tuple(name for name in names or COLUMNS if name != _REFERENCE)


def _column(name: str, speaking: Localizer, desk_words: Words) -> Column:
    lang = speaking.language if speaking.language != desk_words.language else ""
    field = speaking.flow.fields.get(name)
    if field is not None:
        return Column(name, speaking.plain(field.label), speaking.lang(field.label) or lang)
    condition = speaking.flow.conditions.get(name)
    if condition is not None and condition.means is not None:
        return Column(name, speaking.plain(condition.means), speaking.lang(condition.means) or lang)
    record, _, key = name.partition(".")
    # What the interpreter keeps of every case has a heading of its own; a fact is called as the flow calls it.
    return Column(name, desk_words.say(f"desk.column.{key}") if record == "case" else name.replace("_", " "))


def value_of(name: str, case: Case, env: Mapping[str, Any], speaking: Localizer) -> tuple[str, ...]:
    """What stands in a column for one case, line by line; nothing when it has no value."""
    flow = speaking.flow
    match name:
        case "case.status":
            return (status_of(case, env, speaking),)
        case "case.language":
            return (words(case.language).say("language.name"),)
        case "case.opened_from":
            return _place(case.opened_from, speaking)
    field = flow.fields.get(name)
    if field is not None:
        return tuple(answer_lines(field, env.get(name), speaking))
    condition = flow.conditions.get(name)
    if condition is not None:
        return (speaking.words.format.value(bool(condition.when.evaluate(env))),)
    record, _, key = name.partition(".")
    value = env.get(record)
    if key:
        value = value[key] if isinstance(value, Mapping) and key in value else None
    written = in_words(value, speaking)
    return (written,) if written else ()


def in_words(value: object, speaking: Localizer) -> str:
    """A value that is no answer, with moments on the clock of the flow."""
    if isinstance(value, datetime):
        return moment(value, speaking)
    return speaking.words.format.value(value)


def moment(value: datetime, speaking: Localizer) -> str:
    """A day and a time of day, to the minute, where the flow is at home."""
    return _minute(value.replace(second=0, microsecond=0), speaking)


@lru_cache(maxsize=2_000)
def _minute(value: datetime, speaking: Localizer) -> str:
    """What happened in a row happened in the same minute."""
    return speaking.words.format.moment(value.astimezone(speaking.zone))


def status_of(case: Case, env: Mapping[str, Any], speaking: Localizer) -> str:
    """What the step of a case is called for who asks how it stands."""
    step = speaking.flow.steps[case.step]
    return speaking.plain(step.status or step.title, env)


def _place(opened_from: str | None, speaking: Localizer) -> tuple[str, ...]:
    """The page from which a flow was opened, as its people know it."""
    flow, _, step = (opened_from or "").partition("/")
    program = services().catalogue.current(flow) if flow else None
    origin = program.flow.steps.get(step) if program is not None else None
    if program is None or origin is None:
        return (opened_from,) if opened_from else ()
    other = localizer(program, speaks(program, speaking.language))
    return (other.plain(program.flow.title), other.plain(origin.title))
