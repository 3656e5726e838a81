"""Whether pages would show the inside of the program."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation

_OFF = frozenset({"", "0", "false", "no"})
VARIABLES = ("FLASK_DEBUG", "PYTHONDEVMODE", "WERKZEUG_DEBUG_PIN")


class DebuggingConcern(Concern):
    name = "debugging"

    def look(self, installation: Installation) -> Iterable[Finding]:
        for variable in VARIABLES:
            if installation.environment.get(variable, "").lower() not in _OFF:
                yield Finding(self.name, "on", Level.WARNING, {"variable": variable})
