"""Firing what is due by the clock: a case after the other, each in one transaction that only one worker wins."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import timedelta

from flowrunner.model.case import Case, World
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import tick
from flowrunner.runtime.program import Program
from flowrunner.service.cases.account_effects import LostRace
from flowrunner.service.cases.decisions import keep_decision, schedule
from flowrunner.service.context import ServiceContext
from flowrunner.store import cases
from flowrunner.store.engine.failures import Conflict

TRIES = 3
# A case that cannot be ticked is not in the way of the others: it is looked at again after so long.
SET_ASIDE = timedelta(hours=1)

_log = logging.getLogger(__name__)


class Timers:
    """What time causes in the cases of all flows. It follows the flow version that a case began with."""

    def __init__(self, context: ServiceContext, notified_flows: Collection[str] = ()) -> None:
        self._context = context
        self._database = context.database
        self._notified = notified_flows

    def fire_all(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Fire what is due, until nothing is or somebody says stop; never more behind it."""
        looked_at: set[str] = set()
        while not stopped():
            with self._database.reading() as transaction:
                due = [each for each in cases.due(transaction, self._context.clock()) if each not in looked_at]
            if not due:
                break
            for case_id in due:
                if stopped():
                    break
                looked_at.add(case_id)
                self._fire_or_set_aside(case_id)
        return False

    def _fire_or_set_aside(self, case_id: str) -> None:
        try:
            self.fire(case_id)
        except Conflict:
            # Somebody acts on it just now, and what is due fires before anything else.
            return
        except Exception as error:  # whatever is wrong with this case, the others go on
            _log.error("the timers of a case failed: %s", type(error).__name__)
            with self._database.writing() as transaction:
                cases.set_aside(transaction, case_id, self._context.clock() + SET_ASIDE)

    def fire(self, case_id: str) -> bool:
        """Fire what is due in one case; whether anything was. Raises Conflict when others were faster three times."""
        lost: frozenset[str] = frozenset()
        for attempt in range(TRIES):
            try:
                return self._try(case_id, lost)
            except LostRace as race:
                lost |= race.names
            except Conflict:
                if attempt == TRIES - 1:
                    raise
        raise Conflict("others were faster.", where="cases")

    def _try(self, case_id: str, lost: frozenset[str]) -> bool:
        with self._database.reading() as transaction:
            case = cases.load(transaction, case_id)
        if case is None:
            return False
        program = self._context.catalogue.program(case.flow, case.version)
        world = self._context.world(lost=lost)
        decision = tick(program, case, world)
        if not decision.events and not decision.work:
            self._look_later(program, case, world)
            return False
        changed = replace(decision.case, revision=case.revision + 1)
        # As at the moment when it was due: how late a worker came does not lengthen what is kept.
        last = max((event.at for event in decision.events), default=world.now)
        plan = schedule(program, changed, replace(world, now=last))
        with self._database.writing() as transaction:
            keep_decision(transaction, changed, case.revision, decision, plan, world.now, notified_flows=self._notified)
        return True

    def _look_later(self, program: Program, case: Case, world: World) -> None:
        """The row was out of step with the case (a reminder's `when` does not hold any more): set it right."""
        due = schedule(program, case, world).next_due
        with self._database.writing() as transaction:
            cases.look_again(transaction, case.id, case.revision, due)
