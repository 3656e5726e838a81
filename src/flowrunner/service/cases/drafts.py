"""What was typed and not yet sent: kept when somebody leaves a page by another way than its own buttons."""

from __future__ import annotations

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Account, Case, Inputs
from flowrunner.model.flow import Field
from flowrunner.runtime.look import Page
from flowrunner.runtime.look import TypedInputs as Shown
from flowrunner.service.context import ServiceContext
from flowrunner.store import unsubmitted
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict
from flowrunner.store.unsubmitted import Unsubmitted

__all__ = ["Conflict", "DraftStore", "TooMuch"]

MOST = 200_000


class TooMuch(FlowrunnerError):
    """More was typed than is kept of a page that was not sent."""


class DraftStore:
    """Keeps it. Passwords, codes and files are never among it."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def keep(self, page: Page, inputs: Inputs, shown: str, kept_as: str = "") -> None:
        """Keep what was typed in the questions of a page of a case; `kept_as` is where, "" for its step. Raises
        TooMuch, and Conflict when the case is not there any more."""
        fields = {name: one.field for name, one in page.questions.items() if may_be_kept(one.field)}
        names = {name for field in fields.values() for name in FIELD_TYPES[field.kind].inputs(field)}
        typed = {name: values for name, values in inputs.items() if name in names}
        if sum(len(value) for values in typed.values() for value in values) > MOST:
            raise TooMuch("this is more than can be kept.", where=page.step.name, way_out="Send the page.")
        with self._context.database.writing() as transaction:
            row = Unsubmitted(typed, frozenset(fields), shown)
            unsubmitted.keep(transaction, page.case.id, kept_as or page.step.name, row, self._context.clock())

    def keep_at_desk(self, page: Page, account: Account, inputs: Inputs) -> None:
        """The same for an officer, who alone is shown it, and not when the case has waited anew. Raises TooMuch and
        Conflict."""
        self.keep(page, inputs, _visit_of(page.case), kept_at_desk(account))


def kept_at_desk(account: Account) -> str:
    """Where what an officer typed is kept: no step has such a name."""
    return f"@{account.id}"


def typed_at_desk(transaction: Transaction, account: Account, case: Case) -> Shown | None:
    """What this officer typed and could not send."""
    draft = unsubmitted.find(transaction, case.id, kept_at_desk(account))
    return Shown(draft.inputs, draft.fields) if draft is not None and draft.shown == _visit_of(case) else None


def _visit_of(case: Case) -> str:
    return str(case.path[-1].number)


def may_be_kept(field: Field) -> bool:
    """Whether what is typed in a question may be kept or given back: nothing secret, nothing that is computed."""
    return FIELD_TYPES[field.kind].kept_as_draft and field.value is None
