"""`flowrunner new NAME`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, settings_option
from flowrunner.cli.first_flow import first_flow
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import Words
from flowrunner.json_schema import FLOW_NAME


class NewCommand(Command):
    name = "new"

    def make(self, say: Words) -> click.Command:
        def run(name: str, languages: str | None, folder: str | None, settings: str | None) -> int:
            into = Path(folder) if folder else settings_of(settings, say).flows[0]
            return new(name, (languages or say.language).split(","), into, say)

        params = [
            argument(say, "new.name"),
            click.Option(["--languages"], metavar="CODE,CODE", help=say.say("new.languages")),
            click.Option(["--folder"], metavar="FOLDER", help=say.say("new.folder")),
            settings_option(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("new.name"))


def new(name: str, codes: list[str], folder: Path, say: Words) -> int:
    """Write a flow into a folder; a file that is there is never touched."""
    if not re.fullmatch(FLOW_NAME, name):
        raise CommandRefused(say.say("new.bad_name", name=name[:40]))
    chosen = list(dict.fromkeys(language.strip() for language in codes if language.strip())) or [say.language]
    for language in chosen:
        if language not in languages():
            raise CommandRefused(say.say("new.bad_language", name=language[:20], known=languages()))
    path = folder / f"{name}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(first_flow(name, chosen, say))
    except FileExistsError:
        raise CommandRefused(say.say("new.exists", path=str(path))) from None
    except OSError as error:
        raise FlowrunnerError(f"{error.strerror}.", where=str(path)) from None
    tell(say.say("new.written", path=str(path)))
    tell(say.say("new.then", path=str(path)))
    tell(say.say("new.then_serve"))
    return 0
