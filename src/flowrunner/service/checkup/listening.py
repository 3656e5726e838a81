"""Whether what people type travels in the clear: flowrunner speaks HTTP; what stands before it encrypts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Deployment, Finding


class ListeningConcern(Concern):
    name = "listening"

    def look(self, deployment: Deployment) -> Iterable[Finding]:
        host = deployment.settings.host
        if not stays_on_this_machine(host):
            yield Finding(self.name, "beyond_this_machine", Level.WARNING, {"host": host})


def stays_on_this_machine(host: str) -> bool:
    """Whether only this machine can reach an address to listen on."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
