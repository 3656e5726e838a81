"""Which steps these pages can run today. The others are told to be not open yet, whatever flow they are of."""

from __future__ import annotations

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import ListBlock, Step
from flowrunner.runtime.program import Program
from flowrunner.service.uploads import file_fields


def is_open(program: Program, step: Step, *, takes_files: bool = False) -> bool:
    """Whether a person can do here what the step asks: no account or mail is needed for it, nor a place for files
    unless there is one (`takes_files`). Files belong to a case, which the first page has yet to make."""
    if step.kind == "sign_in" or program.sent_codes.get(step.name) is not None:
        return False
    if any(isinstance(block, ListBlock) for block in step.content):
        return False
    uses = [*step.uses, *(use for action in step.actions.values() for use in action.fields)]
    if any(FIELD_TYPES[use.field.kind].secret for use in uses):
        return False
    return not file_fields(step) or (takes_files and step.name != program.flow.start)
