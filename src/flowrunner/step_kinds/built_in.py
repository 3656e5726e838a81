"""The kinds of steps that come with the interpreter. A new one is a file and a line here."""

from __future__ import annotations

from typing import Final

from flowrunner.registry import Registry
from flowrunner.step_kinds.base import StepKind
from flowrunner.step_kinds.decision import DecisionStep
from flowrunner.step_kinds.end import EndStep
from flowrunner.step_kinds.page import PageStep
from flowrunner.step_kinds.sign_in import SignInStep
from flowrunner.step_kinds.wait import WaitStep

STEP_KINDS: Final[Registry[StepKind]] = Registry(
    "step_kinds", [PageStep(), DecisionStep(), SignInStep(), WaitStep(), EndStep()]
)
