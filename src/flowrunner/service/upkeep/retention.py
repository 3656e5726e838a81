"""Erasing what is not to be kept any longer.

`store.erasure` names every table under what erases it. A case goes when its flow's retention is over; an account that
owns no case goes so long after its last use as its flow keeps such cases (accounts of staff, and all that an operator
made, never by time); what is only of use for a while goes at an age.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from flowrunner.service.context import ServiceContext
from flowrunner.store import accounts, cases, sessions, throttles
from flowrunner.store.database import Database, Transaction

# Twice the longest period of `service.throttles`.
COUNTED_FOR = timedelta(days=2)

Erase = Callable[[Transaction, str], None]
Sweep = Callable[[datetime], None]
Stopped = Callable[[], bool]

_log = logging.getLogger(__name__)


def clear_all(database: Database, find: Callable[[Transaction], list[str]], clear: Erase, stopped: Stopped) -> bool:
    """Clear the cases that `find` gives, a transaction each, until it gives no more or somebody says stop. One with
    which something is wrong is a line of the log, and stops no other. False: there is never more behind it."""
    failed: set[str] = set()
    while not stopped():
        with database.reading() as transaction:
            over = [each for each in find(transaction) if each not in failed]
        if not over:
            break
        for case_id in over:
            try:
                with database.writing() as transaction:
                    clear(transaction, case_id)
            except Exception as error:  # whatever is wrong with this case, the others go on
                _log.error("a case could not be cleared: %s", type(error).__name__)
                failed.add(case_id)
    return False


class Retention:
    """What a deployment keeps, and for how long.

    `of_a_case` is what is kept of a case outside its rows, by noun: each is erased in the transaction that destroys the
    case and its key, before these. `swept` is what grows old on its own, by noun: each is told the present moment.
    """

    def __init__(
        self, context: ServiceContext, of_a_case: Mapping[str, Erase] = {}, swept: Mapping[str, Sweep] = {}
    ) -> None:
        self._database = context.database
        self._clock = context.clock
        self._of_a_case = of_a_case
        self._swept: Mapping[str, Sweep] = {
            "accounts": self._erase_accounts,
            "sessions": self._forget_sessions,
            "throttles": self._forget_throttles,
            **swept,
        }

    def erase_all(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Erase the cases whose retention is over, until none is or somebody says stop; never more behind it."""
        return clear_all(
            self._database, lambda transaction: cases.to_erase(transaction, self._clock()), self._erase, stopped
        )

    def _erase(self, transaction: Transaction, case_id: str) -> None:
        if cases.is_to_erase(transaction, case_id, self._clock()):
            for erase in self._of_a_case.values():
                erase(transaction, case_id)
            cases.erase(transaction, case_id)

    def sweep(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Drop what has grown old, all of it at once."""
        for noun, sweep in self._swept.items():
            if stopped():
                break
            try:
                sweep(self._clock())
            except Exception as error:  # the others are swept all the same
                _log.error("%s could not be swept: %s", noun, type(error).__name__)
        self._database.wipe()
        return False

    def _erase_accounts(self, now: datetime) -> None:
        while True:
            with self._database.reading() as transaction:
                over = accounts.to_erase(transaction, now)
            if not over:
                return
            for account in over:
                with self._database.writing() as transaction:
                    if accounts.is_to_erase(transaction, account, now):
                        sessions.end_of_account(transaction, account, now)
                        accounts.erase(transaction, account)

    def _forget_sessions(self, now: datetime) -> None:
        with self._database.writing() as transaction:
            sessions.forget(transaction, now)

    def _forget_throttles(self, now: datetime) -> None:
        with self._database.writing() as transaction:
            throttles.forget(transaction, now - COUNTED_FOR)
