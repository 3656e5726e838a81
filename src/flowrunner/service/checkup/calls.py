"""Whether what is told to other systems travels in the clear."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation
from flowrunner.service.checkup.listening import stays_on_this_machine


class CallsConcern(Concern):
    name = "calls"

    def look(self, installation: Installation) -> Iterable[Finding]:
        for flow, calls in installation.settings.calls.items():
            for source, call in calls.items():
                parts = urlsplit(call.url)
                if parts.scheme != "https" and not stays_on_this_machine(parts.hostname or ""):
                    yield Finding(self.name, "not_encrypted", Level.WARNING, {"flow": flow, "name": source})
