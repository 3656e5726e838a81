"""Random persons on random flows, and on every flow of the project: the invariants of the language hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.diagnostic import Level
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.lint.linter import lint
from flowrunner.model.case import Account, Decision, FileRef, Inputs, Secret, Submission
from flowrunner.model.flow import Field
from flowrunner.model.types import Type
from flowrunner.runtime.answers import context_of
from flowrunner.runtime.interpreter import NotAllowed
from flowrunner.runtime.program import Program
from tests.runtime import invariants
from tests.runtime.flows import programs
from tests.runtime.walking import Person

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "flows").glob("*.yaml")), *sorted((ROOT / "tests" / "flows" / "valid").glob("*.yaml"))]
SHIPPED = [path for path in FILES if "\nflow:" in path.read_text("utf-8")]
FILE = FileRef("file-1", "scan.pdf", "pdf", 1000, "0" * 64)
EXAMPLES = {
    "text": ["P123456789", "54321B", "word", ""],
    "long_text": ["Some words.", ""],
    "email": ["person@example.org", "other@example.org", "nobody@"],
    "phone": ["613-555-0142", "1"],
    "integer": ["1", "5", "9", "12", "x"],
    "decimal": ["1.5", "x"],
    "money": ["10.00", "x"],
    "date": ["2026-03-20", "2026-04-30", "2026-02-31"],
    "yes_no": ["true", "false", ""],
    "confirm": ["true", "false"],
    "code": ["000000", "AAAAAAAA"],
}


class RandomPerson(RuleBasedStateMachine):
    """Somebody who fills in anything, presses anything, goes back, waits, and opens the same page twice."""

    def start(self, program: Program) -> None:
        self.person = Person(program, facts={})
        self.begun_at = program.flow.start
        self.decisions: list[Decision] = [self.person.decision]
        self.last: tuple[Submission, str] | None = None
        self.keys: list[str] = []
        self.lucky = False

    # --- What a person does -----------------------------------------------------------------

    @precondition(lambda self: self.person.case.ended is None)
    @rule(data=st.data())
    def send_a_page(self, data: st.DataObject) -> None:
        person = self.person
        steps = list(person.program.flow.steps)
        here = [person.case.step, *person.steps]
        step = data.draw(st.sampled_from(here + steps[:2]))
        buttons = [name for name, _ in person.program.flow.steps[step].triggers()]
        button = data.draw(st.sampled_from([*buttons, *buttons, "next", "new_code", "forged"]))
        change = data.draw(st.sampled_from([None, None, *person.steps]))
        self.send(self.filled(data, step, button, change), person.role)

    @rule(data=st.data(), pages=st.integers(1, 12))
    def go_ahead(self, data: st.DataObject, pages: int) -> None:
        """Most people get far: page after page is filled in well, and the sources say what lets one go on."""
        self.lucky = True
        for _ in range(pages):
            step = self.person.case.step
            buttons = [name for name, _ in self.person.program.flow.steps[step].triggers()]
            if not buttons:
                break
            button = "next" if "next" in buttons else data.draw(st.sampled_from(buttons))
            self.send(self.filled(data, step, button, None, well=True), self.role_of(step))
        self.lucky = False

    @precondition(lambda self: self.person.case.ended is None)
    @rule(data=st.data())
    def press_another_button_well(self, data: st.DataObject) -> None:
        step = self.person.case.step
        buttons = [name for name, _ in self.person.program.flow.steps[step].triggers()] or ["next"]
        button = data.draw(st.sampled_from(buttons))
        self.send(self.filled(data, step, button, None, well=True), self.role_of(step))

    @precondition(lambda self: len(self.person.case.path) > 1)
    @rule(data=st.data())
    def change_an_earlier_answer(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.person.steps[:-1]))
        change = data.draw(st.sampled_from([None, self.person.case.step]))
        self.lucky = True
        self.send(self.filled(data, step, "next", change, well=True), self.role_of(step))
        self.lucky = False

    @rule(data=st.data())
    def open_a_side_step(self, data: st.DataObject) -> None:
        links = [name for visit in self.person.case.path for name in self.person.program.opened[visit.step]]
        sides = [name for name in links if self.person.program.flow.steps[name].side]
        if sides:
            step = data.draw(st.sampled_from(sides))
            self.send(self.filled(data, step, "next", self.person.case.step, well=True), self.role_of(step))

    @precondition(lambda self: self.last is not None)
    @rule()
    def send_it_again_from_a_second_tab(self) -> None:
        assert self.last is not None
        self.send(*self.last)

    @rule(days=st.sampled_from([0, 0, 0, 0, 1, 4]), minutes=st.integers(0, 59))
    def wait(self, days: int, minutes: int) -> None:
        before = self.person.case
        decision = self.person.wait(days=days, minutes=minutes)
        self.note(before, decision)

    @rule(language=st.sampled_from(["en", "fr"]))
    def switch_language(self, language: str) -> None:
        if language in self.person.program.flow.languages:
            self.person.language = language

    @rule(role=st.sampled_from(["owner", "owner", "officer"]))
    def somebody_else_sits_down(self, role: str) -> None:
        self.person.role = role

    def role_of(self, step: str) -> str:
        return self.person.program.flow.steps[step].role

    # --- Filling in -----------------------------------------------------------------------------

    def filled(self, data: st.DataObject, step: str, button: str, change: str | None, well: bool = False) -> Submission:
        person = self.person
        inputs: dict[str, tuple[str, ...]] = {}
        secrets: dict[str, Secret] = {}
        files: dict[str, tuple[FileRef, ...]] = {}
        for use in person.program.asks(step, button).uses:
            asked = use.field
            if asked.kind == "password":
                secrets[asked.name] = Secret("hash-of-a-password")
            elif asked.kind == "file":
                digest = f"{len(files):064d}"
                files[asked.name] = (FileRef(f"file-{len(files)}", "scan.pdf", "pdf", 1000, digest),)
            else:
                inputs.update(self.answer(data, asked, well))
        return Submission(step, button, inputs, files, secrets, person.language, change)

    def answer(self, data: st.DataObject, asked: Field, well: bool) -> Inputs:
        kind = FIELD_TYPES[asked.kind]
        if asked.kind == "code":
            values = [str(self.person.env()["code"].get(asked.options["code"]) or "")] * 3
            return {asked.name: (data.draw(st.sampled_from(values if well else [*values, "000000"])),)}
        if asked.kind == "address":
            return kind.spell(asked, {"street": "1 Main", "city": "Ottawa", "province": "ON", "postal_code": "K1A 0B1"})
        if asked.kind in ("choice", "choices"):
            context = context_of(self.person.program, asked, self.person.env())
            ids = [choice.value for choice in context.choices] or ["none"]
            chosen = data.draw(st.sampled_from(ids if well else [*ids, "forged"]))
            return kind.spell(asked, [chosen] if asked.kind == "choices" else chosen)
        if asked.kind == "computed":
            return {}
        options = [example.value for example in asked.valid if not example.given] or EXAMPLES[asked.kind][:1]
        return kind.spell(asked, data.draw(st.sampled_from(options if well else [*options, *EXAMPLES[asked.kind]])))

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, source in enumerate(self.person.program.flow.sources.values()):
            turn = 0 if self.lucky else (len(self.decisions) + number) % 6
            if turn == 5:
                found[source.name] = "fails"
            else:
                found[source.name] = {key: _value_of(kind, turn) for key, kind in source.gives.items()}
        return found

    # --- What must hold ---------------------------------------------------------------------------

    def send(self, submission: Submission, role: str) -> None:
        person = self.person
        person.role, person.facts = role, self.facts()
        step = person.program.flow.steps.get(submission.step)
        if step is not None and step.kind == "sign_in":
            sign_in = str(person.env().get("email"))
            person.account = Account("account-1", sign_in)
        before, actor, world = person.case, person.actor(), person.world()
        try:
            decision = person.send(submission)
        except NotAllowed:
            assert person.case == before
            return
        self.last = (submission, role)
        invariants.check_settled_were_complete(person.program, before, decision, world)
        invariants.check_change_returns(person.program, submission, decision)
        invariants.check_pressed_twice(person.program, decision, actor, submission, person.world())
        invariants.check_pure(person.program, person.case, actor, submission, person.world())
        self.note(before, decision)

    def note(self, before: Any, decision: Decision) -> None:
        self.decisions.append(decision)
        invariants.check_kept(before, decision.case)
        self.keys += [work.key for work in decision.work]
        assert len(set(self.keys)) == len(self.keys)
        assert "hash-of-a-password" not in repr([decision.events, decision.problems])
        sent = [work.values for work in decision.work if work.effect == "send"]
        assert "hash-of-a-password" not in repr(sent)

    @invariant()
    def holds(self) -> None:
        person = self.person
        world = person.world()
        invariants.check_bounded(person.program, person.case)
        invariants.check_looking_does_nothing(person.program, person.case, person.actor(), world)
        if not any("taken" in {event.kind for event in decision.events} for decision in self.decisions):
            invariants.check_path_follows(person.program, person.case, world)
        invariants.check_aside_is_unread(person.program, person.case, world)
        invariants.check_replay(person.program, self.begun_at, self.decisions)


def _value_of(kind: Type, turn: int) -> Any:
    if kind.values:
        return kind.values[turn % len(kind.values)]
    return {"number": turn % 3, "yes_no": bool(turn % 2)}.get(kind.kind, "words")


class GeneratedFlow(RandomPerson):
    @initialize(program=programs)
    def begin(self, program: Program) -> None:
        found = [diagnostic for diagnostic in lint(program.flow) if diagnostic.level is Level.ERROR]
        assert found == []
        self.start(program)


def shipped(path: Path) -> type[RandomPerson]:
    bundle = read_bundle(path)
    flow = compile_flow(bundle.sources, bundle.entry).flow
    assert flow is not None
    made = Program(flow, "v1")

    class ShippedFlow(RandomPerson):
        @initialize()
        def begin(self) -> None:
            self.start(made)

    return ShippedFlow


MANY = settings(
    max_examples=250, stateful_step_count=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
SOME = settings(MANY, max_examples=60)


class TestInvariants:
    """They hold on flows that nobody wrote, and on those that we ship."""

    def test_on_generated_flows(self) -> None:
        run_state_machine_as_test(GeneratedFlow, settings=MANY)

    @pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
    def test_on_the_flows_that_we_ship(self, path: Path) -> None:
        run_state_machine_as_test(shipped(path), settings=SOME)
