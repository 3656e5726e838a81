"""The master keys of a deployment, as an operator lists and rotates them."""

from __future__ import annotations

from typing import NamedTuple

from flowrunner.settings import Settings
from flowrunner.store.database import Database
from flowrunner.store.rotation import Rotated, rewrap_all, usage
from flowrunner.store.sealing.keys import add_key, open_keys


class KeyUsage(NamedTuple):
    """A master key, how many rows are under it, whether what is new is sealed with it, and whether it is there."""

    key: str
    rows: int
    is_current: bool
    is_there: bool


class MasterKeys:
    """Those of a data folder that has keys, with the database whose rows are under them."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data
        self._database = Database(settings.database_url, open_keys(settings.data))

    def add(self) -> str:
        """Add a key that what is new is sealed with from now on. Raises FlowrunnerError."""
        return add_key(self._folder).current

    def rewrap(self) -> Rotated:
        """Put every row under the current key. Raises Unavailable."""
        return rewrap_all(self._database)

    def usage(self) -> tuple[KeyUsage, ...]:
        """All keys, the oldest first. Raises Unavailable."""
        keys = self._database.keys
        rows = sorted(usage(self._database).items(), key=lambda one: (len(one[0]), one[0]))
        return tuple(KeyUsage(key, count, key == keys.current, key in keys.masters) for key, count in rows)

    def close(self) -> None:
        self._database.close()
