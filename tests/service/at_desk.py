"""Somebody at the desk, behind its pages."""

from __future__ import annotations

from datetime import UTC, datetime

from flowrunner.model.case import Case, Inputs, Submission
from flowrunner.service.cases.cases import FormStamp, SubmissionResult
from flowrunner.service.cases.conflicts import version_of_step
from flowrunner.service.desk.access import Officer
from flowrunner.service.desk.desk import Casework
from flowrunner.service.desk.queue import QueueFilter
from tests.placing import Placing

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
FIRST_PAGE = QueueFilter()
REFUSAL: Inputs = {"refusal_reasons": ("details",)}


class At:
    """Somebody at the desk."""

    def __init__(self, casework: Casework, placing: Placing, sign_in: str, *roles: str) -> None:
        self.casework, self.placing = casework, placing
        self.account = placing.account(sign_in, *roles)
        self.token = placing.session(self.account, NOW)
        self.forms = 0

    @property
    def officer(self) -> Officer:
        found = self.casework.officer(self.casework.visitor(self.token).account)
        assert found is not None
        return found

    def ids(self, filter_by: QueueFilter = FIRST_PAGE) -> list[str]:
        return [each.id for each in self.casework.queue(self.officer, filter_by).listed]

    def press(
        self, case: Case, button: str, inputs: Inputs | None = None, shown: str = "", form: str = ""
    ) -> SubmissionResult:
        """Press a button of the page that shows this state of the case."""
        self.forms += 1
        submission = Submission(case.step, button, inputs or {}, language="en")
        sent = FormStamp(form or f"form {self.forms}", shown or version_of_step(case))
        return self.casework.act(self.officer, case.id, self.token, sent, submission, lambda case, step: f"/{step}")
