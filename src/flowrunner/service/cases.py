"""Looking at cases and acting on them.

One transaction a decision, guarded by the revision of the case: on a lost race it is loaded and decided again, three
times at most. Sources are asked before, with no transaction open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Actor, Asks, Case, Decision, Fact, Inputs, Problem, Submission, Value, World
from flowrunner.model.flow import OWNER
from flowrunner.runtime.interpreter import act, begin
from flowrunner.runtime.look import look
from flowrunner.runtime.page import Page, Typed
from flowrunner.runtime.program import Program
from flowrunner.service.performers import LostRace, Performance, perform
from flowrunner.service.programs import Programs
from flowrunner.service.schedule import schedule
from flowrunner.service.shown import changed_elsewhere
from flowrunner.service.sources import Sources
from flowrunner.store import cases, sessions, unsubmitted, versions
from flowrunner.store.cases import Lost
from flowrunner.store.database import Database, Transaction

TRIES = 3
NO_BUTTON = "_"
LANGUAGE_VERSION = 1
HOLDER = Actor(holds=True)
_NAME = re.compile("[a-z][a-z0-9_]*")
# A page asks for all its sources at once; what an answer leads to may ask again, but not for ever.
ROUNDS_OF_ASKING = 5


class Busy(FlowrunnerError):
    """Others were faster three times: nothing was done."""


class AskedTooOften(FlowrunnerError):
    """The flow keeps asking its sources: nothing was done."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a page that was sent.

    `redirect` is where the same form led when it was sent before. `elsewhere` holds the stored answers (as inputs, by
    field) that were changed since the page was shown; then nothing was done. `decision` is None in these two cases, and
    when there is no case that the page could belong to.
    """

    program: Program
    case: Case | None = None
    decision: Decision | None = None
    redirect: str | None = None
    elsewhere: Mapping[str, Inputs] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came back: its one-time id, and the digest of the step's answers when it was shown."""

    id: str
    shown: str = ""


class _SentBefore(FlowrunnerError):
    def __init__(self, redirect: str | None) -> None:
        super().__init__("this form was sent before.")
        self.redirect = redirect


