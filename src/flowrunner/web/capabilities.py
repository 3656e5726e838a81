"""Which steps these pages can run today. The others are told to be not open yet, whatever flow they are of."""

from __future__ import annotations

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Documents, ListBlock, Step
from flowrunner.runtime.program import Program

# Nothing here takes uploads yet.
CLOSED_KINDS = frozenset({"file"})


def is_open(program: Program, step: Step) -> bool:
    """Whether a person can do here what the step asks: no upload is needed for it."""
    if any(isinstance(block, Documents | ListBlock) for block in step.content):
        return False
    uses = [*step.uses, *(use for action in step.actions.values() for use in action.fields)]
    return not any(FIELD_TYPES[use.field.kind].name in CLOSED_KINDS for use in uses)
