"""Whether accounts to try the flows with would stand among real ones."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation


class SampleAccountsConcern(Concern):
    name = "sample_accounts"

    def look(self, installation: Installation) -> Iterable[Finding]:
        for flow, file in installation.settings.sample_accounts.items():
            values = {"flow": flow, "file": str(file)}
            yield Finding(self.name, "present", Level.WARNING, values)
            if not file.is_file():
                yield Finding(self.name, "no_file", values=values)
