"""`flowrunner explain CODE`."""

from __future__ import annotations

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument
from flowrunner.cli.output import tell, tell_markdown
from flowrunner.diagnostics.explain import UnknownCheck, explained_codes, help_page
from flowrunner.i18n.words import Words


class ExplainCommand(Command):
    name = "explain"

    def make(self, say: Words) -> click.Command:
        def run(code: str | None) -> int:
            return print_help_page(code, say)

        return LocalizedCommand(
            say, self.name, run, [argument(say, "explain.code", required=False)], say.say("explain.code")
        )


def print_help_page(code: str | None, say: Words) -> int:
    """Print the help page of a check; without a code, every code with its title."""
    if code is None:
        for each in explained_codes():
            title = help_page(each, say.language).partition("\n")[0].lstrip("# ")
            tell(title)
        return 0
    try:
        tell_markdown(help_page(code, say.language))
    except UnknownCheck as error:
        likely = (error.nearest,) if error.nearest else explained_codes()
        raise CommandRefused(say.say("explain.unknown", code=code[:20], known=likely)) from None
    return 0
