"""The commands that every installation has."""

from __future__ import annotations

from flowrunner.cli.base import Command
from flowrunner.cli.later import Later
from flowrunner.registry import Registry

COMMANDS: Registry[Command] = Registry(
    "commands",
    map(
        Later,
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
