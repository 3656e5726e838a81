"""Versions of flows: the bundle that a case began with is kept for as long as the case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from flowrunner.store.database import Transaction
from flowrunner.store.tables import flow_versions


def keep(transaction: Transaction, flow: str, version: str, bundle: str, language_version: int, now: datetime) -> None:
    """Store a bundle once; a version never changes."""
    if find(transaction, flow, version) is None:
        row = {
            "flow": flow,
            "version": version,
            "bundle": bundle,
            "language_version": language_version,
            "stored_at": now,
        }
        transaction.connection.execute(insert(flow_versions).values(row))


def find(transaction: Transaction, flow: str, version: str) -> str | None:
    """The bundle of a version, or None."""
    wanted = select(flow_versions.c.bundle).where(flow_versions.c.flow == flow, flow_versions.c.version == version)
    return transaction.connection.execute(wanted).scalar_one_or_none()
