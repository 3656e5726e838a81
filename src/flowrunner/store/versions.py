"""Versions of flows: the bundle that a case began with is kept for as long as the case.

`language_version` is the minor of the language that the flowrunner spoke which kept the bundle (`LANGUAGE_MINOR`). What
an earlier minor could say, a later one understands; what a later one kept may hold words that this one never heard, so
it is refused by name and not read with half an understanding.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from flowrunner.errors import FlowrunnerError
from flowrunner.model.flow.flow import LANGUAGE_MINOR
from flowrunner.store.database import Transaction
from flowrunner.store.engine.upsert import insert_or_keep
from flowrunner.store.tables import flow_versions


class NewerLanguage(FlowrunnerError):
    """The version was kept by a flowrunner whose language has more words than this one's."""


def keep(transaction: Transaction, flow: str, version: str, bundle: str, now: datetime) -> None:
    """Store a bundle once; a version never changes."""
    stored = select(flow_versions.c.version).where(*_of(flow, version))
    if transaction.connection.execute(stored).first() is not None:
        return
    row = {
        "flow": flow,
        "version": version,
        "bundle": bundle,
        "language_version": LANGUAGE_MINOR,
        "stored_at": now,
    }
    # Of several that keep it at once one does, and the others must not lose their case for it.
    insert_or_keep(transaction.connection, flow_versions, row)


def find(transaction: Transaction, flow: str, version: str) -> str | None:
    """The bundle of a version, or None. Raises NewerLanguage."""
    query = select(flow_versions.c.bundle, flow_versions.c.language_version)
    row = transaction.connection.execute(query.where(*_of(flow, version))).one_or_none()
    if row is None:
        return None
    if row.language_version > LANGUAGE_MINOR:
        raise NewerLanguage(
            f"this version speaks a newer language (1.{row.language_version}; known is 1.{LANGUAGE_MINOR}).",
            where=f"{flow} {version[:12]}",
            way_out="Run the flowrunner that kept it, or a later one.",
        )
    bundle: str = row.bundle
    return bundle


def _of(flow: str, version: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return flow_versions.c.flow == flow, flow_versions.c.version == version
