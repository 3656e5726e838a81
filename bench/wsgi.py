"""flowrunner as gunicorn loads it for a measurement: the flows and the data folder come from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from flowrunner.catalogue import Catalogue
from flowrunner.service.cases import Cases
from flowrunner.service.sources import Sources
from flowrunner.store.database import Database
from flowrunner.store.keys import open_keys
from flowrunner.web.addresses import step_address
from flowrunner.web.app import create_app
from flowrunner.web.site import Site


def application() -> Flask:
    """The application over `BENCH_FLOWS`, its database in `BENCH_DATA`."""
    data = Path(os.environ["BENCH_DATA"])
    database = Database(f"sqlite:///{data / 'bench.db'}", open_keys(data))
    database.upgrade()
    catalogue = Catalogue((Path(os.environ["BENCH_FLOWS"]),))
    cases = Cases(
        database, catalogue, Sources(database, {}, data), lambda c, step: step_address(c.language, c.flow, step)
    )
    return create_app(Site(secret=database.keys.derive("cookies").hex()), cases)
