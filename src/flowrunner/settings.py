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


@dataclass(frozen=True, slots=True)
class Bucket:
    """A store that speaks S3. `endpoint` is its address, "" for that of the region; credentials stand elsewhere."""

    name: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class VirusScan:
    """Where ClamAV's clamd listens: a socket file, or a host and a port."""

    socket: Path | None = None
    host: str = "127.0.0.1"
    port: int = 3310


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths are absolute, or relative to the working folder.

    `folder` is where the settings file is: paths in `sources` are relative to it. `sources` is flow → source → what
    its connector was told, as characters. `name` and `footer` are words by language; `EVERY_LANGUAGE` is the key of
    words that are the same in all. `max_body` is in bytes. `sample_accounts` is flow → CSV file
    of accounts to try it with. `files` is where uploads lie: a folder, or a bucket.
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

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database or f"sqlite:///{(self.data / 'flowrunner.sqlite').resolve()}"

    @property
    def files_at(self) -> Path | Bucket:
        """Where uploads lie; in the data folder when nothing else is said."""
        return self.files or self.data / "files"

    def name_in(self, language: str, otherwise: str = "") -> str:
        """The name of the service in a language."""
        return self.name.get(language) or self.name.get(EVERY_LANGUAGE) or otherwise

    def footer_in(self, language: str) -> str:
        """The words at the foot of every page, "" when there are none."""
        return self.footer.get(language) or self.footer.get(EVERY_LANGUAGE, "")
