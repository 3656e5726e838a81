"""Signing in: a password, then the code that the flow sends if it names one; and signing out.

What is wrong is said in the same words, after the same reads and the same work, whether nobody has the address, the
password is another, or the account was closed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from flowrunner.effects.create_account import kept_until
from flowrunner.model.case import Case, Decision, Problem
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.runtime.sign_in_code import begin_confirming, confirm, send_confirmation, sign_in_code_expires
from flowrunner.service.cases.account_effects import Performance, perform
from flowrunner.service.cases.cases import TRIES, Busy
from flowrunner.service.context import ServiceContext
from flowrunner.service.sessions.rate_limits import RateLimits, limit_sending
from flowrunner.service.sessions.renewal import renewed
from flowrunner.service.sessions.visitor import idle_of, new_token
from flowrunner.store import accounts, cases, sessions, sign_ins, versions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict
from flowrunner.store.sign_ins import LASTS, PendingSignIn

NOT_KNOWN = Problem(None, "not_signed_in")
TOO_LATE = Problem(None, "sign_in_again")
_NOBODY_WAITS = Schedule("")
# Case → the address to go to once signed in; None: the account has no open case of this flow.
Onward = Callable[[Case | None], str]


class SignIn(Struct, frozen=True):
    """A form of signing in as it came: the browser's token, the form's one-time id, the IP address that it is from.

    `stays` is true on the page of a case: the browser goes on with that case, else with the account's own.
    """

    program: Program
    token: str
    form: str
    remote: str | None
    stays: bool = False


class SignInResult(Struct, frozen=True):
    """What signing in came to: `problems`, or a code is asked for (`asks_code`), or the person is signed in: then
    `token` is what the browser holds from now on, and `redirect` where it goes."""

    problems: tuple[Problem, ...] = ()
    asks_code: bool = False
    token: str | None = None
    redirect: str | None = None


class PendingCode(NamedTuple):
    """A code is waited for; `until` is when it goes out of time, None when it has."""

    until: datetime | None


class SignIns:
    """Signs people in and out. Its methods raise RateLimited, HasherBusy and Busy."""

    def __init__(self, context: ServiceContext, throttles: RateLimits) -> None:
        self._context = context
        self._database = context.database
        self._throttles = throttles

    def waits(self, program: Program, token: str | None) -> PendingCode | None:
        """What this browser still has to do once it gave a right password: enter a code. None when it has not."""
        if token is None:
            return None
        with self._database.reading() as transaction:
            _, case = self._waiting(transaction, program, token, self._context.clock())
        return None if case is None else PendingCode(sign_in_code_expires(program, case, self._context.world()))

    # --- The password ---------------------------------------------------------------------

    def give_password(self, at: SignIn, address: str, password: str, language: str, onward: Onward) -> SignInResult:
        """Compare the password; then sign in, or send the code with which the flow confirms it."""
        again = self._again(at)
        if again is not None:
            return again
        self._throttles.count("sign_in", address, at.remote)
        with self._database.reading() as transaction:
            row = accounts.by_sign_in(transaction, address)
        right = self._context.passwords.verify(row.password if row is not None else None, password)
        if row is None or not right or row.closed is not None:
            return SignInResult((NOT_KNOWN,))
        self._throttles.forgive("sign_in", address)
        self._renew_hash(row, password)
        flow = at.program.flow
        if flow.accounts is None or flow.accounts.confirm_sign_in is None:
            return self._tried(at, lambda: self._enter(at, row.id, onward))
        return self._tried(at, lambda: self._ask_code(at, row, language))

    def _again(self, at: SignIn) -> SignInResult | None:
        """What came of the same form when it was accepted before."""
        now = self._context.clock()
        with self._database.reading() as transaction:
            before = sessions.result_of_form(transaction, at.token, at.form)
            if before is None:
                return None
            follows = renewed(transaction, at.token, at.form, now)
            waits = sign_ins.find(transaction, at.token, now) is not None
        return SignInResult(asks_code=waits and follows is None, token=follows, redirect=before.redirect)

    def _renew_hash(self, row: AccountRow, password: str) -> None:
        """A hash of older parameters is made anew, now that the password is known."""
        passwords = self._context.passwords
        if row.password is None or not passwords.is_outdated(row.password):
            return
        fresh = passwords.hash(password)
        with self._database.writing() as transaction:
            now = accounts.load(transaction, row.id)
            # Somebody may have changed the password meanwhile: that one stays.
            if now is not None and now.password == row.password:
                accounts.save(transaction, replace(now, password=fresh))

    def _ask_code(self, at: SignIn, row: AccountRow, language: str) -> SignInResult:
        now = self._context.clock()
        with self._database.writing() as transaction:
            self._once(transaction, at)
            begun = sign_ins.find(transaction, at.token, now)
            case = cases.load(transaction, begun.case_id) if begun is not None and begun.account == row.id else None
            if case is not None and case.flow == at.program.flow.name:
                # The same person from the start again: the same code while it lives, and no mail a minute.
                self._keep(transaction, at.program, case, send_confirmation(at.program, case, self._context.world()))
            else:
                self._begin(transaction, at, row, language, now)
            sessions.record_form(transaction, at.token, at.form, None, now)
        return SignInResult(asks_code=True)

    def _begin(self, transaction: Transaction, at: SignIn, row: AccountRow, language: str, now: datetime) -> None:
        flow, version = at.program.flow, at.program.version
        ident = os.urandom(16).hex()
        begun = begin_confirming(
            at.program, id=ident, sign_in=row.sign_in, language=language, world=self._context.world()
        )
        bundle = self._context.catalogue.bundle(flow.name, version)
        versions.keep(transaction, flow.name, version, bundle, now)
        cases.add(transaction, begun.case, replace(_NOBODY_WAITS, erase_at=now + LASTS + timedelta(days=1)))
        sign_ins.add(transaction, at.token, row.id, ident, now)
        self._send(transaction, at.program, begun)

    # --- The code -------------------------------------------------------------------------

    def give_code(self, at: SignIn, typed: str, onward: Onward) -> SignInResult:
        """Compare the code; a wrong one has cost a try, whatever becomes of the rest."""
        again = self._again(at)
        if again is not None:
            return again
        address = self._address(at)
        if address is None:
            return SignInResult((TOO_LATE,))
        self._throttles.count("confirm", address, at.remote)
        result = self._tried(at, lambda: self._compare(at, typed, onward))
        if result.token is not None:
            self._throttles.forgive("confirm", address)
        return result

    def _address(self, at: SignIn) -> str | None:
        with self._database.reading() as transaction:
            begun = sign_ins.find(transaction, at.token, self._context.clock())
            row = accounts.load(transaction, begun.account) if begun is not None else None
        return None if row is None else row.sign_in

    def _compare(self, at: SignIn, typed: str, onward: Onward) -> SignInResult:
        now = self._context.clock()
        with self._database.writing() as transaction:
            begun, case = self._waiting(transaction, at.program, at.token, now)
            if begun is None or case is None:
                return SignInResult((TOO_LATE,))
            decision = confirm(at.program, case, typed, self._context.world())
            if decision.problems:
                self._keep(transaction, at.program, case, decision)
                return SignInResult(decision.problems, asks_code=True)
            return self._entered(transaction, at, begun.account, onward, now)

    def new_code(self, at: SignIn) -> SignInResult:
        """Send the code again: the same value while it lives, at most once in a minute."""
        address = self._address(at)
        if address is None:
            return SignInResult((TOO_LATE,))
        self._throttles.count("confirm", address, at.remote)
        return self._tried(at, lambda: self._resend(at))

    def _resend(self, at: SignIn) -> SignInResult:
        with self._database.writing() as transaction:
            _, case = self._waiting(transaction, at.program, at.token, self._context.clock())
            if case is None:
                return SignInResult((TOO_LATE,))
            decision = send_confirmation(at.program, case, self._context.world())
            self._keep(transaction, at.program, case, decision)
        return SignInResult(decision.problems, asks_code=True)

    def _waiting(
        self, transaction: Transaction, program: Program, token: str, now: datetime
    ) -> tuple[PendingSignIn | None, Case | None]:
        begun = sign_ins.find(transaction, token, now)
        case = cases.load(transaction, begun.case_id) if begun is not None else None
        # A code is of the flow that sent it: another one may confirm otherwise.
        return (begun, case) if case is not None and case.flow == program.flow.name else (None, None)

    def _keep(self, transaction: Transaction, program: Program, before: Case, decision: Decision) -> None:
        if decision.case == before:
            return
        case = replace(decision.case, revision=before.revision + 1)
        erase_at = self._context.clock() + LASTS + timedelta(days=1)
        cases.save(transaction, case, before.revision, replace(_NOBODY_WAITS, erase_at=erase_at))
        self._send(transaction, program, replace(decision, case=case))

    def _send(self, transaction: Transaction, program: Program, decision: Decision) -> None:
        now = self._context.clock()
        limit_sending(transaction, program.flow, decision.case, decision.work, now)
        for work in decision.work:
            perform(work, Performance(transaction, decision.case, "", now))

    # --- In and out -----------------------------------------------------------------------

    def _enter(self, at: SignIn, account: str, onward: Onward) -> SignInResult:
        with self._database.writing() as transaction:
            return self._entered(transaction, at, account, onward, self._context.clock())

    def _entered(
        self, transaction: Transaction, at: SignIn, account: str, onward: Onward, now: datetime
    ) -> SignInResult:
        """Another token, signed in: what the browser held moves along, and the account's own case comes first."""
        self._once(transaction, at)
        flow = at.program.flow
        follows = sessions.successor(transaction.keys, at.token, at.form)
        confirmed = flow.accounts is not None and flow.accounts.confirm_sign_in is not None
        sessions.rotate(transaction, at.token, follows, account, now, idle_of(flow), confirmed=confirmed)
        own = None if at.stays else cases.open_of(transaction, account, flow.name)
        case = cases.load(transaction, own) if own is not None else None
        redirect = onward(case)
        if case is not None:
            sessions.bind_case(transaction, follows, flow.name, case.id, now, idle_of(flow))
        sign_ins.drop(transaction, at.token)
        sessions.record_form(transaction, at.token, at.form, redirect, now)
        _keep_account(transaction, flow, account, now)
        return SignInResult(token=follows, redirect=redirect)

    def _once(self, transaction: Transaction, at: SignIn) -> None:
        if sessions.result_of_form(transaction, at.token, at.form) is not None:
            raise Conflict("the same form was faster.", where="sign_in")

    def cancel(self, token: str) -> None:
        """Begin again from the password."""
        with self._database.writing() as transaction:
            sign_ins.drop(transaction, token)

    def sign_out(self, token: str) -> str:
        """End the session; what is to be held from now on comes back."""
        with self._database.writing() as transaction:
            sign_ins.drop(transaction, token)
            sessions.end(transaction, token, self._context.clock())
        return new_token()

    def _tried(self, at: SignIn, do: Callable[[], SignInResult]) -> SignInResult:
        """Others may be faster, the same form pressed twice among them."""
        for _ in range(TRIES):
            try:
                return do()
            except Conflict:
                again = self._again(at)
                if again is not None:
                    return again
        raise Busy("others were faster.", where="sign_in", way_out="Send the page again.")


def _keep_account(transaction: Transaction, flow: Flow, account: str, now: datetime) -> None:
    """Signing in is a use of the account."""
    row = accounts.load(transaction, account)
    until = kept_until(flow, row.roles, now) if row is not None else None
    if until is not None:
        accounts.keep_until(transaction, account, until)
