"""The commands that every installation has."""

from __future__ import annotations

from flowrunner.cli.base import Command
from flowrunner.cli.later import LazyCommand
from flowrunner.registry import Registry

COMMANDS: Registry[Command] = Registry(
    "commands",
    map(
        LazyCommand,
        (
            "check",
            "format",
            "test",
            "explain",
            "map",
            "new",
            "schema",
            "serve",
            "worker",
            "outbox",
            "account",
            "keys",
            "case",
            "doctor",
        ),
    ),
)
