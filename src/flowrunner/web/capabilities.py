"""Which steps these pages can run today. The others are told to be not open yet, whatever flow they are of."""

from __future__ import annotations

from flowrunner.model.flow import ListBlock, Step
from flowrunner.runtime.program import Program


def is_open(program: Program, step: Step, *, takes_files: bool = False) -> bool:
    """Whether a person can do here what the step asks. Files need a place (`takes_files`), and belong to a case, which
    the first page has yet to make."""
    if any(isinstance(block, ListBlock) for block in step.content):
        return False
    return step.name not in program.with_files or (takes_files and step.name != program.flow.start)
