"""The contract of a lint check. Its help page stands in `locales/<language>/checks/<code>.md`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.model.flow import Flow


class LintCheck(ABC):
    """One check: it reads a sound flow and tells what it finds. `check` has its stable code."""

    check: ClassVar[Check]

    @property
    def name(self) -> str:
        return self.check.name

    @abstractmethod
    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        """Every finding, with its place."""
