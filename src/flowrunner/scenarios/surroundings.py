"""What stands around a case in a scenario: the clock, chance, the seal, and what the sources answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.model.case import Fact, Value, World
from flowrunner.model.duration import Duration
from flowrunner.runtime.program import Program
from flowrunner.scenarios.scenario import UNREADABLE, Scenario
from flowrunner.sources.values import parse_value
from flowrunner.span import Span

KEY = b"scenarios derive their codes with this key, which opens nothing"
NOON = datetime(2026, 3, 2, 14, tzinfo=UTC)
FAILURES = ("fails", "late")


def fake_seal(key_id: str, message: bytes) -> bytes:
    """The HMAC of scenarios."""
    return hmac.new(KEY + key_id.encode(), message, hashlib.sha256).digest()


class ScenarioWorld:
    """The world of one walk. `facts` may change from line to line."""

    def __init__(self, program: Program, scenario: Scenario) -> None:
        self.program = program
        self.scenario = scenario
        self.facts: dict[str, Any] = dict(scenario.facts)
        self.now = _aware(scenario.now, program) if scenario.now else NOON
        self.draws = 0
        self.lost: frozenset[str] = frozenset()

    def world(self, facts: Mapping[tuple[str, tuple[Value, ...]], Fact] | None = None) -> World:
        """The world at this moment; the same walk draws the same chance each time."""
        chance = hashlib.sha256(f"{self.scenario.file}:{self.draws}".encode()).digest()
        return World(self.now, chance, fake_seal, facts=facts or {}, lost=self.lost, switches=self.scenario.switches)

    def wait(self, duration: Duration) -> None:
        """Let time pass. After whole days it is the same time of that day, so that an hour can follow."""
        if not duration.whole_days:
            self.now = duration.add_to(self.now, UTC)
            return
        local = self.now.astimezone(self.program.zone)
        day = duration.add_to_date(local.date())
        self.now = datetime.combine(day, local.time(), self.program.zone).astimezone(UTC)

    def plays(self, source: str) -> bool:
        """Whether the scenario says what this source answers."""
        return source in self.facts

    def answer(self, source: str, arguments: tuple[Value, ...]) -> Fact:
        """What a source answers now."""
        data = self.facts[source]
        if data in FAILURES:
            return Fact(source, arguments, {}, self.now, "failed" if data == "fails" else "late")
        gives = self.program.flow.sources[source].gives
        values = {key: parse_value(value, gives[key]) for key, value in data.items() if key in gives}
        return Fact(source, arguments, values, self.now)


def unreadable(program: Program, scenario: Scenario) -> Iterator[Diagnostic]:
    """What a scenario names that its flow does not have: steps, sources, and values that a source cannot give."""
    for line in scenario.lines:
        for step in (line.at, line.open):
            if step is not None and step not in program.flow.steps:
                yield Diagnostic(UNREADABLE, line.span, "unknown_step", {"found": step})
    yield from _unreadable_facts(program, scenario.facts, scenario.span)
    for line in scenario.lines:
        yield from _unreadable_facts(program, line.facts, line.span)


def _unreadable_facts(program: Program, facts: Mapping[str, Any], span: Span) -> Iterator[Diagnostic]:
    for name, data in facts.items():
        source = program.flow.sources.get(name)
        if source is None:
            yield Diagnostic(UNREADABLE, span, "unknown_source", {"found": name})
        elif isinstance(data, dict):
            for key, value in data.items():
                if not _can_give(source.gives, key, value):
                    yield Diagnostic(UNREADABLE, span, "unknown_fact", {"found": f"{name}.{key}"})
        elif data not in FAILURES:
            yield Diagnostic(UNREADABLE, span, "unknown_fact", {"found": name})


def _can_give(gives: Mapping[str, Any], key: str, value: Any) -> bool:
    if key not in gives:
        return False
    try:
        parse_value(value, gives[key])
    except ValueError:
        return False
    return True


def _aware(moment: datetime, program: Program) -> datetime:
    return moment.replace(tzinfo=moment.tzinfo or program.zone).astimezone(UTC)
