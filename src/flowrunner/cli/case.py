"""`flowrunner case CASE`."""

from __future__ import annotations

import json
from typing import Any

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, deployment_options
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell as show
from flowrunner.i18n.words import Words
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
            return print_explanation(case, settings_of(settings, say, data), answers, format, say)

        params = [
            argument(say, "case.case"),
            click.Option(["--answers"], is_flag=True, help=say.say("case.answers")),
            click.Option(["--format"], type=click.Choice(FORMATS), default="text", help=say.say("case.format")),
            *deployment_options(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("case.case"))


def print_explanation(named: str, settings: Settings, answers: bool, form: str, say: Words) -> int:
    """Tell a case. Raises CommandRefused when there is none."""
    if not has_keys(settings):
        raise CommandRefused(say.say("case.no_data", place=str(settings.data)))
    with open_context(settings) as context:
        explained = explain_case(context, named)
    if explained is None:
        raise CommandRefused(say.say("case.unknown", place=str(settings.data)))
    sentences = explanation_text(explained, say.language, answers=answers)
    if form == "json":
        click.echo(json.dumps(as_data(explained, sentences), ensure_ascii=False, indent=2))
    else:
        _print(explained, sentences, say)
    return 0


# --- Text ---------------------------------------------------------------------------------


def _print(explained: Explained, sentences: tuple[Told, ...], say: Words) -> None:
    case = explained.case
    name = case.reference or case.id
    show(say.say("case.heading", name=name, flow=case.flow, version=case.version[:12]), "bold")
    for line, style in explanation_lines(sentences):
        show(line, style)


def explanation_lines(sentences: tuple[Told, ...]) -> list[tuple[str, str]]:
    """What is printed of a case, line by line, each with its style."""
    lines = []
    for number, one in enumerate(sentences, 1):
        lines += [("", ""), (f"{number}. {one.at}. {one.words}", "bold")]
        for note in one.notes:
            lines.append((f"{'   ' * (note.depth + 1)}{note.words}", STYLES.get(note.kind, "")))
            if note.kind == "rule" and note.line:
                lines.append((f"      {note.line}", "dim"))
    return lines


# --- JSON ---------------------------------------------------------------------------------


def as_data(explained: Explained, sentences: tuple[Told, ...]) -> dict[str, Any]:
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
        "sentences": [_sentence(one) for one in sentences],
    }


def _sentence(entry: Told) -> dict[str, Any]:
    one = entry.sentence
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
        "words": entry.words,
        "notes": [_note(note) for note in entry.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": note.kind, "name": note.name, "words": note.words, "depth": note.depth}
    if note.span.file:
        data |= {"file": note.span.file, "line": note.span.line, "written": note.line}
    return data
