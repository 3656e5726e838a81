"""Lazy loading: a command whose module is loaded when it is run or explained: what others need does not slow it
down."""

from __future__ import annotations

from importlib import import_module

import click

from flowrunner.cli.base import Command
from flowrunner.i18n.words import Words


class LazyCommand(Command):
    """The command `name` is the class `NameCommand` in the module of that name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def make(self, say: Words) -> click.Command:
        command: Command = getattr(import_module(f"flowrunner.cli.{self.name}"), f"{self.name.capitalize()}Command")()
        return command.make(say)
