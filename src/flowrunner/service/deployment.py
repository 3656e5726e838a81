"""One deployment, put together from its settings: the only place that knows what is built from what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from flowrunner.carriers.calls import Webhooks
from flowrunner.carriers.mail import MailCarrier, Sender
from flowrunner.carriers.smtp import Smtp
from flowrunner.carriers.tray import FOLDER, Tray, sweep
from flowrunner.catalogue import Catalogue, Stored
from flowrunner.effects.base import Carriers
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Fact
from flowrunner.service.accounts.accounts import Accounts
from flowrunner.service.accounts.home import Home
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases.attempt import Where
from flowrunner.service.cases.cases import Cases
from flowrunner.service.cases.drafts import DraftStore
from flowrunner.service.context import ServiceContext, utc_now
from flowrunner.service.desk.desk import Casework
from flowrunner.service.mail.letter_pdf import LetterMaker
from flowrunner.service.mail.messages import Messages
from flowrunner.service.mail.notices import Notices
from flowrunner.service.mail.outbox import Outbox
from flowrunner.service.sources.sources import Sources
from flowrunner.service.upkeep.redaction import Redaction
from flowrunner.service.upkeep.retention import Retention
from flowrunner.service.upkeep.timers import Timers
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.previews import Previews
from flowrunner.service.uploads.uploads import Uploads
from flowrunner.service.uploads.virus_scan import Scanner
from flowrunner.settings import Bucket, Settings
from flowrunner.store import versions
from flowrunner.store.blobs.blob_store import open_bucket, open_folder
from flowrunner.store.database import Database
from flowrunner.store.migrations.heads import is_current
from flowrunner.store.sealing.keys import FILE, Keys, open_keys

IN_THE_TRAY = timedelta(days=7)


class Bell(Protocol):
    """Rung when there may be something to deliver, and listened to by a worker, as `threading.Event` is."""

    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float, /) -> object: ...


class Services(Struct, frozen=True):
    """All services of one deployment. A process that forks opens them in each child: connections and threads do not
    survive a fork. Without `uploads`, pages that ask for files are not open."""

    settings: Settings
    context: ServiceContext
    catalogue: Catalogue
    sources: Sources
    cases: Cases
    drafts: DraftStore
    accounts: Accounts
    home: Home
    casework: Casework
    messages: Messages
    letters: LetterMaker
    uploads: Uploads | None
    previews: Previews | None
    outbox: Outbox
    timers: Timers
    retention: Retention
    redaction: Redaction
    bell: Bell

    def load_samples(self, password: str | None = None) -> bool:
        """Load the sample accounts that the settings name, and say whether they name any. All of them sign in with the
        password; without one nobody can. Raises FlowrunnerError for a row that cannot be held."""
        named = self.settings.sample_accounts.items()
        samples = [(path, program) for name, path in named if (program := self.catalogue.current(name)) is not None]
        password_hash = self.context.passwords.hash(password) if password is not None and samples else None
        for path, program in samples:
            load_sample_accounts(self.context.database, program.flow, path, utc_now(), password_hash)
        return bool(samples)

    def secret(self, purpose: str) -> str:
        """A secret of this deployment for one purpose: the same in every process, and after every start."""
        return self.context.database.keys.derive(purpose).hex()

    def is_up_to_date(self) -> bool:
        """Whether the tables are. Raises Unavailable."""
        return _is_current(self.context.database)

    def close(self) -> None:
        """Let go of connections and threads."""
        self.sources.close()
        self.context.database.close()


def open_services(
    settings: Settings,
    where: Where,
    catalogue: Catalogue | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    heard: Callable[[str, Fact], None] | None = None,
    bell: Bell | None = None,
) -> Services:
    """Put a deployment together over tables that are up to date (`migrate`). Nothing is connected before it is needed.

    `catalogue` holds the flows of the settings when they were compiled already; `heard` is told what sources say.
    Raises FlowrunnerError.
    """
    database = Database(settings.database_url, keys_of(settings))
    catalogue = Catalogue(settings.flows) if catalogue is None else catalogue
    catalogue.store_with(kept_versions(database))
    context = ServiceContext(database, catalogue, clock)
    bell = bell or threading.Event()
    sources = Sources(database, settings.sources, settings.folder, heard)
    cases = Cases(context, sources, where, bell.set, settings.notify)
    drafts = DraftStore(context)
    uploads = _uploads(settings, context)
    return Services(
        settings,
        context,
        catalogue,
        sources,
        cases,
        drafts,
        Accounts(context, where),
        Home(context, cases),
        Casework(context, cases, drafts),
        Messages(context),
        LetterMaker(),
        uploads,
        Previews(uploads),
        Outbox(context, Carriers(mail_carrier(settings), Webhooks(settings.calls)), notices=Notices(settings.notify)),
        Timers(context, settings.notify),
        _retention(settings, context, uploads),
        Redaction(context),
        bell,
    )


def _uploads(settings: Settings, context: ServiceContext) -> Uploads:
    at = settings.files_at
    files = open_bucket(at) if isinstance(at, Bucket) else open_folder(at)
    return Uploads(context, files, Judge(), Scanner(settings.virus_scan) if settings.virus_scan else None)


def _retention(settings: Settings, context: ServiceContext, uploads: Uploads) -> Retention:
    def sweep_tray(now: datetime) -> None:
        # A mail server that is named later leaves what was in the tray before.
        sweep(settings.data / FOLDER, now - IN_THE_TRAY)

    return Retention(context, {"uploads": uploads.erase_of}, {"uploads": uploads.sweep, "tray": sweep_tray})


def mail_carrier(settings: Settings) -> MailCarrier:
    """The mail server, or the tray."""
    mail = settings.mail
    sender = Sender(mail.mailbox, mail.reply_to, settings.name, settings.address)
    return Tray(settings.data / FOLDER, sender) if mail.tray else Smtp(mail, sender)


# --- Without its services -----------------------------------------------------------------


@contextmanager
def open_context(settings: Settings) -> Iterator[ServiceContext]:
    """What the commands of an operator work with, its tables up to date. The flows of today are not looked at: the
    version that a case began with is kept beside it. Raises FlowrunnerError."""
    with closing(Database(settings.database_url, keys_of(settings))) as database:
        database.upgrade()
        yield ServiceContext(database, Catalogue((), kept_versions(database)))


def migrate(settings: Settings) -> None:
    """Bring the tables up to date, and leave no connection open. Raises FlowrunnerError."""
    with open_context(settings):
        return


def is_up_to_date(settings: Settings) -> bool:
    """Whether the tables are, asked without leaving a connection open. Raises FlowrunnerError."""
    with closing(Database(settings.database_url, keys_of(settings))) as database:
        return _is_current(database)


def _is_current(database: Database) -> bool:
    with database.reading() as transaction:
        return is_current(transaction.connection)


def has_keys(settings: Settings) -> bool:
    """Whether a deployment was ever begun in the data folder."""
    return (settings.data / FILE).is_file()


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
