"""The contract of a command, and how commands speak the language of whoever types them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import click

from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import Words
from flowrunner.registry import nearest


class Command(ABC):
    """One command. `make` builds it anew in a language, its help included."""

    name: str

    @abstractmethod
    def make(self, say: Words) -> click.Command:
        """The command as click runs it."""


class CommandRefused(click.ClickException):
    """What was typed cannot be done; the message is in the language of the command."""

    exit_code = 2


class LocalizedCommand(click.Command):
    """A command whose help is in the language of `say`."""

    def __init__(
        self, say: Words, name: str, run: Any, params: Sequence[click.Parameter] = (), notes: str = ""
    ) -> None:
        self.say = say
        text = "\n\n".join([say.say(f"{name}.about"), *([notes] if notes else [])])
        super().__init__(
            name,
            callback=run,
            params=[*params, *common_options(say)],
            help=text,
            short_help=say.say(f"{name}.about"),
            add_help_option=False,
            options_metavar=say.say("cli.arguments_then"),
        )

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{self.say.say('cli.usage')} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, self.say, ctx, formatter)


class LocalizedGroup(click.Group):
    """The program itself: its help lists the commands."""

    def __init__(self, say: Words, commands: Sequence[click.Command], version: Callable[[], str]) -> None:
        self.say = say
        shown = click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help=say.say("cli.option_version"),
            callback=lambda ctx, param, value: _show(ctx, f"flowrunner {version()}") if value else None,
        )
        super().__init__(
            "flowrunner",
            commands=commands,
            params=[*common_options(say), shown],
            help=say.say("cli.about"),
            callback=_help_when_alone,
            add_help_option=False,
            invoke_without_command=True,
            options_metavar=say.say("cli.arguments_then"),
            subcommand_metavar=say.say("cli.command_then"),
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in self.commands:
            if likely := nearest(name, self.commands):
                raise CommandRefused(self.say.say("cli.no_command_nearest", name=name[:40], nearest=likely))
            raise CommandRefused(self.say.say("cli.no_command", name=name[:40], known=tuple(self.commands)))
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{self.say.say('cli.usage')} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, self.say, ctx, formatter)
        rows = [(name, command.short_help or "") for name, command in self.commands.items()]
        with formatter.section(self.say.say("cli.commands")):
            formatter.write_dl(rows)


def common_options(say: Words) -> list[click.Option]:
    """`--lang`, `--trace` and `--help`, which every command has. The first two are read before click runs."""
    return [
        click.Option(
            ["--lang"], expose_value=False, metavar="CODE", help=say.say("cli.option_lang", known=languages())
        ),
        click.Option(["--trace"], is_flag=True, expose_value=False, help=say.say("cli.option_trace")),
        click.Option(
            ["--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help=say.say("cli.option_help"),
            callback=lambda ctx, param, value: _show(ctx, ctx.get_help()) if value else None,
        ),
    ]


def argument(say: Words, word: str, *, required: bool = True, many: bool = False, **more: Any) -> click.Argument:
    """An argument: the word of the catalogue says what it is called, and after a colon what it is for."""
    called = say.say(word).partition(":")[0].strip()
    shown = called if required else f"[{called}]"
    return click.Argument(
        [word.partition(".")[2]],
        required=required,
        nargs=-1 if many else 1,
        metavar=f"{shown}…" if many else shown,
        **more,
    )


def deployment_options(say: Words) -> list[click.Option]:
    """`--data FOLDER` and `--settings FILE`, for the commands that work on a deployment."""
    return [click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")), settings_option(say)]


def settings_option(say: Words) -> click.Option:
    """`--settings FILE`, for the commands that read them."""
    return click.Option(["--settings"], metavar="FILE", help=say.say("cli.option_settings"))


def _write_options(command: click.Command, say: Words, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    options = (param for param in command.params if isinstance(param, click.Option))
    rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
    with formatter.section(say.say("cli.options")):
        formatter.write_dl(rows)


def _help_when_alone() -> None:
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        _show(ctx, ctx.get_help())


def _show(ctx: click.Context, text: str) -> None:
    click.echo(text)
    ctx.exit(0)
