"""The program: it chooses the language, runs a command, and turns what goes wrong into one clear message."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from flowrunner.cli.base import CommandRefused, LocalizedGroup
from flowrunner.cli.built_in import COMMANDS
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.translations import language_of_environment
from flowrunner.i18n.words import Words, words
from flowrunner.registry import nearest

CANNOT_RUN = 2
STOPPED = 130
# What a start makes is there to stay: to look through it every 700 objects for what nobody holds is a tenth of it.
MADE_AT_ONCE = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (else those of the process); the exit code comes back."""
    gc.set_threshold(MADE_AT_ONCE, 20, 20)
    typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        say = words(_language(typed))
    except FlowrunnerError as error:
        click.echo(str(error), err=True)
        return CANNOT_RUN
    try:
        return _run(typed, say)
    except FlowrunnerError as error:
        _tell(say, str(error))
    except BrokenPipeError:
        # Whoever read the output has gone; nothing can be said to them, at the end of the process either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if "--trace" in typed:
            import traceback

            traceback.print_exc()
        click.echo(say.say("cli.unexpected", kind=type(error).__name__), err=True)
    return CANNOT_RUN


def _run(arguments: list[str], say: Words) -> int:
    # The one that is typed is enough; all of them are made to be listed, or to guess which one was meant.
    typed = arguments[0] if arguments else ""
    commands = [COMMANDS[typed]] if typed in COMMANDS else list(COMMANDS.values())
    group = LocalizedGroup(say, [command.make(say) for command in commands], _version)
    try:
        code = group.main(arguments, prog_name="flowrunner", standalone_mode=False)
    except click.ClickException as error:
        _tell(say, _usage_message(error, say))
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(say.say("cli.more_help", command=error.ctx.command_path), err=True)
        return CANNOT_RUN
    except (click.Abort, KeyboardInterrupt):
        click.echo(say.say("cli.stopped"), err=True)
        return STOPPED
    return int(code or 0)


def _language(arguments: Sequence[str]) -> str:
    """What `--lang` says, wherever it stands, else the environment's."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return language_of_environment()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("flowrunner")
    except PackageNotFoundError:
        return "0.0.0"


def _tell(say: Words, what: str) -> None:
    click.echo(say.say("cli.error", what=what), err=True)


# --- What click refuses, in our words ------------------------------------------------------


def _usage_message(error: click.ClickException, say: Words) -> str:
    match error:
        case CommandRefused():
            return error.message
        case click.NoSuchOption():
            options = [name for param in (error.ctx.command.params if error.ctx else []) for name in param.opts]
            likely = nearest(error.option_name, options)
            if likely:
                return say.say("cli.no_option_nearest", name=error.option_name, nearest=likely)
            return say.say("cli.no_option", name=error.option_name)
        case click.MissingParameter():
            return say.say("cli.missing", name=_name(error.param))
        case click.BadParameter():
            if error.param is not None and isinstance(error.param.type, click.Choice):
                return say.say("cli.bad_choice", name=_name(error.param), known=tuple(error.param.type.choices))
            return say.say("cli.bad_value", name=_name(error.param))
        case click.BadOptionUsage():
            return say.say("cli.option_without_value", name=error.option_name)
        case click.UsageError():
            return say.say("cli.too_many")
        case _:
            return error.format_message()


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "?"
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command("")))
