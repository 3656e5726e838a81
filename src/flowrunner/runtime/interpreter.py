"""The interpreter: a pure function from a case, an actor and what was sent to a decision.

It reads no clock, database, network or chance. When it needs facts it answers `Asks`; the shell asks, with no
transaction open, and calls again with the answers in `World.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Actor, Ask, Asks, Case, Decision, Fact, Place, Problem, Submission, Visit, World
from flowrunner.model.flow import Step
from flowrunner.model.record import replace
from flowrunner.rules.judging import judge
from flowrunner.runtime import answers, timers
from flowrunner.runtime.answers import FormReading
from flowrunner.runtime.codes import judge_codes, resend_code
from flowrunner.runtime.environment import is_stale, question
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program, Questions
from flowrunner.runtime.transition import Taking

__all__ = ["NEW_CODE", "NotAllowed", "act", "begin", "tick"]


def begin(
    program: Program,
    *,
    id: str,
    language: str,
    world: World,
    opened_from: str | None = None,
    at: str | None = None,
) -> Decision:
    """A new case in its first step (or in `at`, for scenarios), and what arriving there causes; nothing is stored."""
    first = Visit(1, Place(at or program.flow.start), world.now)
    case = Case(
        id=id,
        flow=program.flow.name,
        version=program.version,
        language=language,
        began=world.now,
        path=(first,),
        opened_from=opened_from,
    )
    walk = Walk(program, case, Actor(holds=True), world)
    walk.to(None)
    arrived = walk.finish()
    return Decision(arrived, arrived.step, events=tuple(walk.change.events), work=tuple(walk.change.work))


def tick(program: Program, case: Case, world: World) -> Decision:
    """What is due by the clock, fired in the order in which it was due; the same case when nothing is."""
    return timers.fire_due(program, case, world)


def act(program: Program, case: Case, actor: Actor, submission: Submission, world: World) -> Decision | Asks:
    """Take a page that was sent.

    Fires first what is due. Raises NotAllowed when the actor lacks the role of the step; a step that is not on the
    path any more, or a button that it does not have, gives a stale decision that shows the current step.
    """
    ticked = timers.fire_due(program, case, world)
    decision = Sending(program, ticked.case, actor, submission, world).run()
    if isinstance(decision, Asks) or not (ticked.events or ticked.work):
        return decision
    return replace(decision, events=ticked.events + decision.events, work=ticked.work + decision.work)


NEW_CODE = "new_code"


class NotAllowed(FlowrunnerError):
    """The actor may not act here: the shell answers as if there were nothing."""


class Sending:
    """One submission: where it belongs and what it says. What it leads to is `Taking`'s."""

    def __init__(self, program: Program, case: Case, actor: Actor, submission: Submission, world: World) -> None:
        self.program = program
        self.case = case
        self.actor = actor
        self.submission = submission
        self.world = world
        self.step = program.flow.steps.get(submission.step)

    def run(self) -> Decision | Asks:
        step = self.step
        if step is None or self.case.ended is not None:
            return self._stale()
        on_path = any(visit.step == step.name for visit in self.case.path)
        if not on_path and not is_open_side(self.program, self.case, step):
            return self._stale()
        if not self.actor.may_act_as(step.role, self.case):
            raise NotAllowed("the step waits for another role.", where=step.name)
        # Staff read in a language of their own; letters go out in that of the case.
        spoken = self.submission.language
        if on_path and spoken and spoken != self.case.language and self.actor.is_owner(self.case):
            self.case = replace(self.case, language=spoken)
        self.walk = Walk(self.program, self.case, self.actor, self.world)
        self.taking = Taking(self.walk, self.case, self.submission)
        if on_path:
            if not self.walk.to(Place(step.name)):
                return self.taking.show(self.walk.visits[-1].step)
            visit = self.walk.visits[-1]
        else:
            self.walk.to(Place(self.case.step))
            visit = Visit(self.case.visits + 1, Place(step.name), self.world.now, side=True)
        return self._press(step, visit)

    # --- What the page says -----------------------------------------------------------------

    def _press(self, step: Step, visit: Visit) -> Decision | Asks:
        button = self.submission.button
        self.walk.change.visit = visit
        if button == NEW_CODE:
            return self._send_again(step)
        machine = self.program.machine
        # The machine also has triggers that nobody can press: those of timers and of a lost race.
        if not self.program.has_button(step.name, button) or not machine.has(step.name, button):
            return self.taking.show(step.name, stale=True)
        if not machine.offers(step.name, button, self.walk.reading.env):
            return self.taking.show(step.name, stale=True)
        questions = self.program.asks(step.name, button)
        env = self.walk.reading.env
        form = answers.read_answers(self.program, questions, self.submission, visit, env)
        if button != "next":
            self._keep_typed(step, visit, form)
        typed = form.typed_codes
        proofs, problems = judge_codes(self.walk.reading, typed, self.walk.change) if typed else ({}, [])
        self.walk.reading.case = self.walk.change.case
        for problem in problems:
            form.refuse(problem)
        if form.problems:
            return self._refuse(visit, form)
        facts = self._look_up(questions, form)
        if isinstance(facts, Asks):
            return facts
        if form.problems:
            return self._refuse(visit, form)
        self.walk.learn(facts)
        if questions.sources:
            form.problems.extend(_judge_late(questions, form, env))
        if form.problems:
            return self._refuse(visit, form)
        sent = replace(
            visit,
            answers=form.answers,
            aside=form.aside,
            secrets=form.secrets,
            proofs=proofs,
            pressed=button,
            on=self.walk.reading.today,
        )
        return self.taking.take(step, sent)

    def _keep_typed(self, step: Step, visit: Visit, form: FormReading) -> None:
        """Another button than `next` judges none of the page's fields, but what was typed there is offered again."""
        page = answers.read_answers(
            self.program, self.program.asks(step.name, "next"), self.submission, visit, self.walk.reading.env
        )
        refused = {problem.field for problem in page.problems}
        form.aside.update({name: value for name, value in page.answers.items() if name not in refused})

    def _look_up(self, questions: Questions, form: FormReading) -> tuple[Fact, ...] | Asks:
        if not questions.look_up:
            return ()
        reading = self.walk.reading
        values = {**reading.env, **dict.fromkeys(questions.own), **form.answers}
        facts: list[Fact] = []
        asks: list[Ask] = []
        for look_up in questions.look_up:
            source = self.program.flow.sources[look_up.source]
            arguments = question(source, values)
            if any(value is None for value in arguments):
                facts.append(Fact(source.name, arguments, source.on_failure or {}, self.world.now, "not_asked"))
                continue
            fact = reading.facts.get((source.name, arguments))
            new = self.world.facts.get((source.name, arguments))
            if new is not None and (fact is None or new.at > fact.at or fact.why == "not_asked"):
                fact = new
            if fact is None or is_stale(fact, look_up, self.world, reading):
                asks.append(Ask(source.name, arguments))
            elif fact.why in ("failed", "late") and source.on_failure is None:
                form.refuse(Problem(None, "source_failed"))
            elif fact.why in ("failed", "late"):
                facts.append(replace(fact, values=source.on_failure or {}))
            else:
                facts.append(fact)
        return Asks(tuple(asks)) if asks else tuple(facts)

    def _send_again(self, step: Step) -> Decision:
        sent = self.program.sent_codes.get(step.name)
        if sent is None:
            return self.taking.show(step.name, stale=True)
        problem = resend_code(self.walk.reading, *sent, self.walk.change)
        return self.taking.show(step.name, problems=(problem,) if problem else (), moved=False)

    def _refuse(self, visit: Visit, form: FormReading) -> Decision:
        """Problems: the case is as it was, but for tries that were counted and addresses that were proved."""
        case = replace(self.case, codes=self.walk.case.codes)
        return Decision(case, visit.step, tuple(form.problems), tuple(self.walk.change.events))

    def _stale(self) -> Decision:
        return Decision(self.case, self.case.step, stale=True)


def _judge_late(questions: Questions, form: FormReading, env: Mapping[str, Any]) -> list[Problem]:
    """The rules that read what the page's own sources answered."""
    uses = [use for use in questions.uses if use.field.name in form.answers]
    return judge(uses, form.answers, {**env, **form.answers}, late=questions.sources, now_late=True)


def is_open_side(program: Program, case: Case, step: Step) -> bool:
    """Whether a side step can be opened now: a page of the path links to it."""
    return step.side and any(step.name in program.opened[visit.step] for visit in case.path)
