"""What a deployment decides, as values. `compiler.settings_file` reads and checks `flowrunner.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

FILE = "flowrunner.yaml"
MEGABYTE = 1024 * 1024
EVERY_LANGUAGE = ""
BOUNDS = {"workers": (1, 64), "threads": (1, 256), "proxies": (0, 10), "grace": (1, 600)}
"""The least and the most of the numbers of `Server`."""


@dataclass(frozen=True, slots=True)
class Server:
    """How a deployment serves in production.

    `workers` are processes, `threads` those of each. `https` says whether browsers reach us by HTTPS alone; None is
    true in production and false for an author. `hosts` are the names by which we may be asked, all when empty.
    `proxies` is how many servers of ours stand before us and say who asked. `log` is "json" or "plain", "" the usual
    one. `metrics` is HOST:PORT of a listener of its own, "" for none. `grace` is the seconds in which the last
    answers are given when it stops.
    """

    workers: int = 2
    threads: int = 32
    https: bool | None = None
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    log: str = ""
    metrics: str = ""
    grace: int = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths are absolute, or relative to the working folder.

    `folder` is where the settings file is: paths in `sources` are relative to it. `sources` is flow → source → what
    its connector was told, as characters. `name` and `footer` are words by language; `EVERY_LANGUAGE` is the key of
    words that are the same in all. `max_body` is in bytes. `sample_accounts` is flow → CSV file
    of accounts to try it with.
    """

    folder: Path = Path()
    flows: tuple[Path, ...] = (Path("flows"),)
    data: Path = Path("data")
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    max_body: int = 20 * MEGABYTE
    name: Mapping[str, str] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=lambda: MappingProxyType({}))
    sample_accounts: Mapping[str, Path] = field(default_factory=dict)
    server: Server = Server()

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database or f"sqlite:///{(self.data / 'flowrunner.sqlite').resolve()}"

    def name_in(self, language: str, otherwise: str = "") -> str:
        """The name of the service in a language."""
        return self.name.get(language) or self.name.get(EVERY_LANGUAGE) or otherwise

    def footer_in(self, language: str) -> str:
        """The words at the foot of every page, "" when there are none."""
        return self.footer.get(language) or self.footer.get(EVERY_LANGUAGE, "")
