"""What a deployment decides, as values. `compiler.settings.read` reads and checks `flowrunner.yaml`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field

FILE = "flowrunner.yaml"
MEGABYTE = 1024 * 1024
EVERY_LANGUAGE = ""
BOUNDS = {"workers": (1, 64), "threads": (1, 256), "proxies": (0, 10), "grace": (1, 600)}
"""The least and the most of the numbers of `Server`."""
LOGS = ("json", "plain")
"""How the log may be written."""


class Server(Struct, frozen=True):
    """How a deployment serves in production.

    `workers` are processes, `threads` those of each. `https` says whether browsers reach us by HTTPS alone; None is
    true in production and false for an author. `hosts` are the names by which we may be asked, all when empty.
    `proxies` is how many servers of ours stand before us and say who asked. `log` is "json" or "plain", "" the usual
    one. `metrics` is HOST:PORT of a listener of its own, "" for none. `grace` is the seconds in which the last
    answers are given when it stops. `worker` says whether one of the processes also delivers mail and lets timers fire.
    """

    workers: int = 2
    threads: int = 32
    https: bool | None = None
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    log: str = ""
    metrics: str = ""
    grace: int = 20
    worker: bool = True


class Bucket(Struct, frozen=True):
    """A store that speaks S3. `endpoint` is its address, "" for that of the region; credentials stand elsewhere."""

    name: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""


class VirusScan(Struct, frozen=True):
    """Where ClamAV's clamd listens: a socket file, or a host and a port."""

    socket: Path | None = None
    host: str = "127.0.0.1"
    port: int = 3310


@dataclasses.dataclass(frozen=True, slots=True)
class MailSettings:
    """How e-mail leaves. Without a `host` it goes to the tray, into files of the data folder.

    `mailbox` (who sends) and `reply_to` are mailboxes (`Name <name@example.org>`) by language; `timeout` is in seconds
    for each answer of the server. The password comes from the environment alone. `tray_is_meant`: the settings say so.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)
    mailbox: Mapping[str, str] = dataclasses.field(default_factory=lambda: {EVERY_LANGUAGE: "flowrunner@localhost"})
    reply_to: Mapping[str, str] = dataclasses.field(default_factory=dict)
    timeout: float = 20.0
    tray_is_meant: bool = False

    @property
    def tray(self) -> bool:
        """Whether e-mail stays here."""
        return not self.host


@dataclasses.dataclass(frozen=True, slots=True)
class CallSettings:
    """Where the effect `call` of a source goes. `secret` signs; it comes from the environment alone."""

    url: str
    secret: str = dataclasses.field(default="", repr=False)


class Settings(Struct, frozen=True):
    """Paths are absolute, or relative to the working folder.

    `folder` is where the settings file is: paths in `sources` are relative to it. `sources` is flow → source → what
    its connector was told, as characters. `name` and `footer` are words by language; `EVERY_LANGUAGE` is the key of
    words that are the same in all. `max_body` is in bytes. `sample_accounts` is flow → CSV file
    of accounts to try it with. `files` is where uploads lie: a folder, or a bucket. `address` is where browsers find
    the service, without a last `/` ("" when that is not known): mails link to it. `calls` is flow → source → where its
    calls go; `notify` is flow → the address of whoever is told that a case of it was submitted.
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
    files: Path | Bucket | None = None
    virus_scan: VirusScan | None = None
    server: Server = Server()
    address: str = ""
    mail: MailSettings = field(default_factory=MailSettings)
    calls: Mapping[str, Mapping[str, CallSettings]] = field(default_factory=dict)
    notify: Mapping[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database or f"sqlite:///{(self.data / 'flowrunner.sqlite').resolve()}"

    @property
    def files_at(self) -> Path | Bucket:
        """Where uploads lie; in the data folder when nothing else is said."""
        return self.files or self.data / "files"


def by_language(words: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """Words of the settings in a language."""
    return words.get(language) or words.get(EVERY_LANGUAGE) or otherwise
