"""The deployment as it is served to people: gunicorn, several processes, each with many threads.

The flows are compiled once, in the process that the others are forked from; each of those opens its own deployment.
SIGHUP loads changed flows: those that are sound take over, in new processes, while the old ones end what they began.
SIGTERM ends: nobody new is let in, and who is being answered is answered.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from msgspec import Struct

from flowrunner.catalogue import Catalogue
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Fact
from flowrunner.service.deployment import Bell, Services, open_services
from flowrunner.service.upkeep.backlog import Backlog, backlog
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.request.log import Watcher
from flowrunner.web.server.deployment import application
from flowrunner.web.server.metrics import Figures, Metrics
from flowrunner.web.server.slow_clients import PatientWorker, ServerLog

# Seconds for which a connection is kept for the next request of the same browser.
KEPT = 5
LONGEST_LINE = 4094
MOST_HEADERS = 64
LONGEST_HEADER = 8190
_ARENAS = -8  # M_ARENA_MAX of glibc's mallopt

_log = logging.getLogger("flowrunner.server")


class Plan(Struct, frozen=True):
    """What is served. `reload` brings the catalogue up to date; `ready` is told the address once there is one; `work`
    does in a process what time drives, until what it gives is called, and is woken by the `bell`; `templates` are those
    of the pages that are compiled and in no file."""

    settings: Settings
    catalogue: Catalogue
    reload: Callable[[], None]
    ready: Callable[[str], None]
    work: Callable[[Services], Callable[[], None]] = lambda services: lambda: None
    bell: Bell | None = None
    templates: Mapping[str, bytes] = {}


def serve_production(plan: Plan) -> None:
    """Serve until a signal ends it. Returns only in the first process, by SystemExit as gunicorn does.

    Raises FlowrunnerError when the settings cannot be served.
    """
    server = plan.settings.server
    if server.metrics and int(server.metrics.rpartition(":")[2]) == plan.settings.port:
        raise FlowrunnerError(
            "metrics and pages need two ports.", where="server.metrics", way_out="Choose another port for one of them."
        )
    _check_port(plan.settings)
    folder = Path(tempfile.mkdtemp(prefix="flowrunner-metrics-")) if server.metrics else None
    first = os.getpid()
    try:
        Production(plan, folder).run()
    finally:
        if folder is not None and os.getpid() == first:
            shutil.rmtree(folder, ignore_errors=True)


class Production(BaseApplication):  # type: ignore[misc]
    """The deployment as gunicorn wants it."""

    def __init__(self, plan: Plan, metrics: Path | None) -> None:
        self.plan = plan
        self.metrics = metrics
        self.opened: Services | None = None
        self.rest: Callable[[], None] = lambda: None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._configuration().items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """In a process that answers: everything that does not survive a fork is opened here."""
        if self.metrics is None:
            return self._open()
        figures = Figures(self.metrics, self._backlog)
        app = self._open(figures.hear, (figures.count,))
        return Metrics(app, figures, int(self.plan.settings.server.metrics.rpartition(":")[2]))

    def _open(
        self, heard: Callable[[str, Fact], None] | None = None, watchers: Iterable[Watcher] = ()
    ) -> WSGIApplication:
        plan = self.plan
        self.opened = open_services(plan.settings, where, plan.catalogue, heard=heard, bell=plan.bell)
        self.rest = plan.work(self.opened)
        return application(self.opened, watchers, production=True, templates=plan.templates)

    def _backlog(self) -> Backlog:
        assert self.opened is not None
        return backlog(self.opened.context)

    def reload(self) -> None:
        """In the first process, before new ones are made: whatever is wrong with a flow, what runs goes on."""
        try:
            self.plan.reload()
        except Exception:
            _log.exception("the flows could not be loaded again")

    def _ready(self, arbiter: Any) -> None:
        freeze_heap()
        self.plan.ready(_address(arbiter, self.plan.settings.host))

    def _close(self) -> None:
        self.rest()
        if self.opened is not None:
            self.opened.close()

    def _configuration(self) -> dict[str, Any]:
        settings = self.plan.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return {
            "bind": [f"{host}:{settings.port}", *([settings.server.metrics] if settings.server.metrics else [])],
            "workers": settings.server.workers,
            "threads": settings.server.threads,
            "worker_class": PatientWorker,
            "logger_class": ServerLog,
            "graceful_timeout": settings.server.grace,
            "keepalive": KEPT,
            "limit_request_line": LONGEST_LINE,
            "limit_request_fields": MOST_HEADERS,
            "limit_request_field_size": LONGEST_HEADER,
            # Who asked, and how, is read from headers in one place: web.app, by the number of proxies in the settings.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
            "proc_name": "flowrunner",
            "when_ready": self._ready,
            "post_worker_init": lambda _worker: freeze_heap(),
            "worker_exit": lambda _arbiter, _worker: self._close(),
        }


def _check_port(settings: Settings) -> None:
    """gunicorn would try for seconds and end without a word to whoever started it."""
    try:
        addresses = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = addresses[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError:
        where = f"{settings.host}:{settings.port}"
        raise FlowrunnerError("this port cannot be used.", where=where, way_out="Choose another.") from None


def _address(arbiter: Any, host: str) -> str:
    port = arbiter.LISTENERS[0].sock.getsockname()[1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def freeze_heap() -> None:
    """Give back what loading left over, and leave what is loaded alone from now on, so that it stays shared.

    Each thread would otherwise take a heap of its own, and mostly one of them runs at a time. Where the library of the
    system knows none of this, nothing is done.
    """
    gc.collect()
    gc.freeze()
    # What a request makes goes when nobody holds it any more; looking for circles is for what is left.
    gc.set_threshold(10_000, 20, 20)
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt") and hasattr(system, "malloc_trim"):
        system.mallopt(_ARENAS, 1)
        system.malloc_trim(0)
