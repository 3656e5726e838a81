"""The desk: its queues, one case with all that is in it, and acting on it. Every look at a case is an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.effects.submit import read_reference
from flowrunner.model.case import Account, Actor, Case, Event, Inputs, Problem, Submission, World
from flowrunner.model.flow import Flow
from flowrunner.runtime.environment import reading
from flowrunner.runtime.explain import explain
from flowrunner.runtime.interpreter import tick
from flowrunner.runtime.look import Page, TypedInputs, look
from flowrunner.runtime.program import Program
from flowrunner.service.cases.attempt import Attempt, FormStamp, Where
from flowrunner.service.cases.cases import TRIES, Cases, SubmissionResult
from flowrunner.service.cases.drafts import DraftStore, TooMuch, kept_at_desk, typed_at_desk
from flowrunner.service.context import ServiceContext
from flowrunner.service.desk.access import NotStaff, NotTheirs, Officer, at_desk, may_see, officer_of, staff_roles
from flowrunner.service.desk.queue import CaseHold, QueueEntry, QueueFilter, QueuePage
from flowrunner.service.explanation.explain import Explained, sources_of
from flowrunner.service.sessions.visitor import Visitor, confirms_sign_in, seen, visit
from flowrunner.store import accounts, case_holds, cases, desk_queue, unsubmitted
from flowrunner.store import events as event_rows
from flowrunner.store.database import Transaction
from flowrunner.store.desk_queue import Mark, QueueKey, QueueRow
from flowrunner.store.engine.failures import Conflict

PAGE = 25
# What is noted of whoever only looks, or may not.
LOOKS = frozenset({"looked", "took_out", "refused"})
MOST_LOOKS = 20
_NOBODY = Actor()


class Opened(Struct, frozen=True):
    """One case as an officer sees it. `page` is what its step shows them, None when it does not wait for them. `events`
    are all that happened but looks, of which `looks` are the newest; `names` says what the accounts of the staff among
    them sign in with, by id. `reading` is what can be read of the case."""

    program: Program
    case: Case
    page: Page | None
    reading: Mapping[str, Any]
    hold: CaseHold | None
    events: tuple[Event, ...]
    looks: tuple[Event, ...]
    names: Mapping[str, str]


class Casework:
    """What the pages of the desk work with."""

    def __init__(self, context: ServiceContext, cases: Cases, drafts: DraftStore) -> None:
        self._context = context
        self._cases = cases
        self._drafts = drafts
        self._database = context.database

    # --- Who --------------------------------------------------------------------------------

    def flows(self) -> tuple[Flow, ...]:
        """The flows that have a desk."""
        programs = (self._context.catalogue.current(name) for name in self._context.catalogue.names())
        return tuple(program.flow for program in programs if program is not None and staff_roles(program.flow))

    def sign_in_program(self) -> Program | None:
        """The flow by whose accounts people sign in at the desk: of those with accounts, one that confirms signing in
        with a code before one that does not, one with a desk before one without. None when no flow has accounts."""
        programs = (self._context.catalogue.current(name) for name in self._context.catalogue.names())
        fit = [program for program in programs if program is not None and program.flow.accounts is not None]
        return max(fit, key=_strictness, default=None)

    def visitor(self, token: str | None) -> Visitor:
        """Who has this token, signed in as the desk wants it. Writes, once a minute, that the session is used."""
        if token is None:
            return Visitor()
        now = self._context.clock()
        with self._database.glancing() as transaction:
            visitor = self._arrived(transaction, token)
        return seen(self._database, token, visitor, now)

    def _arrived(self, transaction: Transaction, token: str, form: str = "") -> Visitor:
        program = self.sign_in_program()
        confirms = confirms_sign_in(program.flow if program is not None else None)
        return visit(transaction, token, "", self._context.clock(), confirms, form=form)

    def officer(self, account: Account | None) -> Officer | None:
        """The account as an officer, None when it has no role of the staff of any flow."""
        return officer_of(account, self.flows())

    # --- The queue --------------------------------------------------------------------------

    def queue(self, officer: Officer, filter_by: QueueFilter) -> QueuePage:
        """A page of the cases that wait for one of the officer's roles, those that have waited longest first."""
        queues = [
            QueueKey(flow, role, filter_by.step)
            for flow, roles in officer.roles.items()
            if filter_by.flow in (None, flow)
            for role in sorted(roles)
        ]
        # Who holds a case only advises: it need not be of the very moment of the list.
        with self._database.glancing() as transaction:
            rows = desk_queue.waiting(transaction, queues, PAGE + 1, filter_by.after, filter_by.before)
            more = len(rows) > PAGE
            page = rows[-PAGE:] if filter_by.before is not None else rows[:PAGE]
            holds = self._holds(transaction, [each.mark for each in page], officer.account)
        if not page:
            return QueuePage((), {}, None, None)
        is_first = not more if filter_by.before is not None else filter_by.after is None
        is_last = filter_by.before is None and not more
        return QueuePage(tuple(page), holds, None if is_first else page[0].mark, None if is_last else page[-1].mark)

    def read(self, listed: Iterable[QueueRow]) -> tuple[QueueEntry, ...]:
        """Cases that `queue` has listed for an officer, opened."""
        world = self._context.world()
        with self._database.reading() as transaction:
            opened = cases.load_each(transaction, [each.id for each in listed])
        return tuple(self._waiting(case, world) for case in opened)

    def _waiting(self, case: Case, world: World) -> QueueEntry:
        program = self._context.catalogue.program(case.flow, case.version)
        return QueueEntry(case, program, reading(program, case, _NOBODY, world))

    def find(self, officer: Officer, typed: str) -> str | None:
        """The id of the case with this reference number, however it is written; None when the officer sees none."""
        with self._database.reading() as transaction:
            ident = desk_queue.by_reference(transaction, read_reference(typed))
            case = cases.load(transaction, ident) if ident is not None else None
        return case.id if case is not None and self._sees(officer, case) else None

    # --- One case ---------------------------------------------------------------------------

    def open(
        self, officer: Officer, ident: str, typed: TypedInputs | None = None, problems: tuple[Problem, ...] = ()
    ) -> Opened:
        """A case, looked at: that is an event, and whoever may act on it holds it. Raises NotTheirs, when there is no
        such case too."""
        for _ in range(TRIES):
            try:
                return self._open(officer, ident, typed, problems)
            except Conflict:
                continue
        raise NotTheirs("the case changes all the time.", where="desk")

    def _open(self, officer: Officer, ident: str, typed: TypedInputs | None, problems: tuple[Problem, ...]) -> Opened:
        world = self._context.world()
        with self._database.writing() as transaction:
            stored = self._theirs(transaction, officer, ident)
            program = self._context.catalogue.program(stored.flow, stored.version)
            case = tick(program, stored, world).case
            actor = at_desk(officer.account, program.flow, case)
            if typed is None:
                typed = typed_at_desk(transaction, officer.account, case)
            page = look(program, case, actor, None, world, None, typed, problems)
            self._record(transaction, stored, "looked", actor, world.now)
            if page is not None and page.may_act:
                case_holds.take(transaction, _mark(case), officer.account.id, world.now)
            hold = self._holds(transaction, [_mark(case)], officer.account).get(case.id)
            events = event_rows.events_of(transaction, case.id, but=LOOKS)
            looks = event_rows.newest_events(transaction, case.id, LOOKS, MOST_LOOKS)
            names = self._names(transaction, case, (*events, *looks), officer.account)
        env = page.reading if page is not None else reading(program, case, actor, world)
        return Opened(program, case, page, env, hold, events, looks, names)

    def explain(self, officer: Officer, ident: str) -> Explained:
        """How a case came where it is: that is a look, too. Raises NotTheirs."""
        with self._database.writing() as transaction:
            case = self._theirs(transaction, officer, ident)
            program = self._context.catalogue.program(case.flow, case.version)
            events = event_rows.events_of(transaction, case.id, but=LOOKS)
            actor = at_desk(officer.account, program.flow, case)
            self._record(transaction, case, "looked", actor, self._context.clock())
        sources = sources_of(self._context.catalogue, case)
        return Explained(case, program, explain(program, case, events, self._context.world()), sources)

    def take_out(self, officer: Officer, ident: str) -> Case:
        """A case of which a document is taken out: that is an event, too. Raises NotTheirs."""
        with self._database.writing() as transaction:
            case = self._theirs(transaction, officer, ident)
            flow = self._context.catalogue.program(case.flow, case.version).flow
            self._record(transaction, case, "took_out", at_desk(officer.account, flow, case), self._context.clock())
        return case

    def refuse(self, officer: Officer, ident: str) -> bool:
        """Note that an officer asked for a case, or for something in it, that is not theirs; False if there is none."""
        with self._database.writing() as transaction:
            case = cases.load(transaction, ident)
            if case is not None:
                actor = Actor(officer.account, officer.roles.get(case.flow, frozenset()))
                self._record(transaction, case, "refused", actor, self._context.clock())
        return case is not None

    def release(self, officer: Officer, ident: str) -> None:
        """Leave a case to the others."""
        with self._database.writing() as transaction:
            case_holds.drop(transaction, ident, officer.account.id)

    def act(
        self, officer: Officer, ident: str, token: str, form: FormStamp, submission: Submission, where: Where
    ) -> SubmissionResult:
        """Take what an officer sent from the page of a case.

        Raises NotTheirs, NotStaff when the session is over, runtime's NotAllowed, and what `Cases.act` does.
        """
        with self._database.reading() as transaction:
            flow = self._theirs(transaction, officer, ident).flow

        def find() -> Visitor:
            with self._database.reading() as transaction:
                return self._at_work(transaction, token, ident, form.id)

        kept_as = kept_at_desk(officer.account)
        result = self._cases.take(Attempt(flow, token, form, submission, find, where, at_desk=True, kept_as=kept_as))
        if result is None:
            raise NotTheirs("the flow is not served any more.", where=flow)
        return result

    def _at_work(self, transaction: Transaction, token: str, ident: str, form: str) -> Visitor:
        """Who has this token, with this case, and what came of a form."""
        visitor = self._arrived(transaction, token, form)
        officer = self.officer(visitor.account)
        if officer is None:
            raise NotStaff("nobody of the staff is signed in.", where="desk")
        case = self._theirs(transaction, officer, ident)
        version = self._context.catalogue.program(case.flow, case.version)
        actor = at_desk(officer.account, version.flow, case)
        typed = unsubmitted.find(transaction, ident, kept_at_desk(officer.account))
        return Visitor(actor, case, visitor.session, typed=typed, form_result=visitor.form_result)

    def keep_typed(self, was: Account, ident: str, inputs: Inputs) -> bool:
        """Keep what an officer sent after their session had run out, to be shown to them alone while the case waits as
        it did; False when there is nothing to keep it for."""
        officer, world = self.officer(was), self._context.world()
        if officer is None:
            return False
        try:
            with self._database.reading() as transaction:
                stored = self._theirs(transaction, officer, ident)
            program = self._context.catalogue.program(stored.flow, stored.version)
            case = tick(program, stored, world).case
            page = look(program, case, at_desk(was, program.flow, case), None, world, None, TypedInputs(inputs))
            if page is None or not page.may_act:
                return False
            self._drafts.keep_at_desk(page, was, inputs)
        except (NotTheirs, TooMuch, Conflict):
            return False
        return True

    # --- What both need ---------------------------------------------------------------------

    def _theirs(self, transaction: Transaction, officer: Officer, ident: str) -> Case:
        case = cases.load(transaction, ident)
        if case is None or not self._sees(officer, case):
            raise NotTheirs("there is no such case for this officer.", where="desk")
        return case

    def _sees(self, officer: Officer, case: Case) -> bool:
        """Whether the officer may see a case, by the version that it began with; its flow must still be served."""
        if case.flow not in officer.roles:
            return False
        flow = self._context.catalogue.program(case.flow, case.version).flow
        return may_see(flow, case, at_desk(officer.account, flow, case))

    def _record(self, transaction: Transaction, case: Case, kind: str, actor: Actor, now: datetime) -> None:
        role = min(actor.roles, default=None)
        account = actor.account.id if actor.account is not None else None
        event_rows.record(transaction, case, [Event(now, kind, case.step, role=role, account=account)])

    def _holds(self, transaction: Transaction, marks: Iterable[Mark], asks: Account) -> dict[str, CaseHold]:
        holds = {}
        names = {asks.id: asks.sign_in}
        for ident, hold in case_holds.of_cases(transaction, marks, self._context.clock()).items():
            if hold.account not in names:
                row = accounts.load(transaction, hold.account)
                names[hold.account] = row.sign_in if row is not None else ""
            holds[ident] = CaseHold(names[hold.account], hold.account == asks.id, hold.at)
        return holds

    def _names(self, transaction: Transaction, case: Case, events: Iterable[Event], asks: Account) -> Mapping[str, str]:
        account_ids = {event.account for event in events if event.account not in (None, case.owner, asks.id)}
        rows = (accounts.load(transaction, account) for account in sorted(filter(None, account_ids)))
        return {asks.id: asks.sign_in} | {row.id: row.sign_in for row in rows if row is not None}


def _mark(case: Case) -> Mark:
    return Mark(case.path[-1].since, case.id)


def _strictness(program: Program) -> tuple[bool, bool]:
    policy = program.flow.accounts
    return (policy is not None and policy.confirm_sign_in is not None, bool(staff_roles(program.flow)))
