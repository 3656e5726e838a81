"""Leader election by a file lock: of the processes that were forked from one, one works, and all others may wake it.

When a process ends, however it ends, the system passes its turn on to one of those that wait.

filelock was weighed: it asks for a lock again and again; `lockf` sleeps until the system passes it on.
"""

from __future__ import annotations

import fcntl
import logging
import os
import select
import tempfile
import threading
from collections.abc import Callable

from flowrunner.service.deployment import Services
from flowrunner.worker.loop import Worker, make_worker

PATIENCE = 10.0  # seconds for the mail that is under way when a process ends

_log = logging.getLogger(__name__)


class SharedBell:
    """A bell that is heard in whichever process listens. Made before they are forked."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)

    def set(self) -> None:
        try:
            os.write(self._writing, b"!")
        except BlockingIOError:  # it was rung so often that it will be heard
            return

    def clear(self) -> None:
        try:
            while os.read(self._reading, 4096):
                pass
        except BlockingIOError:
            return

    def wait(self, timeout: float, /) -> object:
        listening = select.poll()
        listening.register(self._reading, select.POLLIN)
        return listening.poll(timeout * 1000)


class Turns:
    """What the processes share. Made before they are forked; `bell` is that of the services of each."""

    def __init__(self) -> None:
        self.bell = SharedBell()
        # A lock of a process on a file without a name: it ends with the process, and a fork does not inherit it.
        self._turn = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as there are processes

    def begin(self, services: Services) -> Callable[[], None]:
        """Work in this process once it is its turn; what comes back ends that, after what is under way."""
        worker = make_worker(services)
        working = threading.Event()
        thread = threading.Thread(target=self._run, args=(worker, working), name="worker", daemon=True)
        thread.start()

        def end() -> None:
            worker.stop()
            if working.is_set():
                thread.join(PATIENCE)

        return end

    def _run(self, worker: Worker, working: threading.Event) -> None:
        fcntl.lockf(self._turn, fcntl.LOCK_EX)
        working.set()
        _log.info("process %d delivers mail and lets timers fire", os.getpid())
        try:
            worker.run()
        finally:
            fcntl.lockf(self._turn, fcntl.LOCK_UN)
