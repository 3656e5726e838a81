"""Walking the path: the visits since the last checkpoint, worked out again from answers, facts and buttons pressed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flowrunner.effects.base import Change
from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.case import Actor, Case, Event, Fact, Place, Value, Visit, World
from flowrunner.model.flow import Branch, EffectUse, Step
from flowrunner.model.record import replace
from flowrunner.runtime.answers import judge_again
from flowrunner.runtime.codes import spend, still_proved
from flowrunner.runtime.environment import Environment, question
from flowrunner.runtime.machine import TAKEN, Fired, NoSuchWay
from flowrunner.runtime.program import Program, Questions


class Walk:
    """One decision in the making: the case as it changes, what can be read, and the visits passed so far.

    `visits` is the path as far as it is walked; `records` are the visits, on the old path or aside, that may come back.
    """

    def __init__(self, program: Program, case: Case, actor: Actor, world: World) -> None:
        self.program = program
        self.actor = actor
        self.reading = Environment(program, case, actor, world)
        self.change = Change(program.flow, case, world, self.reading.env, case.path[0])
        self.records: dict[Place, Visit] = {**case.aside, **{visit.place: visit for visit in case.path}}
        self.visits: list[Visit] = []
        self.sent = False

    @property
    def case(self) -> Case:
        return self.change.case

    def step(self, visit: Visit) -> Step:
        return self.program.flow.steps[visit.step]

    # --- Walking on ---------------------------------------------------------------------

    def to(self, target: Place | None) -> bool:
        """Walk from the beginning of the path as far as it leads, at most to `target`; whether it came there."""
        self._from(self.case.path[0].place, target)
        return bool(self.visits) and self.visits[-1].place == target

    def on_to(self, place: Place) -> None:
        """Something was sent: arrive at a place and walk on as far as what was pressed before leads."""
        self.sent = True
        self._from(place, None, just_pressed=True)

    def _from(self, place: Place | None, target: Place | None, just_pressed: bool = False) -> None:
        while place is not None:
            visit = self._arrive(place)
            self.visits.append(visit)
            if place == target:
                return
            just_pressed = just_pressed and self.step(visit).traits.passes
            place = self._onward(visit, just_pressed)

    def _arrive(self, place: Place) -> Visit:
        visit = self.records.pop(place, None)
        if visit is None:
            visit = Visit(self.case.visits + 1, place, self.change.now)
            self.change.update(visits=visit.number)
        step = self.step(visit)
        if step.enter:
            basis = _digest(self.reading.path_answers)
            if visit.basis != basis:
                visit = replace(visit, basis=basis)
                self.do(step.enter, visit)
        if step.traits.passes:
            # It is taken as on the day of the page that led to it, however often it is walked again.
            day = self.visits[-1].on if self.visits else visit.on
            visit = replace(visit, pressed="next", on=day or self.reading.today)
        return visit

    def _onward(self, visit: Visit, just_pressed: bool) -> Place | None:
        """Where what was pressed in the last visit leads, if it still counts; else it is the current one.

        Only a decision that follows straight on what the person just pressed may pass a checkpoint by itself.
        """
        if visit.pressed is None:
            return None
        complete = self._still_complete(visit)
        if complete is None:
            self._stop()
            return None
        before = dict(self.reading.env)
        self.reading.merge(complete)
        step = self.step(visit)
        fired = self.program.machine.fire(step.name, visit.pressed, self.reading.env)
        branch = self._leads_on(step, visit.pressed, fired) if fired is not None else None
        checkpoint = fired is not None and branch is not None and self.settles(step, branch, fired.to)
        if fired is None or branch is None or (checkpoint and not just_pressed):
            self.reading.env.clear()
            self.reading.env.update(before)
            self._stop()
            return None
        self.visits[-1] = replace(complete, branch=fired.index)
        if fired.index != visit.branch:
            self.do(branch.do, complete)
            moved = Event(self.change.now, "moved", step.name, visit.pressed, fired.index, fired.to, visit=visit.number)
            self.change.events.append(moved)
        if checkpoint:
            self.settle()
        self.reading.on(self.reading.today)
        if fired.to == step.name and step.traits.passes:
            raise NoSuchWay("a decision leads to itself.", where=step.name)
        return Place(fired.to) if fired.to else None

    def _leads_on(self, step: Step, trigger: str, fired: Fired) -> Branch | None:
        """The branch that was taken, if it leads on along the path."""
        if trigger.startswith(TAKEN):
            # Whoever lost a race and then sent anything before it tries again by pressing again.
            return None if self.sent else Branch("go", fired.to)
        branch = self.program.branches(step.name, trigger)[fired.index]
        return branch if branch.move == "go" else None

    def _stop(self) -> None:
        """The last visit is the current one: it must be sent again. Nobody can stand in a decision."""
        while len(self.visits) > 1 and self.step(self.visits[-1]).traits.passes:
            self.visits.pop()
        self.visits[-1] = replace(self.visits[-1], pressed=None, branch=None)

    def _still_complete(self, visit: Visit) -> Visit | None:
        assert visit.pressed is not None
        self.reading.on(visit.on or self.reading.today)
        if visit.proofs and not still_proved(self.reading, visit):
            return None
        questions = self.program.asks(visit.step, visit.pressed)
        return judge_again(questions, visit, self.reading.env, lambda env: self._facts_for(questions, env))

    def _facts_for(self, questions: Questions, env: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What the sources of a page answered, or None: a re-walk stops at the first visit whose facts are unknown."""
        values: dict[str, Any] = {}
        for look_up in questions.look_up:
            source = self.program.flow.sources[look_up.source]
            arguments = question(source, env)
            fact = self.reading.facts.get((source.name, arguments))
            if fact is None and None not in arguments:
                return None
            values[source.name] = fact.values if fact else source.on_failure or {}
        return values

    def settles(self, step: Step, branch: Branch, to: str | None) -> bool:
        return self.program.settles(step, branch, to, "submitted" in self.case.moments)

    # --- Effects, checkpoints, returns ----------------------------------------------------

    def do(self, uses: tuple[EffectUse, ...], visit: Visit) -> None:
        """Apply effects in their order; what they change can be read by the next."""
        self.change.visit = visit
        for use in uses:
            EFFECTS[use.effect].apply(use, self.change)
            self.reading.case = self.change.case

    def learn(self, facts: tuple[Fact, ...]) -> None:
        """Keep what sources answered: the newest for each question."""
        if not facts:
            return
        new = {(fact.source, fact.given) for fact in facts}
        older = tuple(fact for fact in self.case.facts if (fact.source, fact.given) not in new)
        self.change.update(facts=older + facts)
        for fact in facts:
            self.reading.know(fact)

    def settle(self) -> None:
        """A checkpoint: the path so far joins the trail, as it was decided, and is never walked again."""
        spend(self.change, tuple(self.visits))
        settled = tuple(self.settled(visit) for visit in self.visits)
        for visit in settled:
            self.change.events.append(
                Event(
                    self.change.now,
                    "settled",
                    visit.step,
                    visit.pressed,
                    visit.branch,
                    role=self.step(visit).role,
                    visit=visit.number,
                )
            )
        self.change.update(trail=self.case.trail + settled, aside={})
        self.reading.case = self.change.case
        self.reading.path_answers.clear()
        self.records.clear()
        self.visits = []

    def settled(self, visit: Visit) -> Visit:
        """A visit as the trail keeps it: with the facts that it was decided with, without what only waited."""
        sources = self.program.asks(visit.step, visit.pressed or "next").look_up
        facts = {}
        for look_up in sources:
            fact = self.reading.fact(self.program.flow.sources[look_up.source])
            if fact is not None:
                facts[look_up.source] = fact
        return replace(visit, facts=facts, secrets={}, proofs={}, aside={})

    def settle_and_stay(self, here: Visit) -> None:
        """A checkpoint that leads nowhere: the same page by a new visit, which neither enters nor begins anew."""
        self.settle()
        self.change.update(visits=self.case.visits + 1)
        self.visits = [replace(here, number=self.case.visits, basis=_digest(self.reading.path_answers))]

    def cut_back(self, place: Place) -> bool:
        """`return` within the path: cut it at a visit, whose answers are offered as they were; whether it is there."""
        for index, visit in enumerate(self.visits):
            if visit.place == place:
                for cut in self.visits[index:]:
                    self.records[cut.place] = replace(cut, pressed=None, branch=None, secrets={}, proofs={})
                self.visits = self.visits[:index]
                self.read_again()
                return True
        return False

    def read_again(self) -> None:
        """Read only the trail and the visits that are left."""
        facts = self.reading.facts
        self.reading = Environment(self.program, self.case, self.actor, self.change.world)
        self.reading.facts.update(facts)
        for visit in self.visits:
            self.reading.merge(visit)
        self.change.env = self.reading.env

    def finish(self) -> Case:
        """The case as it stands after the walk: path, what fell off it, and how it ended if it did."""
        path = tuple(self.visits)
        on_path = {visit.place for visit in path}
        # A password waits only on the path: one whose visit fell off it is asked again.
        aside = {place: replace(visit, secrets={}) for place, visit in self.records.items() if place not in on_path}
        step = self.step(path[-1])
        ended = step.traits.ends
        over = ended and len(path) == 1 and bool(self.case.trail)
        self.change.update(
            path=path,
            aside=aside,
            outcome=step.outcome if ended else None,
            ended=(self.case.ended or self.change.now) if over else None,
        )
        return self.case


def _digest(answers: Mapping[str, Value]) -> str:
    text = "\x1f".join(f"{name}={answers[name]!r}" for name in sorted(answers))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
