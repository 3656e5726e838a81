"""Where the use cases get flows from."""

from __future__ import annotations

from typing import Protocol

from flowrunner.runtime.program import Program


class Programs(Protocol):
    """The current flows and every version that a case began with (`catalogue.Catalogue`)."""

    def names(self) -> tuple[str, ...]:
        """The flows that can be started, in the order in which they are listed."""

    def current(self, flow: str) -> Program | None:
        """The newest sound version of a flow, or None when there is no such flow."""

    def bundle(self, flow: str, version: str) -> str:
        """The text of a version, to be kept with the cases that begin with it. Raises FlowrunnerError."""

    def program(self, flow: str, version: str) -> Program:
        """The version that a case began with. Raises FlowrunnerError when it is not stored."""
