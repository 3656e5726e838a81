"""Playing a scenario: a browser, a clock, sources and accounts around the pure interpreter, all in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.case import Actor, Asks, Case, Decision, Fact, Submission, Value, Work
from flowrunner.runtime.environment import reading
from flowrunner.runtime.interpreter import NotAllowed, act, begin, tick
from flowrunner.runtime.look import Page, TypedInputs, look
from flowrunner.runtime.program import Program
from flowrunner.scenarios.browser import Browser
from flowrunner.scenarios.expect import Observation, unmet
from flowrunner.scenarios.records import ScenarioAccounts
from flowrunner.scenarios.scenario import NOT_PLAYED, SHOWING, UNMET, Evidence, Played, Scenario, ScenarioLine
from flowrunner.scenarios.surroundings import ScenarioWorld, unreadable


def play(program: Program, scenario: Scenario) -> Played:
    """Play all lines; a line that fails ends the walk, because what follows stands on it."""
    played = Played(scenario)
    played.findings += unreadable(program, scenario)
    if not scenario.lines or played.findings:
        return played
    player = Player(program, scenario, played)
    for line in scenario.lines:
        if not player.play(line):
            break
    return played


class Player:
    """One walk in the making."""

    def __init__(self, program: Program, scenario: Scenario, played: Played) -> None:
        self.program = program
        self.scenario = scenario
        self.played = played
        self.around = ScenarioWorld(program, scenario)
        self.records = ScenarioAccounts(program, scenario.accounts)
        self.language = scenario.language or program.flow.languages[0]
        self.signed_in: str | None = None
        self.role = "owner"
        first = scenario.lines[0]
        begun = begin(
            program, id="scenario", language=self.language, world=self.around.world(), at=first.at or program.flow.start
        )
        self.case: Case = begun.case
        played.case, played.events = begun.case, list(begun.events)
        self.work_before = list(begun.work)
        self.browser = Browser(self.case.step)
        self.decision = Decision(self.case, self.case.step)

    # --- Who acts, and what is asked ---------------------------------------------------------

    def actor(self) -> Actor:
        if self.role != "owner":
            return Actor(roles=frozenset({self.role}))
        account = self.records.account(self.signed_in)
        return Actor(account, account.roles if account else frozenset(), holds=True)

    def _answer(self, asks: Asks, line: ScenarioLine) -> dict[tuple[str, tuple[Value, ...]], Fact] | None:
        facts = {}
        for ask in asks.sources:
            if not self.around.plays(ask.source):
                self._fail(line, NOT_PLAYED, "found", {"source": ask.source})
                return None
            facts[ask.source, ask.given] = self.around.answer(ask.source, ask.given)
        return facts

    # --- One line ----------------------------------------------------------------------------

    def play(self, line: ScenarioLine) -> bool:
        """Do what a line says and compare; whether the walk can go on."""
        self.around.facts.update(line.facts)
        self.around.lost = frozenset(line.taken)
        if line.actor is not None:
            self._become(line.actor)
        if line.language is not None:
            self.language = line.language
        codes_before = self._codes()
        self.decision = Decision(self.case, self.browser.step, problems=())
        work, self.work_before = self.work_before, []
        try:
            if line.wait is not None:
                work += self._wait(line)
            if line.at is not None and line.at != self.browser.step:
                return self._fail(line, UNMET, "step", {"expected": line.at, "found": self.browser.step})
            if line.open is not None:
                self._open(line)
            if line.sign_in is not None and not self._sign_in(line, work):
                return False
            if line.fill and not self._fill(line):
                return False
            if line.press is not None and not self._press(line, line.press, work):
                return False
        except NotAllowed:
            return self._fail(line, UNMET, "not_allowed", {"role": self.role, "step": self.browser.step})
        return self._compare(line, codes_before, work)

    def _become(self, role: str) -> None:
        self.role = role
        self.browser = Browser(self.case.step)

    def _wait(self, line: ScenarioLine) -> list[Work]:
        assert line.wait is not None
        self.around.wait(line.wait)
        before = self.case.step
        ticked = tick(self.program, self.case, self.around.world())
        self._take(ticked)
        if self.case.step != before:
            self.browser = Browser(self.case.step)
        return list(ticked.work)

    def _open(self, line: ScenarioLine) -> None:
        assert line.open is not None
        self.browser = Browser(line.open, change=self.case.step)

    def _sign_in(self, line: ScenarioLine, work: list[Work]) -> bool:
        self.signed_in = line.sign_in
        self.role = "owner"
        if self.program.flow.steps[self.case.step].traits.signs_in:
            self.browser = Browser(self.case.step)
            return self._press(line, "next", work)
        self.browser = Browser(self.case.step)
        return True

    def page(self) -> Page | None:
        """The page that the browser shows."""
        return look(
            self.program,
            self.case,
            self.actor(),
            self.browser.step,
            self.around.world(),
            self.browser.change,
            None if self.browser.typed is None else TypedInputs(self.browser.typed),
            self.browser.problems,
        )

    def _fill(self, line: ScenarioLine) -> bool:
        unknown = self.browser.fill(self.page(), line.fill, self._codes())
        for name in unknown:
            self._fail(line, UNMET, "unknown_field", {"field": name, "step": self.browser.step})
        return not unknown

    def _press(self, line: ScenarioLine, button: str, work: list[Work]) -> bool:
        page = self.page()
        typed = self.browser.inputs(page)
        secrets = self.browser.take_secrets(page, typed)
        submission = Submission(
            step=self.browser.step,
            button=button,
            inputs=typed,
            files=dict(self.browser.files),
            secrets=secrets,
            language=self.language if self.role == "owner" else "",
            change=self.browser.change,
        )
        decision = self._act(submission, line)
        if decision is None:
            return False
        if decision.stale:
            return self._fail(line, UNMET, "stale", {"button": button, "step": submission.step})
        work += decision.work
        self._take(decision)
        if decision.problems:
            self.browser.typed, self.browser.problems = typed, decision.problems
        elif button == "new_code":
            self.browser.problems = ()
        else:
            change = self.browser.change if decision.show != self.browser.change else None
            side = self.program.flow.steps[decision.show].side
            self.browser = Browser(decision.show, change=change if side or change else None)
        return True

    def _act(self, submission: Submission, line: ScenarioLine) -> Decision | None:
        """Ask until nothing is left to ask, perform what touches our records, and decide again if a race was lost."""
        facts: dict[tuple[str, tuple[Value, ...]], Fact] = {}
        for _ in range(10):
            self.played.acts += 1
            decision = act(self.program, self.case, self.actor(), submission, self.around.world(facts))
            if isinstance(decision, Asks):
                answered = self._answer(decision, line)
                if answered is None:
                    return None
                facts.update(answered)
                continue
            lost = self.records.perform(decision)
            if not lost:
                return decision
            self.around.lost |= lost
        return None

    def _take(self, decision: Decision) -> None:
        self.case = decision.case
        self.decision = decision
        self.played.case = decision.case
        self.played.events += decision.events
        self.around.draws += 1
        if any(EFFECTS[work.effect].session == "ended" for work in decision.work):
            self.signed_in = None
        for event in decision.events:
            if event.trigger is None or event.branch is None or event.kind not in ("moved", "taken", "timer"):
                continue
            step = "" if event.kind == "timer" else event.step
            trigger = f"taken:{event.trigger}" if event.kind == "taken" else event.trigger
            self.played.taken.add((step, trigger, event.branch))

    def _codes(self) -> dict[str, str]:
        shown = reading(self.program, self.case, self.actor(), self.around.world())["code"]
        return {name: str(shown[name]) for name in shown}

    def _compare(self, line: ScenarioLine, codes_before: Mapping[str, str], work: list[Work]) -> bool:
        owner = self.records.by_id(self.case.owner)
        seen = Observation(
            program=self.program,
            page=self.page(),
            step=self.browser.step,
            case=self.case,
            env=reading(self.program, self.case, self.actor(), self.around.world()),
            problems=self.browser.problems,
            work=tuple(work),
            codes_before=codes_before,
            codes=self._codes(),
            roles=owner.roles if owner else frozenset(),
            language=self.language,
            say=self.decision.say,
        )
        ok = True
        for expected, variant, values in unmet(seen, line.expect):
            ok = False
            span = expected.span if expected else line.span
            self.played.findings.append(Diagnostic(UNMET, span, variant, values))
        shows = [expected for expected in line.expect if expected.key in SHOWING]
        if ok and shows:
            words = "; ".join(f"{expected.key} {_short(expected.data)}" for expected in shows)
            for item in line.covers:
                self.played.evidence.append(Evidence(item, self.scenario.file, line.span.line, words))
        elif ok and line.covers:
            return self._fail(line, UNMET, "shows_nothing", {"items": ", ".join(map(str, line.covers))})
        return ok

    def _fail(self, line: ScenarioLine, check: Any, variant: str, values: Mapping[str, Any]) -> bool:
        self.played.findings.append(Diagnostic(check, line.span, variant, dict(values)))
        return False


def _short(data: Any) -> str:
    words = ", ".join(map(str, data)) if isinstance(data, (list, dict)) else str(data)
    return words if len(words) <= 60 else f"{words[:57]}…"
