"""The commands that every installation has."""

from __future__ import annotations

from flowrunner.cli.account import Account
from flowrunner.cli.base import Command
from flowrunner.cli.check import Check
from flowrunner.cli.explain import Explain
from flowrunner.cli.keys import Keys
from flowrunner.cli.map import Map
from flowrunner.cli.new import New
from flowrunner.cli.outbox import Outbox
from flowrunner.cli.schema import Schema
from flowrunner.cli.serve import Serve
from flowrunner.cli.test import Test
from flowrunner.cli.worker import Worker
from flowrunner.registry import Registry

COMMANDS: Registry[Command] = Registry(
    "commands",
    [Check(), Test(), Explain(), Map(), New(), Schema(), Serve(), Worker(), Outbox(), Account(), Keys()],
)
