"""The interpreter: a pure function from a case, an actor and what was sent to a decision.

It reads no clock, database, network or chance. When it needs facts it answers `Asks`; the shell asks, with no
transaction open, and calls again with the answers in `World.facts`.
"""

from __future__ import annotations

from dataclasses import replace

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import (
    Actor,
    Ask,
    Asks,
    Case,
    Decision,
    Event,
    Fact,
    Place,
    Problem,
    Submission,
    Visit,
    World,
)
from flowrunner.model.flow import Branch, Step
from flowrunner.model.graph import SUBMITTED
from flowrunner.rules.judging import judge
from flowrunner.runtime import answers, clock
from flowrunner.runtime.answers import Answered
from flowrunner.runtime.codes import judge_codes, send_again
from flowrunner.runtime.machine import TAKEN
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import Program, Questions
from flowrunner.runtime.reading import is_stale

NEW_CODE = "new_code"


class NotAllowed(FlowrunnerError):
    """The actor may not act here: the shell answers as if there were nothing."""


def begin(
    program: Program,
    *,
    id: str,
    language: str,
    world: World,
    opened_from: str | None = None,
    at: str | None = None,
) -> Case:
    """A new case in its first step (or in `at`, for scenarios); nothing is stored by it."""
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
    return walk.finish()


def tick(program: Program, case: Case, world: World) -> Decision:
    """What is due by the clock, fired in the order in which it was due; the same case when nothing is."""
    return clock.fire_due(program, case, world)


def act(program: Program, case: Case, actor: Actor, submission: Submission, world: World) -> Decision | Asks:
    """Take a page that was sent.

    Fires first what is due. Raises NotAllowed when the actor lacks the role of the step; a step that is not on the
    path any more, or a button that it does not have, gives a stale decision that shows the current step.
    """
    ticked = clock.fire_due(program, case, world)
    found = _Act(program, ticked.case, actor, submission, world).run()
    if isinstance(found, Asks):
        return found
    return replace(found, events=ticked.events + found.events, work=ticked.work + found.work)


