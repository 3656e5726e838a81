"""What tells when a timer is due: the contract of a timer kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from flowrunner.json_schema import Schema
from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression

Value = TypeVar("Value")


class TimerNode(Protocol):
    """What an author wrote behind the key of the kind. What cannot be read is noted, and None comes."""

    def word(self) -> str | None:
        """Its characters."""

    def duration(self) -> Duration | None:
        """A length of time."""

    def time(self) -> Expression | None:
        """An expression that gives a date or a moment."""


class TimerKind(ABC, Generic[Value]):
    """One kind, whose name is the key of a timer that says when. `Timer.value` is what `bind` gives; an expression in
    it is evaluated over the answers of the case.

    `counts`: it counts from a moment, the one that `since` names or the arrival at the step `in`. `description` are the
    words that an editor shows.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    counts: ClassVar[bool] = False

    @abstractmethod
    def schema(self) -> Schema:
        """The JSON Schema of what stands behind its name."""

    @abstractmethod
    def bind(self, written: TimerNode) -> Value | None:
        """Read what the author wrote."""

    @abstractmethod
    def due(self, value: Value, start: datetime | None, env: Mapping[str, Any], zone: tzinfo) -> datetime | None:
        """The last moment before the timer fires, None while that is not known. `start` is the moment from which it
        counts, `env` what an expression may read."""
