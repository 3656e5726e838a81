"""Whether the database answers, has the tables of this flowrunner, and no password of its lies open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowrunner.compiler.nodes import Scalar
from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation
from flowrunner.store.migrations.inspection import Standing, has_password

_LEVELS: Mapping[Standing, Level] = {
    "not_there": Level.NOTE,
    "empty": Level.NOTE,
    "behind": Level.WARNING,
    "bad_url": Level.ERROR,
    "no_driver": Level.ERROR,
    "unreachable": Level.ERROR,
    "unknown": Level.ERROR,
}


class DatabaseConcern(Concern):
    name = "database"

    def look(self, installation: Installation) -> Iterable[Finding]:
        state = installation.database
        if state.standing != "current":
            values = {"shown": state.shown, "fault": state.fault}
            yield Finding(self.name, state.standing, _LEVELS[state.standing], values)
        written = installation.read.root.get("database") if installation.read.root is not None else None
        if isinstance(written, Scalar) and has_password(written.value):
            yield Finding(self.name, "password_in_file", Level.WARNING, {"place": str(written.span)})
