"""What makes each row go again: every table is named here exactly once, under what erases it.

A new table is one more name. `tests/service/upkeep/test_kept.py` fills every table, lets time pass, and looks at what
is left.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from flowrunner.store import tables

WITH_ITS_CASE: Final[tuple[Table, ...]] = (
    tables.unsubmitted,
    tables.outbox,
    tables.account_messages,
    tables.events,
    tables.session_cases,
    tables.case_keys,
    tables.sign_ins,
    tables.holds,
)
"""`case_id` says whose each row is; `cases.erase` deletes them."""

WITH_ITS_ACCOUNT: Final[tuple[Table, ...]] = (tables.account_keys,)
"""`account` says whose each row is; `accounts.erase` deletes them."""

ON_ITS_OWN_DAY: Final[tuple[Table, ...]] = (tables.cases, tables.accounts, tables.uploads)
"""Each row says itself when it goes: `erase_at`, `sweep_at`."""

AFTER_AN_AGE: Final[tuple[Table, ...]] = (tables.sessions, tables.form_ids, tables.throttles)
"""Rows go when they are of no more use: `service.upkeep.retention.Retention.sweep`."""

OF_NOBODY: Final[tuple[Table, ...]] = (tables.flow_versions,)
"""What the authors of flows wrote. It stays, so that every stored case can be read."""
