"""A scenario as it was written, and what came of playing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from flowrunner.compiler.nodes import Node
from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Level
from flowrunner.model.case import Case, Event
from flowrunner.model.duration import Duration
from flowrunner.span import NOWHERE, Span

UNREADABLE = Check("FR801", "scenario_unreadable")
UNMET = Check("FR802", "expectation_unmet")
NOT_PLAYED = Check("FR803", "source_not_played")
CHECKS = (UNREADABLE, UNMET, NOT_PLAYED)

# What an `expect` must have for the items of its line to count as shown: `step` alone shows nothing.
SHOWING = frozenset({"shows", "problems", "sent", "messages", "prefilled", "outcome"})


class Expected(Struct, frozen=True):
    """One line of an `expect`: its key, what is expected as plain data, and where it stands."""

    key: str
    data: Any
    span: Span


class ScenarioLine(Struct, frozen=True):
    """One entry of a walk."""

    span: Span
    actor: str | None = None
    at: str | None = None
    fill: Mapping[str, Any] = field(default_factory=dict)
    press: str | None = None
    open: str | None = None
    wait: Duration | None = None
    sign_in: str | None = None
    language: str | None = None
    taken: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[Expected, ...] = ()
    covers: tuple[int, ...] = ()


class Scenario(Struct, frozen=True):
    """A walk through one flow. `facts` are what its sources answer, `switches` its policy switches (`with`)."""

    file: str
    flow: str
    now: datetime | None
    lines: tuple[ScenarioLine, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    accounts: tuple[Mapping[str, Any], ...] = ()
    switches: Mapping[str, bool] = field(default_factory=dict)
    language: str | None = None
    span: Span = NOWHERE
    root: Node | None = None


class Evidence(Struct, frozen=True):
    """Where an item was shown: the line, and what was expected there."""

    item: int
    file: str
    line: int
    expected: str


class Item(Struct, frozen=True):
    """A requirement by its title in the first language. `shown_by` names the tests that show what no scenario can: what
    only a browser sees. They are named here and run elsewhere. Each such test names the item too
    (`@pytest.mark.shows`), and a test compares both, so that one that is renamed or removed takes its item with it."""

    title: str
    shown_by: tuple[str, ...] = ()


class Played(Struct):
    """What came of a scenario: its findings, the transitions that it took, the items that it showed, its steps; and
    the case with its events as it stands at the end (None: nothing was walked)."""

    scenario: Scenario
    case: Case | None = None
    events: list[Event] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    taken: set[tuple[str, str, int]] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)
    acts: int = 0

    @property
    def passed(self) -> bool:
        return not any(finding.level is Level.ERROR for finding in self.findings)
