"""`sign_in`: who goes on is known."""

from __future__ import annotations

from flowrunner.step_kinds.base import LEADS, SHOWN, StepKind


class SignInStep(StepKind):
    name = "sign_in"
    description = "Signing in, by the account of the case's e-mail only."
    keys = ("kind", "exclusive", *SHOWN, *LEADS)
    required = ("title",)
    signs_in = True
    shape = "parallelogram"
    brackets = ("[/", "/]")
