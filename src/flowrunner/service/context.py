"""What every service of one deployment is given: where rows are, which flows there are, what time it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from msgspec import Struct, field

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Fact, Value, World
from flowrunner.service.sessions.passwords import Passwords
from flowrunner.store.database import Database


def utc_now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


class ServiceContext(Struct, frozen=True):
    """The database, the flow versions, the time, and what hashes passwords."""

    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime] = utc_now
    passwords: Passwords = field(default_factory=Passwords)

    def world(
        self, facts: Mapping[tuple[str, tuple[Value, ...]], Fact] | None = None, lost: frozenset[str] = frozenset()
    ) -> World:
        """The world as it is now, for the core."""
        keys = self.database.keys
        return World(self.clock(), os.urandom(32), keys.seal, keys.current, facts or {}, lost)