class Cases:
    """The cases of all flows. `where(flow, case, step)` is the address of a step, kept with a form's one-time id."""

    def __init__(
        self,
        database: Database,
        programs: Programs,
        sources: Sources,
        where: Callable[[Case, str], str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database = database
        self.programs = programs
        self.sources = sources
        self.where = where
        self.clock = clock

    # --- Looking --------------------------------------------------------------------------

    def find(self, token: str | None, flow: str) -> Case | None:
        """The case of this flow that the session holds; None once it has ended by a decision or by time."""
        if token is None:
            return None
        with self.database.reading() as transaction:
            return self._held(transaction, token, flow)

    def program_of(self, flow: str, case: Case | None) -> Program | None:
        """The version that the case began with, else the current one."""
        return self.programs.current(flow) if case is None else self.programs.program(flow, case.version)

    def look(
        self,
        program: Program,
        case: Case | None,
        step: str | None,
        language: str,
        *,
        typed: Typed | None = None,
        problems: tuple[Problem, ...] = (),
        change: str | None = None,
        opened_from: str | None = None,
    ) -> Page | None:
        """The page of a step, or None when it cannot be seen; without a case the first page. Nothing is stored."""
        world = self.world()
        if case is None:
            case = begin(program, id="", language=language, world=world, opened_from=opened_from).case
        return look(program, case, HOLDER, step, world, change, typed, problems)

    def world(
        self, facts: Mapping[tuple[str, tuple[Value, ...]], Fact] | None = None, lost: frozenset[str] = frozenset()
    ) -> World:
        """The world as it is now."""
        keys = self.database.keys
        return World(self.clock(), os.urandom(32), keys.seal, keys.current, facts or {}, lost)

    def _held(self, transaction: Transaction, token: str, flow: str) -> Case | None:
        held = sessions.case_of(transaction, token, flow)
        return cases.load(transaction, held) if held is not None else None

    # --- Acting ---------------------------------------------------------------------------

    def act(
        self, flow: str, token: str, form: Form, submission: Submission, opened_from: str | None = None
    ) -> Sent | None:
        """Take a page that was sent; the first page makes the case. None when there is no such flow.

        Raises Busy, AskedTooOften, and runtime's NotAllowed.
        """
        if not _NAME.fullmatch(submission.button):
            # The machine has triggers that are no buttons (what is due by the clock): nobody can press those.
            submission = replace(submission, button=NO_BUTTON)
        lost: frozenset[str] = frozenset()
        for _ in range(TRIES):
            try:
                return self._try(flow, token, form, submission, opened_from, lost)
            except LostRace as race:
                lost = lost | race.names
            except Lost:
                continue
        raise Busy("others were faster.", where=flow, way_out="Send the page again.")

    def _try(
        self,
        flow: str,
        token: str,
        form: Form,
        submission: Submission,
        opened_from: str | None,
        lost: frozenset[str],
    ) -> Sent | None:
        with self.database.reading() as transaction:
            before = sessions.pressed(transaction, token, form.id)
            case = self._held(transaction, token, flow)
        program = self.program_of(flow, case)
        if program is None:
            return None
        if before is not None and before.redirect is not None:
            return Sent(program, case, redirect=before.redirect)
        new = self._starts(program, case, submission)
        if new:
            program = self.programs.current(flow) or program
        elif case is None:
            return Sent(program)
        begun = self._new(program, submission, opened_from) if new or case is None else Decision(case, case.step)
        start = begun.case
        elsewhere = {} if new else changed_elsewhere(start, submission, form.shown, program)
        if elsewhere:
            return Sent(program, case, elsewhere=elsewhere)
        decision, world = self._decide(program, start, submission, lost)
        if before is not None or _is_idle(start, decision, new):
            # A page that was refused is refused again, at no further cost.
            return Sent(program, case, replace(decision, case=start))
        decision = replace(decision, events=begun.events + decision.events, work=begun.work + decision.work)
        return self._commit(program, start, case, token, form, decision, world, new, submission.step)

    def _starts(self, program: Program, case: Case | None, submission: Submission) -> bool:
        """Whether this is the first page of a new case."""
        return submission.step == program.flow.start and (case is None or is_over(program, case))

    def _new(self, program: Program, submission: Submission, opened_from: str | None) -> Decision:
        new = os.urandom(16).hex()
        return begin(program, id=new, language=submission.language, world=self.world(), opened_from=opened_from)

    def _decide(
        self, program: Program, case: Case, submission: Submission, lost: frozenset[str]
    ) -> tuple[Decision, World]:
        facts: dict[tuple[str, tuple[Value, ...]], Fact] = {}
        for _ in range(ROUNDS_OF_ASKING):
            world = self.world(facts, lost)
            found = act(program, case, HOLDER, submission, world)
            if not isinstance(found, Asks):
                return found, world
            asked = self.sources.ask(program.flow, found.sources, world.now)
            facts.update({(fact.source, fact.given): fact for fact in asked})
        raise AskedTooOften("the flow keeps asking.", where=case.flow)

    def _commit(
        self,
        program: Program,
        start: Case,
        held: Case | None,
        token: str,
        form: Form,
        decision: Decision,
        world: World,
        new: bool,
        step: str,
    ) -> Sent:
        case = replace(decision.case, revision=start.revision + 1)
        redirect = None if decision.problems else self.where(case, decision.show)
        plan = schedule(program, case, world)
        bundle = self.programs.bundle(case.flow, case.version) if new else ""
        try:
            with self.database.writing() as transaction:
                before = sessions.pressed(transaction, token, form.id)
                if before is not None:
                    raise _SentBefore(before.redirect)
                if new:
                    versions.keep(transaction, case.flow, case.version, bundle, LANGUAGE_VERSION, world.now)
                    self._bind(transaction, token, case, held, world.now)
                    cases.add(transaction, case, plan)
                else:
                    cases.save(transaction, case, start.revision, plan)
                if not decision.problems:
                    # What was typed on the page was sent; with an end nothing of the case waits to be.
                    unsubmitted.drop(transaction, case.id, None if case.ended else step)
                cases.record(transaction, case, decision.events)
                for work in decision.work:
                    perform(work, Performance(transaction, case, token, world.now))
                sessions.press(transaction, token, form.id, redirect, world.now)
        except _SentBefore as before_us:
            if before_us.redirect is None:
                raise Lost("the same form was faster.", where="cases") from None
            return Sent(program, held, redirect=before_us.redirect)
        return Sent(program, case, replace(decision, case=case))

    def _bind(self, transaction: Transaction, token: str, case: Case, held: Case | None, now: datetime) -> None:
        if sessions.case_of(transaction, token, case.flow) != (held.id if held else None):
            raise Lost("another page began the case.", where="cases")
        sessions.bind(transaction, token, case.flow, case.id, now)


def is_over(program: Program, case: Case) -> bool:
    """Whether its holder can do no more with the case, so that the flow's first page begins another: it has ended, or
    it waits for somebody else and belongs to no account in which it could be found again."""
    waits = program.flow.steps[case.step].role != OWNER and case.owner is None
    return case.ended is not None or waits


def _is_idle(start: Case, decision: Decision, new: bool) -> bool:
    """Whether there is nothing to keep: a refusal that cost nothing, or a page that has no place any more."""
    nothing = not decision.events and not decision.work
    refused = bool(decision.problems) or decision.stale
    return refused and nothing and (new or decision.case == start)
