"""Whether e-mail leaves, encrypted, from an address that people can trust."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.catalogue import Checked
from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation
from flowrunner.service.checkup.listening import stays_on_this_machine

_EMAIL = "email"


class MailConcern(Concern):
    """Flows that send no e-mail need none of it."""

    name = "mail"

    def look(self, installation: Installation) -> Iterable[Finding]:
        flows = sending(installation.flows)
        if not flows:
            return
        mail = installation.settings.mail
        if mail.tray:
            yield Finding(self.name, "tray", Level.WARNING, {"flows": flows})
            return
        if mail.security == "none" and not stays_on_this_machine(mail.host):
            yield Finding(self.name, "not_encrypted", Level.WARNING, {"host": mail.host})
        if mail.user and not mail.password:
            yield Finding(self.name, "no_password", values={"user": mail.user})
        if not installation.settings.address:
            yield Finding(self.name, "no_address", Level.WARNING)


def sending(checked: Iterable[Checked]) -> tuple[str, ...]:
    """The names of the flows that send e-mail."""
    flows = (one.flow for one in checked if one.flow is not None)
    return tuple(flow.name for flow in flows if any(_EMAIL in message.by for message in flow.messages.values()))
