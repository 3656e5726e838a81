"""Asking sources: which connector answers is the deployment's; a failure becomes a fact that says why."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from datetime import datetime
from pathlib import Path
from typing import Any

from flowrunner.model.case import Ask, Fact, Value, Why
from flowrunner.model.flow import Flow
from flowrunner.service.account_source import AccountReader
from flowrunner.sources.accounts import AccountsLookup
from flowrunner.sources.base import Lookup, SourceFailed
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.store.database import Database
from flowrunner.store.failures import Unavailable

Configuration = Mapping[str, Mapping[str, Mapping[str, Any]]]

_log = logging.getLogger(__name__)


class Sources:
    """The sources of all flows, opened when first asked. `configuration` is flow → source → what the settings say.

    Paths in it are relative to `folder`. Sources are asked side by side, each for as long as its contract allows.
    """

    def __init__(self, database: Database, configuration: Configuration, folder: Path) -> None:
        self._database = database
        self._configuration = configuration
        self._folder = folder
        self._opened: dict[tuple[str, str], Lookup] = {}
        self._pool = ThreadPoolExecutor(max_workers=32, thread_name_prefix="source")

    def ask(self, flow: Flow, asks: Sequence[Ask], now: datetime) -> tuple[Fact, ...]:
        """One fact for each question, in the order asked. Never raises for a source that fails, but Unavailable
        when our own accounts are to be asked and the database is away."""
        waiting = [self._pool.submit(self._find, flow, ask) for ask in asks]
        return tuple(self._fact(flow, ask, future, now) for ask, future in zip(asks, waiting, strict=True))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _find(self, flow: Flow, ask: Ask) -> Mapping[str, Value]:
        source = flow.sources[ask.source]
        return self._lookup(flow, ask.source).find(dict(zip(source.asks, ask.given, strict=True)))

    def _fact(self, flow: Flow, ask: Ask, future: Future[Mapping[str, Value]], now: datetime) -> Fact:
        source = flow.sources[ask.source]
        why: Why = "answered"
        values: Mapping[str, Value] = {}
        try:
            found = future.result(source.timeout)
            values = {name: found.get(name) for name in source.gives}
        except Late:
            why = "late"
        except Unavailable:
            # Our own accounts cannot be asked: that says nothing about anybody.
            raise
        except SourceFailed as failed:
            why = "late" if failed.late else "failed"
        except Exception as error:  # whatever a connector does wrong, the person gets an answer
            why = "failed"
            _log.error("source %s of %s failed: %s", ask.source, flow.name, type(error).__name__)
        if why != "answered":
            _log.warning("source %s of %s: %s", ask.source, flow.name, why)
            values = source.on_failure or {}
        return Fact(ask.source, ask.given, values, now, why)

    def _lookup(self, flow: Flow, name: str) -> Lookup:
        source = flow.sources[name]
        # An edited flow may give the same source another contract, and cases of both versions run.
        key = (flow.name, repr((name, source.asks, source.gives)))
        if key not in self._opened:
            said = self._configuration.get(flow.name, {}).get(name)
            if said is None:
                raise SourceFailed("no connector is configured.", where=name, way_out="Name one in flowrunner.yaml.")
            lookup = CONNECTORS[said["connector"]].open(source, said, self._folder)
            if isinstance(lookup, AccountsLookup):
                lookup = lookup.reading(AccountReader(self._database, flow, source, said.get("states", {})))
            self._opened[key] = lookup
        return self._opened[key]
