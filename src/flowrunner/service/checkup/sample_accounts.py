"""Whether accounts to try the flows with would stand among real ones."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Deployment, Finding


class SampleAccountsConcern(Concern):
    name = "sample_accounts"

    def look(self, deployment: Deployment) -> Iterable[Finding]:
        for flow, file in deployment.settings.sample_accounts.items():
            values = {"flow": flow, "file": str(file)}
            yield Finding(self.name, "present", Level.WARNING, values)
            if not file.is_file():
                yield Finding(self.name, "no_file", values=values)
