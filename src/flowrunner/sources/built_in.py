"""The connectors that come with the interpreter. A new one is a file and a line here."""

from __future__ import annotations

from typing import Final

from flowrunner.registry import Registry
from flowrunner.sources.accounts import AccountsConnector
from flowrunner.sources.base import Connector
from flowrunner.sources.csv import CsvConnector
from flowrunner.sources.fake import FakeConnector
from flowrunner.sources.http import HttpConnector

CONNECTORS: Final[Registry[Connector]] = Registry(
    "sources", [CsvConnector(), AccountsConnector(), HttpConnector(), FakeConnector()]
)
