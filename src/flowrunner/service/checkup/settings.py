"""Whether the settings fit the flows."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation


class SettingsConcern(Concern):
    """Settings that have the wrong shape never come here: nothing else could be looked at then."""

    name = "settings"

    def look(self, installation: Installation) -> Iterable[Finding]:
        diagnostics = [
            one for one in (*installation.read.diagnostics, *installation.misfits) if one.level is not Level.NOTE
        ]
        if diagnostics:
            values = {"count": len(diagnostics), "place": str(diagnostics[0].span)}
            worst = Level.ERROR if any(one.level is Level.ERROR for one in diagnostics) else Level.WARNING
            yield Finding(self.name, "findings", worst, values)
        if installation.read.root is None:
            yield Finding(self.name, "none", Level.NOTE)
