"""Whether there are flows, and every one is sound."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation


class FlowsConcern(Concern):
    name = "flows"

    def look(self, installation: Installation) -> Iterable[Finding]:
        if not installation.flows:
            yield Finding(self.name, "none", values={"folders": tuple(map(str, installation.settings.flows))})
        for checked in installation.flows:
            if not checked.sound:
                yield Finding(self.name, "unsound", values={"path": str(checked.path)})
            elif any(one.level is Level.WARNING for one in checked.diagnostics):
                yield Finding(self.name, "warnings", Level.WARNING, {"path": str(checked.path)})
