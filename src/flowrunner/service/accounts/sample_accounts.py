"""Sample accounts from a CSV file, for trying a flow by hand."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Value
from flowrunner.model.flow import AccountPolicy, Flow
from flowrunner.model.record import replace
from flowrunner.store import accounts
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database

# What all of them sign in with, where somebody tries a flow at their own machine.
SAMPLE_PASSWORD = "four words in the rain"  # noqa: S105 - it is told to whoever starts the server


def load_sample_accounts(
    database: Database, flow: Flow, path: Path, now: datetime, password_hash: str | None = None
) -> int:
    """Load the rows whose sign-in is not there yet, and say how many. Without a hash nobody can sign in to them.

    Columns are the sign-in, `roles` (separated by spaces), `status` and fields of the profile; others are not read.
    Raises FlowrunnerError for a row that the flow's fields cannot hold.
    """
    policy = flow.accounts
    if policy is None:
        raise FlowrunnerError("this flow has no accounts.", where=flow.name)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    loaded = 0
    with database.writing() as transaction:
        for line, row in enumerate(rows, start=2):
            answers = _answers(flow, policy, row, f"{path.name}:{line}")
            sign_in = answers[policy.sign_in_with]
            if accounts.find(transaction, (policy.sign_in_with,), (sign_in,)) is None:
                accounts.add(
                    transaction,
                    replace(_account(policy, row, answers), password=password_hash),
                    _keys(policy, answers),
                    now,
                )
                loaded += 1
    return loaded


def _answers(flow: Flow, policy: AccountPolicy, row: Mapping[str, str], where: str) -> dict[str, Value]:
    answers: dict[str, Value] = {}
    for name in dict.fromkeys((policy.sign_in_with, *policy.profile)):
        field = flow.fields[name]
        characters = row.get(name) or ""
        choices = field.choices if isinstance(field.choices, tuple) else ()
        reading = FIELD_TYPES[field.kind].parse(field, characters, Context(choices, flow.territory))
        if characters and reading.value is None:
            raise FlowrunnerError(f"{name!r} cannot be read.", where=where, way_out="Write it as a person would.")
        answers[name] = reading.value
    return answers


def _account(policy: AccountPolicy, row: Mapping[str, str], answers: Mapping[str, Value]) -> AccountRow:
    return AccountRow(
        id=os.urandom(16).hex(),
        sign_in=str(answers[policy.sign_in_with]),
        roles=frozenset((row.get("roles") or "").split()),
        status=row.get("status") or None,
        profile={name: answers[name] for name in policy.profile},
    )


def _keys(policy: AccountPolicy, answers: Mapping[str, Value]) -> list[tuple[tuple[str, ...], tuple[object, ...]]]:
    keys = ((names, tuple(answers.get(name) for name in names)) for names in {(policy.sign_in_with,), *policy.unique})
    return [(names, values) for names, values in keys if None not in values]
