"""Form data: the inputs of the flow, and those of the interpreter, which begin with `_`."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from msgspec import Struct

from flowrunner.model.case import Inputs, Submission
from flowrunner.runtime.program import Program
from flowrunner.service.cases.cases import FormStamp

CSRF = "_csrf"
_LONGEST_OWN = 200


class Posted(Struct, frozen=True):
    """One form: its submission, its one-time id with what was shown, and the step from which the flow was opened."""

    submission: Submission
    form: FormStamp
    opened_from: str | None

    @property
    def button(self) -> str:
        return self.submission.button

    @property
    def leaves(self) -> bool:
        """Whether the button is the interpreter's and not the flow's."""
        return self.button.startswith("_")


def posted(program: Program, step: str, language: str) -> Posted:
    """Read the form of the present request. Nothing of it is trusted: the core judges it all."""
    form = request.form
    submission = Submission(
        step=step,
        button=_own(form, "_button") or "next",
        inputs=inputs(),
        language=language,
        change=known_step(program, _own(form, "_change")),
    )
    return Posted(submission, FormStamp(_own(form, "_form"), _own(form, "_shown")), _own(form, "_from") or None)


def inputs() -> Inputs:
    """All inputs that are not the interpreter's own."""
    return {name: tuple(values) for name, values in request.form.lists() if not name.startswith("_")}


def known_step(program: Program, name: str) -> str | None:
    """A step's name if the flow has such a step."""
    return name if name in program.flow.steps else None


def own_input(name: str) -> str:
    """One of the interpreter's own inputs, "" when it is missing or longer than any of ours."""
    return _own(request.form, name)


def _own(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    return value if len(value) <= _LONGEST_OWN else ""
