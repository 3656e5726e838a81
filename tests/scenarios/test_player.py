"""A scenario fails when what it expects is not so, and counts only what it shows."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.report import as_text
from flowrunner.runtime.program import Program
from flowrunner.scenarios.coverage import coverage
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_scenario
from flowrunner.scenarios.scenario import Item, Played

FLOW = """\
flowrunner: 1
flow: small
languages: [en]
time_zone: America/Toronto
title: Small
start: first
accounts: {sign_in_with: email, profile: [name], unique: [[email]]}
roles:
  officer: {staff: true}
  member: {}
sources:
  register:
    asks: [name]
    gives:
      known: yes_no
texts:
  motto: All is well
conditions:
  is_known:
    when: register.known
  always_on:
    when: true
codes:
  check: {length: 6, alphabet: digits, valid: 10 minutes, send: check_it}
messages:
  check_it: {by: [email], subject: Check, body: '{{ code.check }}'}
  done_it: {by: [email, account], subject: Done, body: Done.}
fields:
  email: {type: email, label: Email}
  name: {type: text, label: Name, rules: [{max_length: 5}]}
  again: {type: text, label: Again, prefill: name}
  check_typed: {type: code, code: check, label: Code}
timers:
  late: {after: 2 days, in: second, go: over}
steps:
  first:
    title: First
    content:
      - text: '{{ motto }}'
      - text: Switched on
        when: always_on
    fields: [email, name]
    look_up: [register]
    next:
      - {when: is_known, go: second}
      - {go: over}
  second:
    title: Second
    status: Half way
    enter: [{issue_code: check}]
    content:
      - summary:
          - {fields: [name], change: never}
    fields: [again, check_typed]
    next: {do: [submit, {send: done_it}], go: review}
  review:
    kind: wait
    role: officer
    title: Review
    actions:
      approve: {label: Approve, do: [{grant: member}], go: done}
  done: {kind: end, outcome: done, title: Done}
  over: {kind: end, outcome: over, title: Over}
