"""Whether what people type travels in the clear: flowrunner speaks HTTP; what stands before it encrypts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation


class ListeningConcern(Concern):
    name = "listening"

    def look(self, installation: Installation) -> Iterable[Finding]:
        host = installation.settings.host
        if not stays_on_this_machine(host):
            yield Finding(self.name, "beyond_this_machine", Level.WARNING, {"host": host})
        address = urlsplit(installation.settings.address)
        if address.scheme == "http" and not stays_on_this_machine(address.hostname or ""):
            yield Finding(self.name, "address_not_encrypted", Level.WARNING, {"address": installation.settings.address})


def stays_on_this_machine(host: str) -> bool:
    """Whether only this machine can reach an address to listen on."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
