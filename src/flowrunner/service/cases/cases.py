"""Looking at cases and acting on them.

One transaction a decision, guarded by the revision of the case: on a lost race it is loaded and decided again, three
times at most. Sources are asked before, with no transaction open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from msgspec import Struct, field

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Actor, Asks, Case, Decision, Fact, Inputs, Problem, Submission, Value, World
from flowrunner.model.flow import OWNER
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import act, begin
from flowrunner.runtime.look import Page, TypedInputs, look
from flowrunner.runtime.program import Program
from flowrunner.service.cases.account_effects import LostRace
from flowrunner.service.cases.attempt import Attempt, FormStamp, Where
from flowrunner.service.cases.conflicts import changed_elsewhere, is_as_shown
from flowrunner.service.cases.decisions import is_idle, keep_decision, keep_key, schedule
from flowrunner.service.context import ServiceContext
from flowrunner.service.sessions.password_fields import with_secrets
from flowrunner.service.sessions.rate_limits import limit_sending
from flowrunner.service.sessions.renewal import renew, renewed
from flowrunner.service.sessions.visitor import (
    HOLDER,
    STRANGER,
    Visitor,
    confirms_sign_in,
    idle_of,
    new_token,
    seen,
    still_lives,
    visit,
)
from flowrunner.service.sources.sources import Sources
from flowrunner.store import sessions, unsubmitted, versions
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict, Unavailable

__all__ = ["AskedTooOften", "Busy", "Cases", "FormStamp", "SubmissionResult", "Unavailable", "is_over"]

TRIES = 3
NO_BUTTON = "_"
_NAME = re.compile("[a-z][a-z0-9_]*")
# A page asks for all its sources at once; what an answer leads to may ask again, but not for ever.
ROUNDS_OF_ASKING = 5
Also = Callable[[Transaction, Visitor], None]


class Busy(FlowrunnerError):
    """Others were faster three times: nothing was done."""


class AskedTooOften(FlowrunnerError):
    """The flow keeps asking its sources: nothing was done."""


class SubmissionResult(Struct, frozen=True):
    """What came of a page that was sent.

    `redirect` is where the same form led when it was sent before. `elsewhere` holds the stored answers (as inputs, by
    field) that were changed since the page was shown; then nothing was done. `decision` is None in these two cases, and
    when there is no case that the page could belong to, or it is `moved`: not as the desk showed it. `token` is what
    the browser holds from now on, None when that is what it held before; `ended` is true for a session that was over.
    `actor` is who acted.
    """

    program: Program
    case: Case | None = None
    decision: Decision | None = None
    redirect: str | None = None
    elsewhere: Mapping[str, Inputs] = field(default_factory=dict)
    token: str | None = None
    ended: bool = False
    actor: Actor = HOLDER
    moved: bool = False


class Cases:
    """The cases of all flows. `where(flow, case, step)` is the address of a step, kept with a form's one-time id.
    `wake` is called when there may be something to deliver; of `notified_flows` a team is told what is submitted."""

    def __init__(
        self,
        context: ServiceContext,
        sources: Sources,
        where: Where,
        wake: Callable[[], None] = lambda: None,
        notified_flows: Collection[str] = (),
    ) -> None:
        self._context = context
        self._catalogue = context.catalogue
        self._sources = sources
        self._where = where
        self._wake = wake
        self._notified = notified_flows

    # --- Looking --------------------------------------------------------------------------

    def visitor(
        self, token: str | None, flow: str, step: str = "", form: str = "", also: Also | None = None
    ) -> Visitor:
        """Who has this token, with their case of this flow, what is kept of a step's page, and what came of a form.
        `also` reads what else the page needs of them, in the same transaction. Writes, once a minute, that the session
        is used."""
        if token is None:
            return STRANGER
        now = self._context.clock()
        with self._context.database.glancing() as transaction:
            current = self._catalogue.current(flow)
            confirms = confirms_sign_in(current.flow if current else None)
            visitor = visit(transaction, token, flow, now, confirms, step, form)
            if also is not None:
                also(transaction, visitor)
        return seen(self._context.database, token, visitor, now)

    def find(self, token: str | None, flow: str) -> Case | None:
        return self.visitor(token, flow).case

    def program_of(self, flow: str, case: Case | None) -> Program | None:
        """The version that the case began with, else the current one."""
        return self._catalogue.current(flow) if case is None else self._catalogue.program(flow, case.version)

    def look(
        self,
        program: Program,
        case: Case | None,
        step: str | None,
        language: str,
        *,
        actor: Actor = HOLDER,
        typed: TypedInputs | None = None,
        problems: tuple[Problem, ...] = (),
        change: str | None = None,
        opened_from: str | None = None,
    ) -> Page | None:
        """The page of a step, or None when it cannot be seen; without a case the first page. Nothing is stored."""
        world = self._context.world()
        if case is None:
            case = begin(program, id="", language=language, world=world, opened_from=opened_from).case
        return look(program, case, actor, step, world, change, typed, problems)

    # --- Acting ---------------------------------------------------------------------------

    def act(
        self,
        flow: str,
        token: str,
        form: FormStamp,
        submission: Submission,
        opened_from: str | None = None,
        who: Visitor | None = None,
    ) -> SubmissionResult | None:
        """Take a page that was sent; the first page makes the case. None when there is no such flow.

        `who` is who `visitor` found for this step and form, if that was asked just before. Raises Busy,
        AskedTooOften, and runtime's NotAllowed.
        """

        def find() -> Visitor:
            return self.visitor(token, flow, submission.step, form.id)

        return self.take(Attempt(flow, token, form, submission, find, self._where, opened_from, who))

    def take(self, attempt: Attempt) -> SubmissionResult | None:
        """The same for a page whose case is found otherwise. Raises what `attempt.finds` does, too."""
        if not _NAME.fullmatch(attempt.submission.button):
            # The machine has triggers that are no buttons (what is due by the clock): nobody can press those.
            attempt = replace(attempt, submission=replace(attempt.submission, button=NO_BUTTON))
        for _ in range(TRIES):
            try:
                outcome = self._try(attempt)
            except Conflict:
                outcome = replace(attempt, visitor=None)
            if not isinstance(outcome, Attempt):
                return outcome
            attempt = outcome
        raise Busy("others were faster.", where=attempt.flow, way_out="Send the page again.")

    def _try(self, at: Attempt) -> SubmissionResult | Attempt | None:
        """What came of the page; an attempt when others were faster: it is to be tried again with that."""
        at = replace(at, who=at.visitor or at.finds(), visitor=None)
        case, former = at.who.case, at.who.form_result
        program = self.program_of(at.flow, case)
        if program is None:
            return None
        if former is not None and former.redirect is not None:
            with self._context.database.reading() as transaction:
                follows = renewed(transaction, at.token, at.form.id, self._context.clock())
            return SubmissionResult(program, case, redirect=former.redirect, token=follows)
        if at.who.ended:
            at = replace(at, token=new_token(), who=STRANGER, ended=True)
        outcome = self._decided(program, case, at, former is not None)
        if isinstance(outcome, Attempt):
            return outcome
        token = at.token if at.ended and outcome.token is None else outcome.token
        return replace(outcome, ended=at.ended, actor=at.who.actor, token=token)

    def _decided(self, program: Program, case: Case | None, at: Attempt, refused: bool) -> SubmissionResult | Attempt:
        """What comes of a page that was not accepted before; `refused` when it was sent and refused."""
        new = not at.at_desk and self._starts(program, case, at.submission)
        if new:
            program = self._catalogue.current(at.flow) or program
        elif case is None:
            return SubmissionResult(program)
        begun = self._new(program, at) if new or case is None else Decision(case, case.step)
        start = begun.case
        elsewhere = {} if new else changed_elsewhere(start, at.submission, at.form.shown, program)
        if elsewhere:
            return SubmissionResult(program, case, elsewhere=elsewhere)
        if at.at_desk and not is_as_shown(program, start, at.form.shown, self._context.world()):
            return SubmissionResult(program, case, moved=True)
        if not at.judged:
            sent = at.submission
            if not program.secrets.isdisjoint((*sent.inputs, *program.asks(sent.step, sent.button).own)):
                sent = with_secrets(self._context.passwords, program, start, at.who.actor, sent)
            at = replace(at, submission=sent, judged=True)
        decision, world = self._decide(program, start, at)
        if refused or is_idle(start, decision, new):
            # A page that was refused is refused again, at no further cost.
            return SubmissionResult(program, case, replace(decision, case=start))
        decision = replace(decision, events=begun.events + decision.events, work=begun.work + decision.work)
        try:
            return self._commit(program, start, at, decision, world, new)
        except LostRace as race:
            return replace(at, lost=at.lost | race.names)
        except Conflict:
            return at

    def _starts(self, program: Program, case: Case | None, submission: Submission) -> bool:
        """Whether this is the first page of a new case."""
        return submission.step == program.flow.start and (case is None or is_over(program, case))

    def _new(self, program: Program, at: Attempt) -> Decision:
        new, language = os.urandom(16).hex(), at.submission.language
        return begin(program, id=new, language=language, world=self._context.world(), opened_from=at.opened_from)

    def _decide(self, program: Program, case: Case, at: Attempt) -> tuple[Decision, World]:
        facts: dict[tuple[str, tuple[Value, ...]], Fact] = {}
        for _ in range(ROUNDS_OF_ASKING):
            world = self._context.world(facts, at.lost)
            outcome = act(program, case, at.who.actor, at.submission, world)
            if not isinstance(outcome, Asks):
                return outcome, world
            answered = self._sources.ask(program.flow, outcome.sources, world.now)
            facts.update({(fact.source, fact.given): fact for fact in answered})
        raise AskedTooOften("the flow keeps asking.", where=case.flow)

    def _commit(
        self, program: Program, start: Case, at: Attempt, decision: Decision, world: World, new: bool
    ) -> SubmissionResult:
        case, now, token, who = replace(decision.case, revision=start.revision + 1), world.now, at.token, at.who
        redirect = None if decision.problems else at.where(case, decision.show)
        plan = schedule(program, case, world)
        bundle = self._catalogue.bundle(case.flow, case.version) if new else ""
        with self._context.database.writing() as transaction:
            # Of two that press the same form, the second waits here, then is told where the first one led.
            sessions.record_form(transaction, token, at.form.id, redirect, now, who.session)
            if who.session is None and not still_lives(transaction, token, who, now):
                raise Conflict("the session was begun elsewhere.", where="cases")
            if new:
                versions.keep(transaction, case.flow, case.version, bundle, now)
                self._bind(transaction, at, program, case, now)
            before = None if new else start.revision
            keep_decision(transaction, case, before, decision, plan, now, token, who.key, who.searched, self._notified)
            if who.session is not None and who.session.is_to_be_seen(now):
                sessions.see(transaction, token, now)
            if who.typed is not None and not decision.problems:
                # What was typed on the page was sent.
                unsubmitted.drop(transaction, case.id, at.kept_as or at.submission.step)
            if program.flow.resume:
                keep_key(transaction, program, start, case, world)
            follows = None
            if decision.work:
                limit_sending(transaction, program.flow, case, decision.work, now)
                follows = renew(transaction, program.flow, token, at.form.id, who, decision.work, now)
        if decision.work:
            self._wake()
        return SubmissionResult(program, case, replace(decision, case=case), token=follows)

    def _bind(self, transaction: Transaction, at: Attempt, program: Program, case: Case, now: datetime) -> None:
        before = sessions.bind_case(transaction, at.token, case.flow, case.id, now, idle_of(program.flow))
        if before != (at.who.session.case_id if at.who.session else None):
            raise Conflict("another page began the case.", where="cases")


def is_over(program: Program, case: Case) -> bool:
    """Whether its holder can do no more with the case, so that the flow's first page begins another: it has ended, or
    it waits for somebody else and belongs to no account in which it could be found again."""
    waits = program.flow.steps[case.step].role != OWNER and case.owner is None
    return case.ended is not None or waits
