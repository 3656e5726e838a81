"""A page as it was shown: whether the answers that it showed are still those of the case."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Case, Inputs, Submission, Value, World
from flowrunner.model.flow import Field
from flowrunner.runtime.answers import context_of
from flowrunner.runtime.interpreter import tick
from flowrunner.runtime.program import Program
from flowrunner.store.sealing.codec import encode_values


def digest_of(case: Case | None, step: str) -> str:
    """The digest of a step's stored answers: a page carries it, so that a change in another window is noticed."""
    visit = next((visit for visit in case.path if visit.step == step), None) if case else None
    if visit is None or not visit.answers:
        return ""
    return hashlib.sha256(encode_values(dict(sorted(visit.answers.items())))).hexdigest()[:16]


def version_of_step(case: Case) -> str:
    """The digest of how far a case has gone and of what is known: a page of the desk carries it, so that nobody decides
    on what they did not see. Only a reminder or another language leave it as it was."""
    facts = sorted((fact.source, repr(fact.given), fact.at.isoformat()) for fact in case.facts)
    return hashlib.sha256(repr((case.path[-1].number, case.visits, facts)).encode()).hexdigest()[:16]


def is_as_shown(program: Program, case: Case, shown: str, world: World) -> bool:
    """Whether a case is still in the state that a page of the desk had shown, what is due by the clock included."""
    return version_of_step(tick(program, case, world).case) == shown


def changed_elsewhere(case: Case, submission: Submission, shown: str, program: Program) -> Mapping[str, Inputs]:
    """The stored answers that differ both from what the page had shown and from what it says now, as inputs."""
    if submission.button != "next" or digest_of(case, submission.step) == shown:
        return {}
    visit = next((visit for visit in case.path if visit.step == submission.step), None)
    if visit is None:
        return {}
    changed = {}
    for name, value in visit.answers.items():
        field = program.flow.fields[name]
        stored = FIELD_TYPES[field.kind].write(field, value)
        inputs = {key: submission.inputs.get(key, ()) for key in FIELD_TYPES[field.kind].inputs(field)}
        if (
            stored
            and any(inputs[key] != stored.get(key, ()) for key in inputs)
            and not _is_same_answer(field, inputs, value, program)
        ):
            changed[name] = stored
    return changed


def _is_same_answer(field: Field, inputs: Inputs, value: Value, program: Program) -> bool:
    """Whether an answer that is written otherwise is the same: 6,5 and 6.5."""
    kind = FIELD_TYPES[field.kind]
    return not kind.has_choices and kind.read(field, inputs, context_of(program, field, {})).value == value
