"""All that a request reads before anything is decided, in one statement: the session, its account, its case, the draft
of the page, and what came of the form if its idempotency key was used before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from flowrunner.model.case import Case
from flowrunner.store import accounts as account_rows
from flowrunner.store import cases as case_rows
from flowrunner.store import unsubmitted as typed_rows
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import SEARCHED
from flowrunner.store.database import Transaction
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.sessions import FormResult, Session, digest, form_digest
from flowrunner.store.tables import accounts, cases, form_ids, session_cases, sessions, unsubmitted
from flowrunner.store.unsubmitted import Unsubmitted


@dataclass(frozen=True, slots=True)
class RequestState:
    """`session` may be over. `account` is that of the session, closed ones too. `key` is the data key of `case` and
    `searched` what its row is found by, with which it is saved again."""

    session: Session
    account: AccountRow | None = None
    case: Case | None = None
    key: bytes = field(default=b"", repr=False)
    searched: Mapping[str, Any] = field(default_factory=dict, repr=False)
    typed: Unsubmitted | None = None
    form_result: FormResult | None = None


_WANTED = Prepared(
    select(
        sessions.c.created,
        sessions.c.seen,
        sessions.c.idle,
        sessions.c.account,
        sessions.c.ended,
        sessions.c.confirmed,
        session_cases.c.case_id,
        cases.c.key,
        cases.c.sealed,
        cases.c.revision,
        *(cases.c[name].label(f"case_{name}") for name in SEARCHED),
        unsubmitted.c.sealed.label("typed"),
        form_ids.c.id.label("form"),
        form_ids.c.redirect,
        *(accounts.c[name].label(f"account_{name}") for name in account_rows.READ),
    )
    .select_from(sessions)
    .outerjoin(session_cases, and_(session_cases.c.session == sessions.c.id, session_cases.c.flow == bindparam("flow")))
    .outerjoin(cases, cases.c.id == session_cases.c.case_id)
    .outerjoin(unsubmitted, and_(unsubmitted.c.case_id == cases.c.id, unsubmitted.c.step == bindparam("step")))
    .outerjoin(form_ids, form_ids.c.id == bindparam("form"))
    .outerjoin(accounts, accounts.c.id == sessions.c.account)
    .where(sessions.c.id == bindparam("session"))
)
_SEARCHED = tuple((name, f"case_{name}") for name in SEARCHED)


def read_request_state(
    transaction: Transaction, token: str, flow: str, step: str = "", form: str = ""
) -> RequestState | None:
    """What is there for a token, a flow, a step and a form's one-time id; None when there is no such session.

    Raises seal.Broken when a row was tampered with.
    """
    parameters = {"session": digest(token), "flow": flow, "step": step, "form": form_digest(token, form)}
    row = _WANTED.one(transaction.connection, parameters)
    if row is None:
        return None
    idle = timedelta(seconds=row.idle)
    session = Session(row.created, row.seen, idle, row.account, row.case_id, row.ended, row.confirmed)
    form_result = FormResult(row.redirect) if row.form is not None else None
    # Of a session that is over nothing more is read.
    account = account_rows.of_joined_row(transaction, row) if row.account_id is not None and row.ended is None else None
    if row.key is None:
        return RequestState(session, account, form_result=form_result)
    key, case = case_rows.unseal_case(transaction, row.case_id, row.key, row.sealed, row.revision)
    typed = typed_rows.unseal_draft(key, row.case_id, step, row.typed) if row.typed is not None else None
    searched = {name: getattr(row, label) for name, label in _SEARCHED}
    return RequestState(session, account, case, key, searched, typed, form_result)
