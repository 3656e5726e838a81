"""`flowrunner outbox [retry ID …]`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, deployment_options
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.service.deployment import open_context
from flowrunner.service.mail.outbox import DEAD, OutboxLine, outbox_lines, retry_given_up
from flowrunner.settings import Settings

RETRY = "retry"
FORMATS = ("text", "json")


class OutboxCommand(Command):
    name = "outbox"

    def make(self, say: Words) -> click.Command:
        def run(what: Sequence[str], all: bool, format: str, data: str | None, settings: str | None) -> int:
            config = settings_of(settings, say, data)
            if not what and not all:
                return print_outbox(config, format, say)
            return retry_rows(config, _ids(what, all, say), say)

        params = [
            argument(say, "outbox.what", required=False, many=True),
            click.Option(["--all"], is_flag=True, help=say.say("outbox.all")),
            click.Option(["--format"], type=click.Choice(FORMATS), default="text", help=say.say("outbox.format")),
            *deployment_options(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("outbox.what"))


def print_outbox(settings: Settings, form: str, say: Words) -> int:
    """List what waits and what was given up; exit code 1 when something was."""
    with open_context(settings) as context:
        lines = outbox_lines(context)
    if form == "json":
        click.echo(json.dumps([_plain(line) for line in lines], indent=2))
    else:
        for line in lines:
            tell(_in_words(line, say), "red" if line.state == DEAD else "")
        tell(say.say_n("outbox.waiting", sum(line.state != DEAD for line in lines)))
        tell(say.say_n("outbox.dead", sum(line.state == DEAD for line in lines)))
    return int(any(line.state == DEAD for line in lines))


def retry_rows(settings: Settings, ids: Sequence[int] | None, say: Words) -> int:
    """Let rows be tried again at once."""
    with open_context(settings) as context:
        count = retry_given_up(context, ids)
    tell(say.say_n("outbox.retried", count))
    return 0


def _ids(what: Sequence[str], everything: bool, say: Words) -> list[int] | None:
    """The rows that are meant; None for all."""
    word, *ids = what or ("",)
    numbers = [int(each) for each in ids if each.isdecimal()]
    if word != RETRY or len(numbers) != len(ids) or bool(ids) == everything:
        raise CommandRefused(say.say("outbox.how"))
    return None if everything else numbers


def _plain(line: OutboxLine) -> dict[str, object]:
    data = line._asdict()
    return {**data, "created": line.created.isoformat(), "due": line.due.isoformat()}


def _in_words(line: OutboxLine, say: Words) -> str:
    created, due = (say.format.moment(moment.astimezone()) for moment in (line.created, line.due))
    parts = [say.say("outbox.line", id=str(line.id), effect=line.effect, flow=line.flow, created=created)]
    if line.state == DEAD:
        parts.append(say.say_n("outbox.given_up", line.tries))
    else:
        parts.append(say.say("outbox.due", due=due))
    if line.reason:
        parts.append(say.say("outbox.reason", reason=_reason(line.reason, say)))
    return " ".join(parts)


def _reason(reason: str, say: Words) -> str:
    """A reason is a word, and the number of the server's answer where there was one."""
    word, _, number = reason.partition(" ")
    ident = f"outbox.why.{reason.replace(' ', '_')}" if not number.isdecimal() else f"outbox.why.{word}"
    if ident not in say:
        return reason
    return say.say(ident, number=number)