"""
GOOD = "fill: {email: person@example.org, name: Ann}\npress: next"
FACTS = "register: {known: true}"


def program() -> Program:
    made = compile_flow({"small.yaml": FLOW.encode()}, "small.yaml")
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return Program(made.flow, "v1")


PROGRAM = program()


def played(tmp_path: Path, *lines: str, facts: str = FACTS, more: str = "") -> Played:
    entries = "".join(f"  - {indent(line, '    ').lstrip()}\n" for line in lines)
    path = tmp_path / "scenario.yaml"
    path.write_text(f"flow: small\nfacts:\n  {facts}\n{more}walk:\n{entries}", encoding="utf-8")
    scenario, findings = read_scenario(path)
    assert scenario is not None, as_text(findings, {str(path): path.read_text("utf-8")}, "en")
    return play(PROGRAM, scenario)


def codes(run: Played) -> list[str]:
    return [finding.message_id for finding in run.findings]


def expecting(tmp_path: Path, line: str, expect: str, **more: Any) -> list[str]:
    return codes(played(tmp_path, f"{line}\nexpect: {{{expect}}}", **more))


class TestExpectations:
    """Each key has what meets it and what does not."""

    @pytest.mark.parametrize(
        ("line", "met", "unmet", "finding"),
        [
            (GOOD, "step: second", "step: over", "step"),
            (
                "fill: {email: person@example.org, name: Annabelle}\npress: next",
                "problems: {name: max_length}",
                "problems: {name: pattern}",
                "problems",
            ),
            (GOOD, "sent: [check_it]", "sent: []", "sent"),
            (GOOD, "messages: []", "messages: [done_it]", "messages"),
            (GOOD, "answers: {name: Ann}", "answers: {name: Eve}", "answer"),
            (GOOD, "prefilled: {again: Ann}", "prefilled: {again: Eve}", "prefilled"),
            (GOOD, "prefilled: {again: Ann}", "prefilled: {check_typed: '1'}", "not_prefilled"),
            (GOOD, "conditions: {is_known: true}", "conditions: {is_known: false}", "condition"),
            (GOOD, "status: Half way", "status: Done", "status"),
            (GOOD, "codes: {check: new}", "codes: {check: same}", "code"),
            (GOOD, "shows: [name, again]", "shows: [email]", "not_shown"),
            (GOOD, "hidden: [email]", "hidden: [again]", "shown"),
            ("at: first", "shows: [motto, always_on, Switched]", "shows: [nothing of it]", "not_shown"),
        ],
    )
    def test_met_and_unmet(self, tmp_path: Path, line: str, met: str, unmet: str, finding: str) -> None:
        assert expecting(tmp_path, line, met) == []
        assert expecting(tmp_path, line, unmet) == [f"FR802.{finding}"]

    def test_outcome_and_roles(self, tmp_path: Path) -> None:
        lines = [
            GOOD,
            "fill: {check_typed: '{{ code.check }}'}\npress: next\nexpect: {step: review, messages: [done_it]}",
        ]
        end = "as: officer\npress: approve\nexpect: {outcome: %s}"
        assert codes(played(tmp_path, *lines, end % "done")) == []
        assert codes(played(tmp_path, *lines, end % "over")) == ["FR802.outcome"]

    def test_problems_that_nobody_expects(self, tmp_path: Path) -> None:
        assert "FR802.unexpected_problems" in expecting(tmp_path, "press: next", "step: first")

    def test_hidden_needs_a_page(self, tmp_path: Path) -> None:
        lines = [GOOD, "as: officer\nexpect: {hidden: [name]}"]
        assert codes(played(tmp_path, *lines)) == ["FR802.no_page"]


class TestWalk:
    """What a line can do, and what it cannot."""

    def test_time_passes(self, tmp_path: Path) -> None:
        assert codes(played(tmp_path, GOOD, "wait: 3 days\nexpect: {step: over, outcome: over}")) == []

    def test_a_switch_is_turned(self, tmp_path: Path) -> None:
        line = "at: first\nexpect: {hidden: [always_on]}"
        assert codes(played(tmp_path, line, more="with: {always_on: false}\n")) == []
        assert codes(played(tmp_path, line)) == ["FR802.shown"]

    def test_what_was_typed_stays_after_a_refusal(self, tmp_path: Path) -> None:
        lines = [
            "fill: {email: person@example.org, name: Annabelle}\npress: next\nexpect: {problems: {name: max_length}}"
        ]
        assert codes(played(tmp_path, *lines, "fill: {name: Ann}\npress: next\nexpect: {step: second}")) == []

    @pytest.mark.parametrize(
        ("line", "finding"),
        [
            ("press: approve", "FR802.stale"),
            ("as: officer\npress: next", "FR802.not_allowed"),
            ("fill: {again: x}", "FR802.unknown_field"),
            ("at: nowhere", "FR801.unknown_step"),
        ],
    )
    def test_what_cannot_be_done(self, tmp_path: Path, line: str, finding: str) -> None:
        assert codes(played(tmp_path, line)) == [finding]

    def test_a_source_that_is_asked_and_not_played(self, tmp_path: Path) -> None:
        assert codes(played(tmp_path, GOOD, facts="{}")) == ["FR803.found"]

    @pytest.mark.parametrize("facts", ["nothing: {known: true}", "register: {unknown: true}"])
    def test_a_fact_that_no_source_gives(self, tmp_path: Path, facts: str) -> None:
        assert codes(played(tmp_path, GOOD, facts=facts))[0].startswith("FR801.")

    def test_a_source_that_fails(self, tmp_path: Path) -> None:
        assert expecting(tmp_path, GOOD, "problems: {_page: source_failed}", facts="register: fails") == []


class TestCoverage:
    """What the scenarios of a flow cover: counted only where an expectation was met."""

    def test_transitions_and_items(self, tmp_path: Path) -> None:
        run = played(tmp_path, f"{GOOD}\nexpect: {{step: second, shows: [again]}}\ncovers: [1]")
        items = {1: Item("one", ("elsewhere",)), 2: Item("two"), 3: Item("three", ("here", "there"))}
        found = coverage(PROGRAM.flow, [run], items)
        assert ("first", "next", 0) not in {way.key for way in found.missed}
        assert {way.key for way in found.missed} >= {("first", "next", 1), ("", "timer:late", 0)}
        assert found.missing_items == (2,)
        assert found.elsewhere == {3: ("here", "there")}
        assert [(one.item, one.line, one.expected) for one in found.shown[1]] == [(1, 5, "shows again")]

    def test_a_step_alone_shows_nothing(self, tmp_path: Path) -> None:
        run = played(tmp_path, f"{GOOD}\nexpect: {{step: second}}\ncovers: [1]")
        assert codes(run) == ["FR802.shows_nothing"]
        assert run.evidence == []

    def test_an_unmet_expectation_shows_nothing(self, tmp_path: Path) -> None:
        run = played(tmp_path, f"{GOOD}\nexpect: {{step: over, shows: [again]}}\ncovers: [1]")
        assert run.evidence == []
