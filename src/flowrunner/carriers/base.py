"""Delivery errors of carriers: unreachable, transient or permanent. `reason` is a few words for operators, never what a
server said: servers repeat addresses."""

from __future__ import annotations

from flowrunner.errors import FlowrunnerError


class Undelivered(FlowrunnerError):
    """It did not leave, as far as we know."""

    def __init__(self, reason: str) -> None:
        super().__init__("it was not delivered.", where=reason)
        self.reason = reason


class Away(Undelivered):
    """The server is unreachable, or does not let us in: it is not the fault of what was to be carried, and all else
    waits too."""


class Postponed(Undelivered):
    """A transient failure: this one was not taken for now; a later try may succeed."""


class DeliveryRefused(Undelivered):
    """A permanent failure: this one will never be taken."""
