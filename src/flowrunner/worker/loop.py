"""The polling loop of a worker: some of each kind of work, then a pause that ends early when somebody rings.

APScheduler was weighed: it keeps jobs with times of their own; here what is due is worked out from the cases.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flowrunner.service.deployment import Bell, Services

POLL = 1.0  # seconds between two looks, when nobody wakes it
CLEAN_EVERY = timedelta(minutes=10)
LONGEST_PAUSE = 30.0  # seconds, while the database is away

_log = logging.getLogger(__name__)


class Job(Protocol):
    """One kind of work: does what there is to do, or some of it, and says whether there may be more."""

    def __call__(self, stopped: Callable[[], bool], /) -> bool: ...


class Worker:
    """One loop. `often` is looked for at every turn, `seldom` now and then."""

    def __init__(
        self,
        often: Sequence[Job],
        seldom: Sequence[Job] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        bell: Bell | None = None,
    ) -> None:
        self._often = tuple(often)
        self._seldom = tuple(seldom)
        self._clock = clock
        self._stop = threading.Event()
        self._bell = bell or threading.Event()
        self._cleaned: datetime | None = None
        self._faults = 0

    def wake(self) -> None:
        """There may be something to do at once. May be called from any thread."""
        self._bell.set()

    def stop(self) -> None:
        """End after what is under way. May be called from any thread, and from a signal."""
        self._stop.set()
        self._bell.set()

    def once(self) -> None:
        """Do all that there is to do now. Raises what goes wrong."""
        for work in (*self._often, *self._seldom):
            while work(self._stop.is_set):
                pass

    def run(self) -> None:
        """Go on until somebody says stop, whatever goes wrong."""
        while not self._stop.is_set():
            if not self._turn():
                self._bell.wait(self._pause())
            self._bell.clear()

    def _turn(self) -> bool:
        """Do some of each kind of work; whether there may be more."""
        try:
            more = [work(self._stop.is_set) for work in self._due()]
        except Exception as error:  # the database is away, or worse: somebody mends it, and we go on
            self._faults += 1
            if self._faults == 1:
                _log.error("the worker cannot work: %s", type(error).__name__)
            return False
        if self._faults:
            _log.warning("the worker works again")
        self._faults = 0
        return any(more)

    def _due(self) -> tuple[Job, ...]:
        now = self._clock()
        if self._cleaned is not None and now - self._cleaned < CLEAN_EVERY:
            return self._often
        self._cleaned = now
        return (*self._often, *self._seldom)

    def _pause(self) -> float:
        return min(POLL * 2**self._faults, LONGEST_PAUSE) if self._faults < 10 else LONGEST_PAUSE


def make_worker(services: Services) -> Worker:
    """The worker of a deployment; the bell of its services wakes it."""
    return Worker(
        often=[services.timers.fire_all, services.outbox.deliver_some],
        seldom=[services.redaction.redact_all, services.retention.erase_all, services.retention.sweep],
        bell=services.bell,
    )


def start(worker: Worker) -> threading.Thread:
    """Run a worker beside everything else; `Worker.stop` and `join` end it."""
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    return thread
