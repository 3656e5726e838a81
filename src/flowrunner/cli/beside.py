"""Work in a forked child process, which takes with it all that it loaded."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from flowrunner.errors import FlowrunnerError

Result = TypeVar("Result")


def beside(work: Callable[[], Result], meanwhile: Callable[[], object] = lambda: None) -> Result:
    """What `work` gives, done by a child of this process while this one does something else.

    What it raises is raised here, and what it prints is printed. To be called with no other thread running.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        meanwhile()
        message = pipe.read()
    with suppress(ChildProcessError):  # whoever looks after all children of this process may have been faster
        os.waitpid(child, 0)
    if not message:
        raise FlowrunnerError("a process that was to help has ended without a word.", where="flowrunner")
    result, error = pickle.loads(message)  # noqa: S301 - our own child wrote it
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _be_child(work: Callable[[], object], writing: int) -> None:
    for caught in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(caught, signal.SIG_DFL)
    try:
        try:
            message: tuple[object, BaseException | None] = (work(), None)
        except Exception as error:
            message = (None, error)
        sys.stdout.flush()
        sys.stderr.flush()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(message))
    finally:
        os._exit(0)
