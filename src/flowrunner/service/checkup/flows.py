"""Whether there are flows, and every one is sound."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Deployment, Finding


class FlowsConcern(Concern):
    name = "flows"

    def look(self, deployment: Deployment) -> Iterable[Finding]:
        if not deployment.flows:
            yield Finding(self.name, "none", values={"folders": tuple(map(str, deployment.settings.flows))})
        for checked in deployment.flows:
            if not checked.sound:
                yield Finding(self.name, "unsound", values={"path": str(checked.path)})
            elif any(one.level is Level.WARNING for one in checked.diagnostics):
                yield Finding(self.name, "warnings", Level.WARNING, {"path": str(checked.path)})
