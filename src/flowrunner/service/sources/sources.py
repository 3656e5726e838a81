"""Asking sources: which connector answers is the deployment's; a failure becomes a fact that says why."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from datetime import datetime
from pathlib import Path
from typing import Any

from flowrunner.model.case import Ask, Fact, Value, Why
from flowrunner.model.flow import Flow
from flowrunner.service.sources.account_reader import AccountReader
from flowrunner.sources.accounts import AccountsLookup
from flowrunner.sources.base import Lookup, SourceFailed, failure
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.store.database import Database
from flowrunner.store.engine.failures import Unavailable

Configuration = Mapping[str, Mapping[str, Mapping[str, Any]]]
Found = Mapping[str, Value]

MOST_AT_ONCE = 8
MOST_WAITING = 16

_log = logging.getLogger(__name__)


class Sources:
    """The sources of all flows, opened when first asked. `configuration` is flow → source → what the settings say.

    Without a database, sources that read our own accounts fail.

    Paths in it are relative to `folder`. Sources are asked side by side, each for as long as its contract allows, and
    each by threads of its own: one that does not answer keeps nobody from asking the others. `heard` is told the flow
    and every fact.
    """

    def __init__(
        self,
        database: Database | None,
        configuration: Configuration,
        folder: Path,
        heard: Callable[[str, Fact], None] | None = None,
    ) -> None:
        self._database = database
        self._configuration = configuration
        self._folder = folder
        self._heard = heard
        self._lock = threading.Lock()
        self._pools: dict[tuple[str, str], _Pool] = {}

    def ask(self, flow: Flow, asks: Sequence[Ask], now: datetime) -> tuple[Fact, ...]:
        """One fact for each question, in the order asked. Never raises for a source that fails, but Unavailable
        when our own accounts are to be asked and the database is away."""
        begun = time.monotonic()
        waiting = [self._pool_of(flow, ask.source).ask(flow, ask) for ask in asks]
        facts = tuple(_fact(flow, ask, future, begun, now) for ask, future in zip(asks, waiting, strict=True))
        if self._heard is not None:
            for fact in facts:
                self._heard(flow.name, fact)
        return facts

    def lookup(self, flow: Flow, source: str) -> Lookup:
        """The source made ready. Raises CannotServe, SourceFailed."""
        return self._pool_of(flow, source).lookup(flow)

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()

    def _pool_of(self, flow: Flow, source: str) -> _Pool:
        with self._lock:
            if (flow.name, source) not in self._pools:
                configuration = self._configuration.get(flow.name, {}).get(source)
                self._pools[flow.name, source] = _Pool(source, configuration, self._database, self._folder)
            return self._pools[flow.name, source]


class _Pool:
    """Where one source is asked: at most MOST_AT_ONCE questions together, as many as MOST_WAITING behind them."""

    def __init__(
        self, source: str, configuration: Mapping[str, Any] | None, database: Database | None, folder: Path
    ) -> None:
        self._source = source
        self._configuration = configuration
        self._database = database
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: dict[str, Lookup] = {}
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix=f"source-{source}")

    def ask(self, flow: Flow, ask: Ask) -> Future[Found]:
        """Begin to ask. When nobody more can wait, the future has failed already: that keeps pages quick while a source
        does not answer."""
        if not self._room.acquire(blocking=False):
            refused: Future[Found] = Future()
            refused.set_exception(failure("busy", where=self._source, late=True))
            return refused
        future = self._pool.submit(self._find, flow, ask)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def lookup(self, flow: Flow) -> Lookup:
        source = flow.sources[self._source]
        # An edited flow may give the same source another contract, and cases of both versions run.
        key = repr((source.asks, source.gives, source.timeout))
        with self._lock:
            if key not in self._opened:
                self._opened[key] = self._open(flow)
            return self._opened[key]

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for lookup in self._opened.values():
            lookup.close()

    def _find(self, flow: Flow, ask: Ask) -> Found:
        source = flow.sources[ask.source]
        return self.lookup(flow).find(dict(zip(source.asks, ask.given, strict=True)))

    def _open(self, flow: Flow) -> Lookup:
        source = flow.sources[self._source]
        if self._configuration is None:
            raise failure("no_connector", where=self._source)
        lookup = CONNECTORS[self._configuration["connector"]].open(source, self._configuration, self._folder)
        if isinstance(lookup, AccountsLookup) and self._database is not None:
            lookup = lookup.reading(AccountReader(self._database, flow, source, self._configuration.get("states", {})))
        return lookup


def _fact(flow: Flow, ask: Ask, future: Future[Found], begun: float, now: datetime) -> Fact:
    source = flow.sources[ask.source]
    why: Why = "answered"
    values: Found = {}
    try:
        row = future.result(max(0.0, begun + source.timeout - time.monotonic()))
        values = {name: row.get(name) for name in source.gives}
    except Late:
        why = "late"
        future.cancel()
    except Unavailable:
        # Our own accounts cannot be asked: that says nothing about anybody.
        raise
    except SourceFailed as error:
        why = "late" if error.late else "failed"
        if error.sentence is not None:  # ours hold nothing that anybody typed; those of others may
            _log.warning("source %s of %s: %s", ask.source, flow.name, error)
    except Exception as error:  # whatever a connector does wrong, the person gets an answer
        why = "failed"
        _log.error("source %s of %s failed: %s", ask.source, flow.name, type(error).__name__)
    if why != "answered":
        _log.warning("source %s of %s: %s", ask.source, flow.name, why)
        values = source.on_failure or {}
    return Fact(ask.source, ask.given, values, now, why)
