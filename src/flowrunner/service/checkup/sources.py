"""Whether every source has a connector, and whoever answers it can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.errors import FlowrunnerError
from flowrunner.model.flow import Flow
from flowrunner.service.checkup.base import Concern, Finding, Installation
from flowrunner.service.sources.sources import Sources
from flowrunner.sources.accounts import AccountsConnector
from flowrunner.sources.base import SourceFailed
from flowrunner.sources.fake import FakeConnector
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import FILE, open_keys

_FOR_TRYING = FakeConnector.name
_OF_OURS = AccountsConnector.name


class SourcesConcern(Concern):
    """Our own accounts are asked only when the database stands well; if it does not, that is told as its own."""

    name = "sources"

    def look(self, installation: Installation) -> Iterable[Finding]:
        settings = installation.settings
        readable = installation.database.standing == "current" and (settings.data / FILE).is_file()
        if not readable:
            yield from self._asked(installation, None)
            return
        try:
            keys = open_keys(settings.data)
        except (FlowrunnerError, OSError):
            yield from self._asked(installation, None)
            return
        with closing(Database(settings.database_url, keys)) as database:
            yield from self._asked(installation, database)

    def _asked(self, installation: Installation, database: Database | None) -> Iterable[Finding]:
        with closing(Sources(database, installation.settings.sources, installation.settings.folder)) as sources:
            for flow in (one.flow for one in installation.flows if one.flow is not None):
                for name in flow.sources:
                    yield from self._of_source(installation, sources, flow, name, database is not None)

    def _of_source(
        self, installation: Installation, sources: Sources, flow: Flow, name: str, with_accounts: bool
    ) -> Iterable[Finding]:
        values = {"flow": flow.name, "name": name}
        connector = installation.settings.sources.get(flow.name, {}).get(name)
        if connector is None:
            yield Finding(self.name, "no_connector", values=values)
            return
        if connector["connector"] == _FOR_TRYING:
            yield Finding(self.name, "for_trying", Level.WARNING, values)
        if connector["connector"] == _OF_OURS and not with_accounts:
            return
        try:
            wrong = sources.lookup(flow, name).check_config()
        except SourceFailed as error:
            wrong = error
        except FlowrunnerError:  # a configuration that cannot serve is a finding of the settings
            return
        if wrong is not None:
            yield Finding(self.name, "late" if wrong.late else "fails", values={**values, "wrong": wrong})
