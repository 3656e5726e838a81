"""How often what could be guessed or abused may be tried: the limits of all of it, and the counting.

Each is counted for the address that somebody names and for the network that they come from, whether anybody has such an
address or not: so what is refused, and when, tells nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Work
from flowrunner.model.flow import Flow
from flowrunner.runtime.environment import address_in
from flowrunner.store import throttles
from flowrunner.store.database import Database, Transaction
from flowrunner.store.engine.failures import Conflict
from flowrunner.store.throttles import Limit

_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
TRIES = 3

# What is tried → at most how often for one address, and from one network (offices share one).
LIMITS: Mapping[str, tuple[Limit, Limit]] = {
    "sign_in": (Limit(10, _QUARTER), Limit(100, _QUARTER)),
    "confirm": (Limit(20, _DAY), Limit(400, _DAY)),
    "code": (Limit(40, _DAY), Limit(400, _DAY)),
    "resume": (Limit(10, _QUARTER), Limit(60, _QUARTER)),
    "recover": (Limit(6, _HOUR), Limit(60, _HOUR)),
    "reveal": (Limit(300, _HOUR), Limit(120, _HOUR)),
}
# Codes that are sent to one address, whatever asks for them.
SENDING = Limit(20, _HOUR)


class RateLimited(FlowrunnerError):
    """It was tried too often; `seconds` until it may be tried again."""

    def __init__(self, kind: str, wait: timedelta) -> None:
        super().__init__("this was tried too often.", where=kind, way_out="Wait.")
        self.seconds = max(1, math.ceil(wait.total_seconds()))


class RateLimits:
    """Counts tries in the database, so that all workers know and none forgets."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Mapping[str, tuple[Limit, Limit]] = LIMITS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    def count(self, kind: str, address: str, remote: str | None) -> None:
        """Count one try. `remote` is the IP address that it comes from. Raises RateLimited, and then nothing is
        counted."""
        for _ in range(TRIES):
            try:
                with self._database.writing() as transaction:
                    return self._count(transaction, kind, address, remote)
            except Conflict:
                continue
        raise RateLimited(kind, timedelta(seconds=1))

    def _count(self, transaction: Transaction, kind: str, address: str, remote: str | None) -> None:
        by_address, by_network = self._limits[kind]
        network = network_of(remote)
        for limit, *key in ((by_address, "address", address), (by_network, "network", network)):
            wait = throttles.count(transaction, limit, self._clock(), kind, *key) if key[1] else None
            if wait is not None:
                raise RateLimited(kind, wait)

    def forgive(self, kind: str, address: str) -> None:
        """Whoever has this address has shown who they are."""
        with self._database.writing() as transaction:
            throttles.forgive(transaction, kind, "address", address)


def limit_sending(transaction: Transaction, flow: Flow, case: Case, work: Iterable[Work], now: datetime) -> None:
    """Count the codes that are about to be sent for the address of a case. Raises RateLimited, so that nobody's
    mailbox is filled from here."""
    sendings = [each for each in work if each.effect == "send" and each.values.get("code")]
    for each in sendings:
        address = address_in(flow, case) or str(each.values.get("to") or "")
        wait = throttles.count(transaction, SENDING, now, "sending", "address", address)
        if wait is not None:
            raise RateLimited("sending", wait)


def network_of(remote: str | None) -> str:
    """The network that an IP address is in (/24, /56 for IPv6). "" for this machine and for what is no address: that
    is a proxy in front of us, or nobody."""
    try:
        address = ip_address(remote or "")
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return ""
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))
