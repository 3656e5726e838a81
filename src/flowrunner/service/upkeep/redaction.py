"""Erasing the answers of ended cases that their flow keeps for a shorter time than the case.

All goes in one transaction: the answers, their files, what messages read of them, and what mail and calls that have not
left hold of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowrunner.effects.base import Leaving
from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.case import Event
from flowrunner.model.record import replace
from flowrunner.runtime.redaction import fields_to_redact, redact_at, redact_case
from flowrunner.service.context import ServiceContext
from flowrunner.service.upkeep.retention import clear_all
from flowrunner.service.uploads.uploads import files_of
from flowrunner.store import cases, messages, outbox, uploads
from flowrunner.store import events as event_rows
from flowrunner.store.database import Transaction

REDACTED = "redacted"


class Redaction:
    """What makes answers go whose time is over."""

    def __init__(self, context: ServiceContext) -> None:
        self._database = context.database
        self._catalogue = context.catalogue
        self._clock = context.clock

    def redact_all(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Erase what is over in every case, until nothing is or somebody says stop; never more behind it."""
        return clear_all(
            self._database, lambda transaction: cases.to_redact(transaction, self._clock()), self._redact, stopped
        )

    def _redact(self, transaction: Transaction, case_id: str) -> None:
        now = self._clock()
        case = cases.load(transaction, case_id) if cases.is_to_redact(transaction, case_id, now) else None
        if case is None:
            return
        program = self._catalogue.program(case.flow, case.version)
        after = replace(redact_case(program, case, now), revision=case.revision + 1)
        cases.redact(transaction, after, case.revision, redact_at(program, case, now))
        for upload_id in files_of(case) - files_of(after):
            uploads.erase(transaction, upload_id, now)
        names = fields_to_redact(program, case, now)
        messages.redact(transaction, case_id, names)

        def redacted(effect: str, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
            # A notice to a team is no effect of a flow, and holds nothing of anybody.
            if effect not in EFFECTS:
                return values
            handler = EFFECTS[effect]
            return handler.without(values, program.flow, names) if isinstance(handler, Leaving) else values

        outbox.redact(transaction, case_id, redacted)
        event_rows.record(transaction, after, [Event(now, REDACTED, case.step)])
