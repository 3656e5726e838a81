"""One deployment, put together from its settings: the only place that knows what is built from what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from flowrunner.catalogue import Catalogue, Stored
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases.cases import Cases
from flowrunner.service.mail.messages import Messages
from flowrunner.service.sources.sources import Sources
from flowrunner.service.upkeep.redaction import Redaction
from flowrunner.service.upkeep.retention import Retention
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.uploads import Uploads
from flowrunner.service.uploads.virus_scan import Scanner
from flowrunner.settings import Bucket, Settings
from flowrunner.store import versions
from flowrunner.store.blobs.blob_store import open_bucket, open_folder
from flowrunner.store.database import Database
from flowrunner.store.migrations.heads import is_current
from flowrunner.store.sealing.keys import Keys, open_keys

Where = Callable[[Case, str], str]
"""The address of a step of a case: what shows cases says it."""


class Deployment(Struct, frozen=True):
    """What runs. A process that forks opens one in each child: connections and threads do not survive a fork."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    sources: Sources
    cases: Cases
    messages: Messages
    retention: Retention
    redaction: Redaction
    uploads: Uploads

    def load_samples(self, password: str | None = None) -> bool:
        """Load the sample accounts that the settings name, and say whether they name any. All of them sign in with the
        password; without one nobody can. Raises FlowrunnerError for a row that cannot be held."""
        named = self.settings.sample_accounts.items()
        found = [(path, program) for name, path in named if (program := self.catalogue.current(name)) is not None]
        known = self.cases.passwords.hash(password) if password is not None and found else None
        for path, program in found:
            load_sample_accounts(self.database, program.flow, path, datetime.now(UTC), known)
        return bool(found)

    def close(self) -> None:
        """Let go of connections and threads."""
        self.sources.close()
        self.database.close()


def open_deployment(settings: Settings, where: Where, catalogue: Catalogue | None = None) -> Deployment:
    """Put a deployment together over tables that are up to date (`migrate`). Nothing is connected before it is needed.

    `catalogue` holds the flows of the settings when they were compiled already. Raises FlowrunnerError.
    """
    catalogue = Catalogue(settings.flows) if catalogue is None else catalogue
    database = Database(settings.database_url, keys_of(settings))
    catalogue.store_with(kept_versions(database))
    sources = Sources(database, settings.sources, settings.folder)
    cases = Cases(database, catalogue, sources, where)
    cases.told = settings.notify
    uploads = _uploads(settings, database)
    return Deployment(
        settings,
        database,
        catalogue,
        sources,
        cases=cases,
        messages=Messages(database, catalogue),
        retention=_retention(database, uploads),
        redaction=Redaction(database, catalogue),
        uploads=uploads,
    )


def _uploads(settings: Settings, database: Database) -> Uploads:
    at = settings.files_at
    files = open_bucket(at) if isinstance(at, Bucket) else open_folder(at)
    return Uploads(database, files, Judge(), Scanner(settings.virus_scan) if settings.virus_scan else None)


def _retention(database: Database, uploads: Uploads) -> Retention:
    retention = Retention(database)
    retention.of_a_case["uploads"] = uploads.erase_of
    retention.swept["uploads"] = uploads.sweep
    return retention


def migrate(settings: Settings) -> None:
    """Bring the tables up to date, and leave no connection open. Raises FlowrunnerError."""
    database = Database(settings.database_url, keys_of(settings))
    try:
        database.upgrade()
    finally:
        database.close()


def is_up_to_date(settings: Settings) -> bool:
    """Whether the tables are, asked without leaving a connection open. Raises FlowrunnerError."""
    database = Database(settings.database_url, keys_of(settings))
    try:
        with database.reading() as transaction:
            return is_current(transaction.connection)
    finally:
        database.close()


def keys_of(settings: Settings) -> Keys:
    """The keys in the data folder, made when there are none. Raises FlowrunnerError when the folder cannot be used."""
    try:
        return open_keys(settings.data)
    except OSError as error:
        raise FlowrunnerError(
            f"{error.strerror}.", where=str(settings.data), way_out="Choose another folder with --data."
        ) from None


def kept_versions(database: Database) -> Stored:
    """The versions that cases began with, by flow and version."""

    def find(flow: str, version: str) -> str | None:
        with database.reading() as transaction:
            return versions.find(transaction, flow, version)

    return find
