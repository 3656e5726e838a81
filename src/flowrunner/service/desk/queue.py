"""The queue of the desk as values: what is asked for, and what a page of it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.model.case import Case
from flowrunner.runtime.program import Program
from flowrunner.store.desk_queue import Mark, QueueRow

__all__ = ["Mark", "QueuePage", "QueueRow"]


class QueueFilter(Struct, frozen=True):
    """Which page of the queue: of one flow or of all, of one step of it or of all; the one that begins after a case,
    the one that ends before it, or the first."""

    flow: str | None = None
    step: str | None = None
    after: Mark | None = None
    before: Mark | None = None


class CaseHold(Struct, frozen=True):
    """Who is at work on a case: what they sign in with, whether that is whoever asks, and when they were seen at it."""

    by: str
    own: bool
    at: datetime


class QueueEntry(Struct, frozen=True):
    """One case of the queue, as it is stored. `reading` is what can be read of it."""

    case: Case
    program: Program
    reading: Mapping[str, Any]


class QueuePage(Struct, frozen=True):
    """`listed` are the cases in order, unopened; `holds` says of some, by id, who is at work on them. `previous` and
    `next` are where the pages around it end and begin, None where there is no more."""

    listed: tuple[QueueRow, ...]
    holds: Mapping[str, CaseHold]
    previous: Mark | None
    next: Mark | None
