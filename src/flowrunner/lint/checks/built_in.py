"""The checks that every installation has, in the order of their codes."""

from __future__ import annotations

from flowrunner.lint.base import LintCheck
from flowrunner.lint.checks.circle_of_go import CircleOfGo
from flowrunner.lint.checks.differing_placeholders import DifferingPlaceholders
from flowrunner.lint.checks.misjudged_example import MisjudgedExample
from flowrunner.lint.checks.missing_language import MissingLanguage
from flowrunner.lint.checks.negation_of_the_unasked import NegationOfTheUnasked
from flowrunner.lint.checks.no_default import NoDefault
from flowrunner.lint.checks.no_way_on import NoWayOn
from flowrunner.lint.checks.unknown_language import UndeclaredLanguage
from flowrunner.lint.checks.unnamed_source import UnnamedSource
from flowrunner.lint.checks.unreachable_step import UnreachableStep
from flowrunner.registry import Registry

CHECKS: Registry[LintCheck] = Registry(
    "checks",
    [
        UnreachableStep(),
        NoWayOn(),
        NoDefault(),
        CircleOfGo(),
        NegationOfTheUnasked(),
        MissingLanguage(),
        DifferingPlaceholders(),
        UndeclaredLanguage(),
        UnnamedSource(),
        MisjudgedExample(),
    ],
)
