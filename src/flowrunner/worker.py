"""The loop that time drives: it delivers the outbox, fires what is due, erases what is not to be kept.

Any number of workers may run beside each other, in `serve` and as `flowrunner worker`: rows are leased, and a case is
changed only by whoever has its newest revision.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flowrunner.carriers.calls import Webhooks
from flowrunner.carriers.mail import MailCarrier, Sender
from flowrunner.carriers.smtp import Smtp
from flowrunner.carriers.tray import FOLDER, Tray, sweep
from flowrunner.effects.base import Carriers
from flowrunner.service.deployment import Deployment
from flowrunner.service.outbox import Outbox
from flowrunner.service.timers import Timers
from flowrunner.settings import Settings

POLL = 1.0  # seconds between two looks, when nobody wakes it
CLEAN_EVERY = timedelta(minutes=10)
LONGEST_PAUSE = 30.0  # seconds, while the database is away
IN_THE_TRAY = timedelta(days=7)

_log = logging.getLogger(__name__)


class Work(Protocol):
    """One kind of work: does what there is to do, or some of it, and says whether there may be more."""

    def __call__(self, stopped: Callable[[], bool], /) -> bool: ...


class Worker:
    """One loop. `often` is looked for at every turn, `seldom` now and then."""

    def __init__(
        self,
        often: Sequence[Work],
        seldom: Sequence[Work] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._often = tuple(often)
        self._seldom = tuple(seldom)
        self._clock = clock
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._cleaned: datetime | None = None
        self._faults = 0

    def wake(self) -> None:
        """There may be something to do at once. May be called from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is under way. May be called from any thread, and from a signal."""
        self._stop.set()
        self._woken.set()

    def once(self) -> None:
        """Do all that there is to do now. Raises what goes wrong."""
        for work in (*self._often, *self._seldom):
            while work(self._stop.is_set):
                pass

    def run(self) -> None:
        """Go on until somebody says stop, whatever goes wrong."""
        while not self._stop.is_set():
            if not self._turn():
                self._woken.wait(self._pause())
            self._woken.clear()

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

    def _due(self) -> tuple[Work, ...]:
        now = self._clock()
        if self._cleaned is not None and now - self._cleaned < CLEAN_EVERY:
            return self._often
        self._cleaned = now
        return (*self._often, *self._seldom)

    def _pause(self) -> float:
        return min(POLL * 2**self._faults, LONGEST_PAUSE) if self._faults < 10 else LONGEST_PAUSE


def start(worker: Worker) -> threading.Thread:
    """Run a worker beside everything else; `worker.stop()` and `join` end it."""
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    return thread


# --- The worker of a deployment -----------------------------------------------------------


def make_worker(deployment: Deployment) -> Worker:
    """The worker of a deployment; what its cases post wakes it."""
    settings, database, catalogue = deployment.settings, deployment.database, deployment.catalogue
    outbox = Outbox(database, catalogue, Carriers(mail_carrier(settings), Webhooks(settings.calls)))
    timers = Timers(database, catalogue)
    retention = deployment.retention
    if settings.mail.tray:
        folder = settings.data / FOLDER
        retention.swept["tray"] = lambda now: sweep(folder, now - IN_THE_TRAY)
    worker = Worker(
        often=[timers.fire_all, outbox.deliver_some],
        seldom=[retention.erase_all, retention.sweep],
    )
    deployment.cases.wake = worker.wake
    return worker


def mail_carrier(settings: Settings) -> MailCarrier:
    """The mail server, or the tray."""
    said = settings.mail
    sender = Sender(said.mailbox, said.reply_to, settings.name, settings.address)
    return Tray(settings.data / FOLDER, sender) if said.tray else Smtp(said, sender)
