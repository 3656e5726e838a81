"""`flowrunner case CASE`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from flowrunner.cli.base import Command, CommandRefused, Spoken, argument, settings_option
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell as show
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.service.deployment import has_keys, open_context
from flowrunner.service.explanation.explain import Explained, explain_case
from flowrunner.service.explanation.wording import Note, Told, explanation_text
from flowrunner.settings import Settings

FORMATS = ("text", "json")
STYLES = {"held": "green", "not_held": "dim", "replaced": "yellow"}


class CaseCommand(Command):
    name = "case"

    def make(self, say: Words) -> click.Command:
        def run(case: str, answers: bool, format: str, data: str | None, settings: str | None) -> int:
            said = settings_of(settings, say)
            return print_explanation(case, replace(said, data=Path(data)) if data else said, answers, format, say)

        params = [
            argument(say, "case.case"),
            click.Option(["--answers"], is_flag=True, help=say.say("case.answers")),
            click.Option(["--format"], type=click.Choice(FORMATS), default="text", help=say.say("case.format")),
            click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")),
            settings_option(say),
        ]
        return Spoken(say, self.name, run, params, say.say("case.case"))


def print_explanation(named: str, settings: Settings, answers: bool, form: str, say: Words) -> int:
    """Tell a case. Raises Refused when there is none."""
    if not has_keys(settings):
        raise CommandRefused(say.say("case.no_data", place=str(settings.data)))
    with open_context(settings) as context:
        explained = explain_case(context, named)
    if explained is None:
        raise CommandRefused(say.say("case.unknown", place=str(settings.data)))
    told = explanation_text(explained, say.language, answers=answers)
    if form == "json":
        click.echo(json.dumps(as_data(explained, told), ensure_ascii=False, indent=2))
    else:
        _print(explained, told, say)
    return 0


# --- Text ---------------------------------------------------------------------------------


def _print(explained: Explained, told: tuple[Told, ...], say: Words) -> None:
    case = explained.case
    name = case.reference or case.id
    show(say.say("case.heading", name=name, flow=case.flow, version=case.version[:12]), "bold")
    for line, style in explanation_lines(told):
        show(line, style)


def explanation_lines(told: tuple[Told, ...]) -> list[tuple[str, str]]:
    """What is printed of a case, line by line, each with its style."""
    found = []
    for number, one in enumerate(told, 1):
        found += [("", ""), (f"{number}. {one.at}. {one.words}", "bold")]
        for note in one.notes:
            found.append((f"{'   ' * (note.depth + 1)}{note.words}", STYLES.get(note.kind, "")))
            if note.kind == "rule" and note.line:
                found.append((f"      {note.line}", "dim"))
    return found


# --- JSON ---------------------------------------------------------------------------------


def as_data(explained: Explained, told: tuple[Told, ...]) -> dict[str, Any]:
    """A case as plain data: what programs read, with the words beside it."""
    case = explained.case
    return {
        "case": case.id,
        "reference": case.reference,
        "flow": case.flow,
        "version": case.version,
        "began": case.began.isoformat(),
        "step": case.step,
        "outcome": case.outcome,
        "sentences": [_sentence(one) for one in told],
    }


def _sentence(told: Told) -> dict[str, Any]:
    one = told.sentence
    return {
        "at": one.at.isoformat(),
        "kind": one.kind,
        "step": one.step,
        "to": one.to,
        "trigger": one.trigger,
        "branch": one.branch,
        "role": one.role,
        "account": one.account,
        "round": one.round,
        "replaced": one.replaced,
        "words": told.words,
        "notes": [_note(note) for note in told.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": note.kind, "name": note.name, "words": note.words, "depth": note.depth}
    if note.span.file:
        made |= {"file": note.span.file, "line": note.span.line, "written": note.line}
    return made