class _Act:
    """One submission: where it belongs, what it says, what it leads to."""

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
        if self.submission.language and self.submission.language != self.case.language and on_path:
            self.case = replace(self.case, language=self.submission.language)
        self.walk = Walk(self.program, self.case, self.actor, self.world)
        if on_path:
            if not self.walk.to(Place(step.name)):
                return self._show(self.walk.visits[-1].step)
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
        if not self.program.machine.has(step.name, button):
            return self._show(step.name, stale=True)
        questions = self.program.asks(step.name, button)
        env = self.walk.reading.env
        found = answers.read(self.program, questions, self.submission, visit, env)
        if button != "next":
            self._keep_typed(step, visit, found)
        proofs, problems = judge_codes(self.walk.reading, found.typed_codes, self.walk.change)
        self.walk.reading.case = self.walk.change.case
        for problem in problems:
            found.refuse(problem)
        if found.problems:
            return self._refuse(visit, found)
        facts = self._look_up(questions, found)
        if isinstance(facts, Asks):
            return facts
        if found.problems:
            return self._refuse(visit, found)
        self.walk.learn(facts)
        late = judge(
            [use for use in questions.uses if use.field.name in found.answers],
            found.answers,
            {**env, **found.answers},
            late=questions.sources,
            now_late=True,
        )
        if late:
            found.problems.extend(late)
            return self._refuse(visit, found)
        sent = replace(
            visit,
            answers=found.answers,
            aside=found.aside,
            secrets=found.secrets,
            proofs=proofs,
            pressed=button,
            on=self.walk.reading.today,
        )
        return self._take(step, sent)

    def _keep_typed(self, step: Step, visit: Visit, found: Answered) -> None:
        """Another button than `next` judges none of the page's fields, but what was typed there is offered again."""
        page = answers.read(
            self.program, self.program.asks(step.name, "next"), self.submission, visit, self.walk.reading.env
        )
        refused = {problem.field for problem in page.problems}
        found.aside.update({name: value for name, value in page.answers.items() if name not in refused})

    def _look_up(self, questions: Questions, found: Answered) -> tuple[Fact, ...] | Asks:
        reading = self.walk.reading
        values = {**reading.env, **dict.fromkeys(questions.own), **found.answers}
        facts: list[Fact] = []
        asks: list[Ask] = []
        for look_up in questions.look_up:
            source = self.program.flow.sources[look_up.source]
            given = tuple(values.get(name) for name in source.asks.values())
            if any(value is None for value in given):
                facts.append(Fact(source.name, given, source.on_failure or {}, self.world.now, "not_asked"))
                continue
            known = reading.facts.get((source.name, given))
            new = self.world.facts.get((source.name, given))
            if new is not None and (known is None or new.at > known.at or known.why == "not_asked"):
                known = new
            if known is None or is_stale(known, look_up, self.world, reading):
                asks.append(Ask(source.name, given))
            elif known.why in ("failed", "late") and source.on_failure is None:
                found.refuse(Problem(None, "source_failed"))
            elif known.why in ("failed", "late"):
                facts.append(replace(known, values=source.on_failure or {}))
            else:
                facts.append(known)
        return Asks(tuple(asks)) if asks else tuple(facts)

    def _send_again(self, step: Step) -> Decision:
        sent = self.program.sent_codes.get(step.name)
        if sent is None:
            return self._show(step.name, stale=True)
        problem = send_again(self.walk.reading, *sent, self.walk.change)
        return self._show(step.name, problems=(problem,) if problem else ())

    # --- What it leads to -------------------------------------------------------------------

    def _take(self, step: Step, visit: Visit) -> Decision:
        walk = self.walk
        walk.reading.on(walk.reading.today)
        before = dict(walk.reading.env)
        walk.reading.merge(visit)
        known = self.actor.account is not None and self.actor.account.sign_in == self._expected_sign_in()
        may = self._may
        index = self.program.machine.fire(step.name, self.submission.button, walk.reading.env, may, known)
        if index is None:
            walk.reading.env.clear()
            walk.reading.env.update(before)
            code = "wrong_account" if step.kind == "sign_in" else "no_way_on"
            return self._show(step.name, problems=(Problem(None, code),))
        branch = self.program.branches(step.name, self.submission.button)[index]
        taken = self._lost_race(step, branch)
        if taken:
            return taken
        if any(name == "create_account" for name in self.world.lost) and _makes_account(branch):
            return self._go_taken(step, replace(visit, branch=index))
        return self._follow(step, branch, replace(visit, branch=index))

    def _may(self, role: str) -> bool:
        return self.actor.may_act_as(role, self.case)

    def _expected_sign_in(self) -> object:
        accounts = self.program.flow.accounts
        return self.walk.reading.env.get(accounts.sign_in_with) if accounts else None

    def _lost_race(self, step: Step, branch: Branch) -> Decision | None:
        fields = [name.removeprefix("update_account:") for name in self.world.lost if ":" in name]
        if not fields or not any(use.effect == "update_account" for use in branch.do):
            return None
        return self._show(step.name, problems=tuple(Problem(field, "taken") for field in fields))

    def _go_taken(self, step: Step, visit: Visit) -> Decision:
        """Another case took the unique key first: nothing of the branch happens but the way to its `if_taken` step."""
        trigger = f"{TAKEN}{self.submission.button}"
        index = self.program.machine.fire(step.name, trigger, self.walk.reading.env, self._may)
        branches = self.program.branches(step.name, self.submission.button)
        use = next(use for use in branches[index or 0].do if use.effect == "create_account")
        self.walk.visits[-1] = replace(visit, secrets={})
        self._moved(visit, use.argument["if_taken"], "taken")
        self.walk.on_to(Place(use.argument["if_taken"]))
        return self._show(self.walk.visits[-1].step)

    def _follow(self, step: Step, branch: Branch, visit: Visit) -> Decision:
        walk = self.walk
        if visit.side:
            return self._come_back(branch, visit)
        walk.visits[-1] = visit
        walk.do(branch.do, visit)
        self._moved(visit, branch.to or step.name, "moved")
        if branch.move == "stay":
            return self._stay(step, branch, visit)
        assert branch.to is not None
        target = Place(branch.to)
        settles = walk.settles(step, branch)
        if branch.move == "return" and not settles and walk.cut_back(target):
            walk.on_to(target)
            return self._show(branch.to, say=branch)
        if settles or branch.move == "return":
            if step.kind == "sign_in" and self.actor.account is not None:
                walk.change.update(owner=self.actor.account.id)
            walk.settle()
            if branch.move == "return":
                walk.change.update(round=walk.case.round + 1)
                walk.read_again()
        place_before = len(walk.visits)
        walk.on_to(target)
        return self._show(self._next_shown(place_before, target), say=branch)

    def _next_shown(self, index: int, target: Place) -> str:
        """The page after the one that was sent, or the page whose change link opened it once the way is complete."""
        shown = [visit.step for visit in self.walk.visits]
        if self.submission.change in shown:
            return self.submission.change
        if self.submission.change is not None:
            return shown[-1]
        onward = [visit.step for visit in self.walk.visits[index:] if self.walk.step(visit).kind != "decision"]
        return onward[0] if onward else shown[-1]

    def _stay(self, step: Step, branch: Branch, visit: Visit) -> Decision:
        """An action that stays on its page is a record of its own, and the page is still to be sent."""
        walk = self.walk
        here = replace(
            visit,
            pressed=None,
            branch=None,
            answers={},
            secrets={},
            proofs={},
            on=None,
            aside={**visit.aside, **visit.answers},
        )
        walk.visits[-1] = here
        if self.program.asks(step.name, self.submission.button).own:
            number = walk.case.visits + 1
            walk.change.update(
                visits=number, trail=(*walk.case.trail, replace(visit, number=number, side=True, aside={}, secrets={}))
            )
        signed_out = any(use.effect == "sign_out" for use in branch.do)
        return self._show(self.program.flow.start if signed_out else step.name, say=branch)

    def _come_back(self, branch: Branch, visit: Visit) -> Decision:
        """A side step: its answers and facts count from now on, the settled walk is not run again, the path is."""
        walk = self.walk
        walk.change.update(visits=visit.number)
        walk.do(branch.do, visit)
        self._moved(visit, self.case.step, "moved")
        case = replace(walk.case, trail=(*walk.case.trail, replace(visit, secrets={}, proofs={}, aside={})))
        self.walk = again = Walk(self.program, case, self.actor, self.world)
        again.change.work, again.change.events = walk.change.work, walk.change.events
        again.to(None)
        shown = [found.step for found in again.visits]
        back = self.submission.change if self.submission.change in shown else shown[-1]
        return self._show(back, say=branch)

    # --- What came of it --------------------------------------------------------------------

    def _moved(self, visit: Visit, to: str, kind: str) -> None:
        role = self.program.flow.steps[visit.step].role
        account = self.actor.account.id if self.actor.account else None
        self.walk.change.events.append(
            Event(self.world.now, kind, visit.step, visit.pressed, visit.branch, to, role, account, visit.number)
        )

    def _refuse(self, visit: Visit, found: Answered) -> Decision:
        """Problems: the case is as it was, but for tries that were counted and addresses that were proved."""
        case = replace(self.case, codes=self.walk.case.codes)
        return Decision(case, visit.step, tuple(found.problems), tuple(self.walk.change.events))

    def _show(
        self,
        step: str,
        *,
        problems: tuple[Problem, ...] = (),
        say: Branch | None = None,
        stale: bool = False,
    ) -> Decision:
        walk = self.walk
        if problems or stale or self.submission.button == NEW_CODE:
            case = replace(self.case, codes=walk.case.codes)
        else:
            case = walk.finish()
        change = walk.change
        return Decision(case, step, problems, tuple(change.events), tuple(change.work), say.say if say else None, stale)

    def _stale(self) -> Decision:
        return Decision(self.case, self.case.step, stale=True)


def _makes_account(branch: Branch) -> bool:
    return any(use.effect == "create_account" for use in branch.do)


def is_open_side(program: Program, case: Case, step: Step) -> bool:
    """Whether a side step can be opened now: a page of the path links to it."""
    return step.side and any(step.name in program.opened[visit.step] for visit in case.path)


def submitted(case: Case) -> bool:
    """Whether the case was submitted."""
    return SUBMITTED in case.moments
