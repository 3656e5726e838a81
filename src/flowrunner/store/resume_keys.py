"""Resume keys: a case is found again in another browser by one keyed digest (HMAC) of all that the flow asks for.

So looking for a case costs one digest and one read, whether somebody has such a case or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from flowrunner.store.database import Transaction
from flowrunner.store.tables import case_keys, cases


def set_key(transaction: Transaction, case_id: str, key: str | None) -> None:
    """Let a case be found by this key and no other; None: by none."""
    transaction.connection.execute(delete(case_keys).where(case_keys.c.case_id == case_id))
    if key is not None:
        transaction.connection.execute(insert(case_keys).values(case_id=case_id, digest=key))


def find(transaction: Transaction, key: str) -> str | None:
    """The id of the case that is found by this key, or None."""
    query = (
        select(case_keys.c.case_id)
        .join(cases, cases.c.id == case_keys.c.case_id)
        .where(case_keys.c.digest == key)
        .order_by(cases.c.since.desc(), cases.c.id)
        .limit(1)
    )
    return transaction.connection.execute(query).scalar_one_or_none()


def resume_digest(transaction: Transaction, flow: str, names: Iterable[str], values: Iterable[object]) -> str:
    """The key for what a flow asks: a case is only ever found by all of it."""
    return transaction.keys.digest("resume", flow, list(names), list(values))
