"""Metrics for Prometheus, those of all processes together.

Labels are routes, flows, sources and what came of a page: what a deployment decides, never what somebody typed. Each
process writes into files of a folder of its own deployment, whichever process is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Fact
from flowrunner.service.upkeep.backlog import Backlog
from flowrunner.web.request.log import RequestRecord
from flowrunner.web.server.health import answer

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

ADDRESS = "/metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Figures:
    """What is counted. `folder` is where all processes of the deployment write, empty when the first of them starts.

    Another figure is one more attribute here and what counts it. `waits` looks up how much waits to be done, each time
    that somebody asks.
    """

    def __init__(self, folder: Path, waits: Callable[[], Backlog] | None = None) -> None:
        # The library decides where its values live when it is loaded.
        os.environ[FOLDER] = str(folder)
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._waits = waits
        own = CollectorRegistry()
        self._requests = Counter(
            "flowrunner_requests", "Requests answered.", ("route", "method", "status", "flow"), registry=own
        )
        self._seconds = Histogram(
            "flowrunner_request_seconds", "Time to answer.", ("route", "method"), registry=own, buckets=_SECONDS
        )
        self._decisions = Counter(
            "flowrunner_decisions", "What came of pages that were sent.", ("flow", "came", "outcome"), registry=own
        )
        self._sources = Counter(
            "flowrunner_source_answers", "What came of asking a source.", ("flow", "source", "why"), registry=own
        )

    def count(self, seen: RequestRecord) -> None:
        """A request was answered."""
        self._requests.labels(seen.route, seen.method, str(seen.status), seen.flow).inc()
        self._seconds.labels(seen.route, seen.method).observe(seen.ms / 1000)
        if seen.result:
            self._decisions.labels(seen.flow, seen.result, seen.outcome).inc()

    def hear(self, flow: str, fact: Fact) -> None:
        """A source was asked."""
        self._sources.labels(flow, fact.source, fact.why).inc()

    def exposition(self) -> tuple[str, str]:
        """All figures of all processes as text, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        if self._waits is not None:
            registry.register(BacklogGauges(self._waits))
        return generate_latest(registry).decode(), CONTENT_TYPE_LATEST


class BacklogGauges:
    """What waits, as gauges; none while the database does not answer, and all other figures are told."""

    def __init__(self, waits: Callable[[], Backlog]) -> None:
        self._waits = waits

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            backlog = self._waits()
        except FlowrunnerError:
            return
        for name, about, value in (
            ("outbox_waiting", "Mails and calls that wait to be delivered.", backlog.waiting),
            ("outbox_oldest_seconds", "How long the oldest of them has waited.", backlog.oldest),
            ("outbox_dead", "Mails and calls that were given up.", backlog.dead),
            ("cases_late", "Cases whose timers should have fired a minute ago or longer.", backlog.late),
        ):
            yield GaugeMetricFamily(f"flowrunner_{name}", about, value)


class Metrics:
    """A WSGI application that tells the figures on a port of its own, and leaves every other port to another one."""

    def __init__(self, app: WSGIApplication, figures: Figures, port: int) -> None:
        self._app = app
        self._figures = figures
        self._port = str(port)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # The port on which the request came in, not one that the request names.
        if environ.get("SERVER_PORT") != self._port:
            return self._app(environ, start_response)
        if environ.get("PATH_INFO") != ADDRESS:
            return answer(environ, start_response, 404, f"{ADDRESS}\n")
        text, kind = self._figures.exposition()
        return answer(environ, start_response, 200, text, kind)
