"""Delivering what leaves the house: one row after the other, each leased, opened, carried and marked.

The promise: whatever dies on the way, a row is carried once; only if we die (or lose the connection) between the other
side's acceptance and our mark may it be carried again, with the same key and so with the same Message-ID.

tenacity was weighed: it waits in the process; here the next try is a time in the row, which outlives the process.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from flowrunner.carriers.base import Away, DeliveryRefused, Postponed
from flowrunner.effects.base import Carriers, Leaving, NotWanted, Parcel
from flowrunner.effects.built_in import EFFECTS
from flowrunner.fields.wording import wording
from flowrunner.model.case import Case
from flowrunner.service.context import ServiceContext
from flowrunner.service.mail.messages import what_it_reads
from flowrunner.service.mail.notices import NOTICE, Notices
from flowrunner.store import accounts, cases, outbox
from flowrunner.store.database import Transaction
from flowrunner.store.outbox import DEAD, Leased, OutboxLine

__all__ = ["DEAD", "Outbox", "OutboxLine"]

# Longer than a server may take with all its answers, so that nobody else tries while we still do.
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 60  # about two days
LONGEST_AWAY = timedelta(minutes=1)
MOST_AT_ONCE = 100  # so that what else the worker does need not wait for a long queue

_log = logging.getLogger(__name__)


class Outbox:
    """The outbox of a deployment. `chance()` is a number from 0 to 1, for waits that do not all end together."""

    def __init__(
        self,
        context: ServiceContext,
        carriers: Carriers,
        chance: Callable[[], float] = random.random,
        notices: Notices | None = None,
    ) -> None:
        self._context = context
        self._database = context.database
        self._clock = context.clock
        self._carriers = carriers
        self._chance = chance
        self._notices = notices or Notices({})
        # Effects whose carrier is away: until when they rest, and how often that was in a row.
        self._away: dict[str, tuple[datetime, int]] = {}

    def deliver_some(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Try what is due, MOST_AT_ONCE rows at most, until somebody says stop; whether there may be more."""
        try:
            for _ in range(MOST_AT_ONCE):
                if stopped() or not self.deliver_next():
                    return False
        finally:
            self._carriers.mail.rest()
        return True

    def deliver_next(self) -> bool:
        """Try the row that is due longest; False when there is none."""
        now = self._clock()
        resting = frozenset(effect for effect, (until, _) in self._away.items() if now < until)
        with self._database.reading() as transaction:
            if not outbox.is_due(transaction, now, resting):
                return False
        with self._database.writing() as transaction:
            leased = outbox.lease(transaction, now, now + LEASE, resting)
        if leased is None:
            return False
        mark = self._try(leased)
        with self._database.writing() as transaction:
            ours = mark(transaction)
        if not ours:
            _log.warning("outbox %d took longer than its lease: it may have been delivered twice", leased.id)
        return True

    def _try(self, leased: Leased) -> Callable[[Transaction], bool]:
        """Carry one row out; what comes back marks it."""
        try:
            self._deliverer(leased.effect).deliver(self._parcel(leased), self._carriers)
        except NotWanted as why:
            reason = why.reason
            return lambda transaction: outbox.drop(transaction, leased, reason)
        except Away as away:
            return self._rests(leased, away.reason)
        except Postponed as later:
            return self._later(leased, later.reason)
        except DeliveryRefused as refused:
            return self._never(leased, refused.reason)
        except Exception as error:  # whatever is wrong with this one, the others go on
            _log.error("outbox %d (%s) failed: %s", leased.id, leased.effect, type(error).__name__)
            return self._later(leased, "fault")
        self._away.pop(leased.effect, None)
        return lambda transaction: outbox.mark_delivered(transaction, leased, self._clock())

    def _deliverer(self, name: str) -> Leaving | Notices:
        if name == NOTICE:
            return self._notices
        effect = EFFECTS[name]
        assert isinstance(effect, Leaving)
        return effect

    # --- What came of it ------------------------------------------------------------------

    def _rests(self, leased: Leased, reason: str) -> Callable[[Transaction], bool]:
        """Nobody is there: this costs the row no try, and nothing of the kind is tried for a while."""
        times = self._away.get(leased.effect, (None, 0))[1]
        until = self._clock() + self._wait(times, LONGEST_AWAY)
        self._away[leased.effect] = (until, times + 1)
        if times == 0:
            _log.warning("nobody takes what %r sends: %s", leased.effect, reason)
        return lambda transaction: outbox.postpone(transaction, leased, until, reason, tries=0)

    def _later(self, leased: Leased, reason: str) -> Callable[[Transaction], bool]:
        self._away.pop(leased.effect, None)
        if leased.tries + 1 >= MOST_TRIES:
            return self._never(leased, reason)
        due = self._clock() + self._wait(leased.tries, LONGEST_WAIT)
        return lambda transaction: outbox.postpone(transaction, leased, due, reason)

    def _never(self, leased: Leased, reason: str) -> Callable[[Transaction], bool]:
        _log.warning("outbox %d (%s) is given up: %s", leased.id, leased.effect, reason)
        return lambda transaction: outbox.give_up(transaction, leased, reason)

    def _wait(self, times: int, longest: timedelta) -> timedelta:
        """Twice as long each time, and up to a quarter less, so that not all come back at once."""
        doubled = FIRST_WAIT * float(2 ** min(times, 20))
        return min(doubled, longest) * (1 - self._chance() / 4)

    # --- Opening --------------------------------------------------------------------------

    def _parcel(self, leased: Leased) -> Parcel:
        with self._database.reading() as transaction:
            case = cases.load(transaction, leased.case_id)
            if case is None:
                raise NotWanted("case_erased")
            values = outbox.unseal_work(transaction, leased)
            proved = case.proved | _sign_in_of(transaction, case)
        program = self._context.catalogue.program(case.flow, case.version)
        return Parcel(
            key=leased.key,
            values=values,
            posted=leased.created,
            now=self._clock(),
            flow=program.flow,
            case=case,
            env=self._env(case, values),
            proved=proved,
            speak=lambda language: wording(program.flow, language),
        )

    def _env(self, case: Case, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if "reads" not in values:
            return {}
        program = self._context.catalogue.program(case.flow, case.version)
        return what_it_reads(program, case, values, self._context.world())


def _sign_in_of(transaction: Transaction, case: Case) -> frozenset[str]:
    """The address with which the owner of the case signs in: signing in has proved it."""
    account = accounts.load(transaction, case.owner) if case.owner else None
    return frozenset({account.sign_in} if account else ())


# --- What an operator does ----------------------------------------------------------------


def outbox_lines(context: ServiceContext) -> list[OutboxLine]:
    """What waits and what was given up."""
    with context.database.reading() as transaction:
        return outbox.lines(transaction)


def retry_given_up(context: ServiceContext, ids: Collection[int] | None) -> int:
    """Let rows that were given up be tried again at once, all of them for None; how many there are comes back."""
    with context.database.writing() as transaction:
        return outbox.retry(transaction, context.clock(), ids)
