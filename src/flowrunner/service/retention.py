"""Erasing what is not to be kept any longer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flowrunner.store import cases, sessions
from flowrunner.store.database import Database, Transaction

# A browser that was not seen for so long holds nothing any more.
SESSION = timedelta(days=90)

Erase = Callable[[Transaction, str], None]
Sweep = Callable[[datetime], None]

_log = logging.getLogger(__name__)


class Retention:
    """What a deployment keeps, and for how long.

    `of_a_case` is what is kept of a case outside its rows, by noun: each is erased in the transaction that destroys the
    case and its key, before these. `swept` is what grows old on its own, by noun: each is told the present moment.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock
        self.of_a_case: dict[str, Erase] = {}
        self.swept: dict[str, Sweep] = {"sessions": self._forget_sessions}

    def erase_all(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Erase the cases whose retention is over, until none is or somebody says stop; never more behind it."""
        failed: set[str] = set()
        while not stopped():
            with self._database.reading() as transaction:
                over = [each for each in cases.to_erase(transaction, self._clock()) if each not in failed]
            if not over:
                break
            failed.update(case_id for case_id in over if not self._erase(case_id))
        return False

    def _erase(self, case_id: str) -> bool:
        try:
            with self._database.writing() as transaction:
                if not cases.is_to_erase(transaction, case_id, self._clock()):
                    return False
                for erase in self.of_a_case.values():
                    erase(transaction, case_id)
                cases.erase(transaction, case_id)
        except Exception as error:  # whatever is wrong with this case, the others go on
            _log.error("a case could not be erased: %s", type(error).__name__)
            return False
        return True

    def sweep(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Drop what has grown old, all of it at once."""
        for noun, sweep in self.swept.items():
            if stopped():
                break
            try:
                sweep(self._clock())
            except Exception as error:  # the others are swept all the same
                _log.error("%s could not be swept: %s", noun, type(error).__name__)
        return False

    def _forget_sessions(self, now: datetime) -> None:
        with self._database.writing() as transaction:
            sessions.forget(transaction, now - SESSION)
