"""What was typed and not yet sent: kept when somebody leaves a page by another way than its own buttons."""

from __future__ import annotations

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs
from flowrunner.model.flow import Field
from flowrunner.runtime.page import Page
from flowrunner.service.cases import Cases
from flowrunner.store import unsubmitted
from flowrunner.store.unsubmitted import Unsubmitted

MOST = 200_000


class TooMuch(FlowrunnerError):
    """More was typed than is kept of a page that was not sent."""


class Typed:
    """Keeps it. Passwords, codes and files are never among it."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def keep(self, page: Page, inputs: Inputs, shown: str) -> None:
        """Keep what was typed in the questions of a page of a case. Raises TooMuch, and store.failures.Lost when the
        case is not there any more."""
        kept = {name: one.field for name, one in page.asked.items() if may_be_kept(one.field)}
        names = {name for field in kept.values() for name in FIELD_TYPES[field.kind].inputs(field)}
        typed = {name: values for name, values in inputs.items() if name in names}
        if sum(len(value) for values in typed.values() for value in values) > MOST:
            raise TooMuch("this is more than can be kept.", where=page.step.name, way_out="Send the page.")
        with self._cases.database.writing() as transaction:
            row = Unsubmitted(typed, frozenset(kept), shown)
            unsubmitted.keep(transaction, page.case.id, page.step.name, row, self._cases.clock())


def may_be_kept(field: Field) -> bool:
    """Whether what is typed in a question may be kept or given back: nothing secret, nothing that is computed."""
    kind = FIELD_TYPES[field.kind]
    return not (kind.secret or kind.name in ("code", "file") or field.value is not None)
