"""flowrunner as gunicorn loads it for a measurement: the flows and the data folder come from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.server import deployment
from flowrunner.web.server.production import freeze_heap


def application() -> Flask:
    """The application over `BENCH_FLOWS`, its database in `BENCH_DATA`."""
    data = Path(os.environ["BENCH_DATA"])
    settings = Settings(folder=data, flows=(Path(os.environ["BENCH_FLOWS"]),), data=data)
    migrate(settings)
    app = deployment.application(open_services(settings, where))
    freeze_heap()  # as the server for production does once it has loaded everything
    return app
