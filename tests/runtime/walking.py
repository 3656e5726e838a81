"""A person who walks a flow without any shell: answers are given as a scenario writes them, facts from a table."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import Any

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.report import as_text
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import (
    Account,
    Actor,
    Asks,
    Case,
    Decision,
    Fact,
    Inputs,
    Secret,
    Submission,
    Value,
    Work,
    World,
)
from flowrunner.runtime.environment import reading
from flowrunner.runtime.interpreter import act, begin, tick
from flowrunner.runtime.look import Page, look
from flowrunner.runtime.program import Program

START = datetime(2026, 3, 2, 14, tzinfo=UTC)


def seal(key_id: str, message: bytes) -> bytes:
    return hmac.new(b"test" + key_id.encode(), message, hashlib.sha256).digest()


def program(text: str) -> Program:
    """The program of a flow written in a test."""
    made = compile_flow({"flow.yaml": dedent(text).encode()}, "flow.yaml")
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return Program(made.flow, "v1")


@dataclass
class Person:
    """`facts` is source → values, "fails" or "late"; `asked` counts the questions that reached a source."""

    program: Program
    facts: dict[str, Any] = field(default_factory=dict)
    now: datetime = START
    language: str = "en"
    lost: frozenset[str] = frozenset()
    account: Account | None = None
    role: str = "owner"
    asked: list[str] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    draws: int = 0
    case: Case = field(init=False)
    decision: Decision = field(init=False)

    def __post_init__(self) -> None:
        self.decision = begin(self.program, id="case", language=self.language, world=self.world())
        self.case = self.decision.case
        self.work += self.decision.work

    def world(self, facts: Mapping[tuple[str, tuple[Value, ...]], Fact] | None = None) -> World:
        chance = hashlib.sha256(f"{self.draws}".encode()).digest()
        return World(self.now, chance, seal, facts=facts or {}, lost=self.lost)

    def actor(self) -> Actor:
        if self.role != "owner":
            return Actor(roles=frozenset({self.role}))
        return Actor(self.account, self.account.roles if self.account else frozenset(), holds=True)

    def inputs(self, answers: Mapping[str, Any]) -> Inputs:
        found: dict[str, tuple[str, ...]] = {}
        for name, data in answers.items():
            asked = self.program.flow.fields[name]
            found.update(FIELD_TYPES[asked.kind].spell(asked, data))
        return found

    def submission(self, button: str, step: str | None, change: str | None, answers: Mapping[str, Any]) -> Submission:
        secrets = {name: value for name, value in answers.items() if isinstance(value, Secret)}
        typed = {name: value for name, value in answers.items() if name not in secrets}
        return Submission(
            step or self.case.step, button, self.inputs(typed), secrets=secrets, language=self.language, change=change
        )

    def press(
        self, button: str = "next", *, step: str | None = None, change: str | None = None, **answers: Any
    ) -> Decision:
        """Send a page; what sources are asked is answered, and the decision becomes the case."""
        return self.send(self.submission(button, step, change, answers))

    def send(self, submission: Submission) -> Decision:
        facts: dict[tuple[str, tuple[Value, ...]], Fact] = {}
        while True:
            found = act(self.program, self.case, self.actor(), submission, self.world(facts))
            if not isinstance(found, Asks):
                break
            for ask in found.sources:
                self.asked.append(ask.source)
                facts[ask.source, ask.given] = self.fact(ask.source, ask.given)
        return self.take(found)

    def fact(self, source: str, given: tuple[Value, ...]) -> Fact:
        said = self.facts[source]
        if said in ("fails", "late"):
            return Fact(source, given, {}, self.now, "failed" if said == "fails" else "late")
        return Fact(source, given, said, self.now)

    def take(self, decision: Decision) -> Decision:
        self.draws += 1
        self.case, self.decision = decision.case, decision
        self.work += decision.work
        return decision

    def wait(self, **length: float) -> Decision:
        self.now += timedelta(**length)
        return self.take(tick(self.program, self.case, self.world()))

    def look(self, step: str | None = None, change: str | None = None) -> Page | None:
        return look(self.program, self.case, self.actor(), step, self.world(), change)

    def env(self) -> dict[str, Any]:
        return reading(self.program, self.case, self.actor(), self.world())

    @property
    def steps(self) -> list[str]:
        """The steps of the path."""
        return [visit.step for visit in self.case.path]

    @property
    def settled(self) -> list[str]:
        """The steps of the trail."""
        return [visit.step for visit in self.case.trail]

    @property
    def problems(self) -> dict[str, str]:
        return {problem.field or "_page": problem.code for problem in self.decision.problems}

    def sent(self) -> list[str]:
        """The names of the messages that have gone out."""
        return [work.values["message"] for work in self.work if work.effect == "send"]
