"""Where a fact is looked up: the contract of a connector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Value
from flowrunner.model.flow import Source


class SourceFailed(FlowrunnerError):
    """The source did not answer; `late` is true when it took longer than its contract allows."""

    def __init__(self, what: str, *, where: str = "", way_out: str = "", late: bool = False) -> None:
        super().__init__(what, where=where, way_out=way_out)
        self.late = late


class Connector(ABC):
    """One way to ask. `configuration` is the deployment's (`flowrunner.yaml`), of the JSON Schema `keys`."""

    name: ClassVar[str]
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    required_keys: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        """Make ready to ask this source; paths of the configuration are relative to `folder`.

        Raises FlowrunnerError when the configuration cannot serve the source's contract.
        """


class Lookup(ABC):
    """A source made ready."""

    @abstractmethod
    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Ask with the answers (by the source's own names) and give the typed values of its contract.

        Raises SourceFailed.
        """

    def check_config(self) -> str | None:
        """Ask whether it works: None, or what is wrong, in plain words for an operator."""
        return None
