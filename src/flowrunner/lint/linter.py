"""Running every check over a flow."""

from __future__ import annotations

from flowrunner.diagnostics.diagnostic import Diagnostic, in_order
from flowrunner.lint.checks.built_in import CHECKS
from flowrunner.model.flow import Flow


def lint(flow: Flow) -> tuple[Diagnostic, ...]:
    """All findings of all checks, in the order of the file, each once."""
    diagnostics = (diagnostic for check in CHECKS.values() for diagnostic in check.find(flow))
    return in_order(dict.fromkeys(diagnostics))
