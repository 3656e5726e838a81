"""Taking the branch that the machine chose: effects, checkpoints, the way on, and what the person sees next."""

from __future__ import annotations

from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.case import Case, Decision, Event, Place, Problem, Submission, Visit
from flowrunner.model.flow import Branch, Step
from flowrunner.model.record import replace
from flowrunner.runtime.codes import spend
from flowrunner.runtime.machine import TAKEN, Fired
from flowrunner.runtime.path import Walk
from flowrunner.runtime.program import passes_sign_in


class Taking:
    """The second half of a submission. `case` is the case as it was before the page was sent."""

    def __init__(self, walk: Walk, case: Case, submission: Submission) -> None:
        self.walk = walk
        self.case = case
        self.submission = submission
        self.program = walk.program
        self.actor = walk.actor
        self.world = walk.change.world

    def take(self, step: Step, visit: Visit) -> Decision:
        walk = self.walk
        walk.reading.on(walk.reading.today)
        before = dict(walk.reading.env)
        walk.reading.merge(visit)
        fired = self._fire(step, self.submission.button)
        if fired is None:
            walk.reading.env.clear()
            walk.reading.env.update(before)
            code = "wrong_account" if step.traits.signs_in else "no_way_on"
            return self.show(step.name, problems=(Problem(None, code),))
        branch = self.program.branches(step.name, self.submission.button)[fired.index]
        taken = self._lost_race(step, branch)
        if taken:
            return taken
        if any(use.effect in self.world.lost for use in branch.do):
            return self._go_taken(step, replace(visit, branch=fired.index))
        return self._follow(step, branch, fired.to, replace(visit, branch=fired.index))

    def _fire(self, step: Step, trigger: str) -> Fired | None:
        is_expected = self.actor.account is not None and self.actor.account.sign_in == self._expected_sign_in()
        return self.program.machine.fire(step.name, trigger, self.walk.reading.env, self._may, is_expected)

    def _may(self, role: str) -> bool:
        return self.actor.may_act_as(role, self.case)

    def _expected_sign_in(self) -> object:
        accounts = self.program.flow.accounts
        return self.walk.reading.env.get(accounts.sign_in_with) if accounts else None

    def _lost_race(self, step: Step, branch: Branch) -> Decision | None:
        lost = (name.partition(":") for name in self.world.lost)
        effects = {use.effect for use in branch.do}
        problems = tuple(Problem(field, "taken") for effect, _, field in lost if field and effect in effects)
        return self.show(step.name, problems=problems) if problems else None

    def _go_taken(self, step: Step, visit: Visit) -> Decision:
        """Another case took the unique key first: nothing of the branch happens but the way to its `if_taken` step."""
        trigger = f"{TAKEN}{self.submission.button}"
        fired = self._fire(step, trigger)
        # Its conditions are those of the branch that was taken.
        assert fired is not None
        assert fired.to is not None
        self.walk.visits[-1] = replace(visit, pressed=trigger)
        self._moved(visit, fired.to, "taken")
        self.walk.on_to(Place(fired.to))
        return self.show(self.walk.visits[-1].step)

    def _follow(self, step: Step, branch: Branch, to: str | None, visit: Visit) -> Decision:
        """What taking a branch comes to. `to` is the step that the machine moved to."""
        walk = self.walk
        if visit.side:
            return self._come_back(branch, visit)
        before = walk.visits[-1]
        walk.visits[-1] = visit
        settles = walk.settles(step, branch, to)
        # A visit of the path has not passed a checkpoint, even if it was pressed: its race was lost.
        if settles or not _same(before, visit):
            walk.do(branch.do, visit)
        self._moved(visit, to or step.name, "moved")
        if to is None:
            return self._stay(step, branch, visit)
        target = Place(to)
        if branch.move == "return" and not settles and walk.cut_back(target):
            walk.on_to(target)
            return self.show(to, say=branch)
        if settles or branch.move == "return":
            if passes_sign_in(step, branch) and self.actor.account is not None:
                walk.change.update(owner=self.actor.account.id)
            walk.settle()
            if branch.move == "return":
                walk.change.update(round=walk.case.round + 1)
                walk.read_again()
        place_before = len(walk.visits)
        walk.on_to(target)
        return self.show(self._next_shown(place_before, target), say=branch)

    def _next_shown(self, index: int, target: Place) -> str:
        """The page after the one that was sent, or the page whose change link opened it once the way is complete."""
        shown = [visit.step for visit in self.walk.visits]
        if self.submission.change in shown:
            return self.submission.change
        if self.submission.change is not None:
            return shown[-1]
        onward = [visit.step for visit in self.walk.visits[index:] if not self.walk.step(visit).traits.passes]
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
        if walk.settles(step, branch, None):
            walk.settle_and_stay(here)
        else:
            walk.visits[-1] = here
            if self.program.asks(step.name, self.submission.button).own:
                self._record(replace(visit, number=walk.case.visits + 1, side=True))
        signed_out = any(EFFECTS[use.effect].session == "ended" for use in branch.do)
        return self.show(self.program.flow.start if signed_out else step.name, say=branch)

    def _come_back(self, branch: Branch, visit: Visit) -> Decision:
        """A side step: its answers and facts count from now on, the settled walk is not run again, the path is."""
        walk = self.walk
        walk.do(branch.do, visit)
        self._moved(visit, self.case.step, "moved")
        self._record(visit)
        self.walk = again = Walk(self.program, walk.case, self.actor, self.world)
        again.change.work, again.change.events = walk.change.work, walk.change.events
        again.to(None)
        shown = [visit_shown.step for visit_shown in again.visits]
        back = self.submission.change if self.submission.change in shown else shown[-1]
        return self.show(back, say=branch)

    def _record(self, visit: Visit) -> None:
        """A visit beside the path is settled as soon as it is sent."""
        change = self.walk.change
        spend(change, (visit,))
        change.update(visits=visit.number, trail=(*change.case.trail, self.walk.settled(visit)))
        change.events.append(Event(change.now, "recorded", visit.step, visit.pressed, visit.branch, visit=visit.number))

    def _moved(self, visit: Visit, to: str, kind: str) -> None:
        role = self.program.flow.steps[visit.step].role
        account = self.actor.account.id if self.actor.account else None
        self.walk.change.events.append(
            Event(self.world.now, kind, visit.step, visit.pressed, visit.branch, to, role, account, visit.number)
        )

    def show(
        self,
        step: str,
        *,
        problems: tuple[Problem, ...] = (),
        say: Branch | None = None,
        stale: bool = False,
        moved: bool = True,
    ) -> Decision:
        """The decision. Where the case did not move, all that changed is what was tried or sent of its codes."""
        walk = self.walk
        if problems or stale:
            case = replace(self.case, codes=walk.case.codes)
        elif not moved:
            case = replace(self.case, codes=walk.case.codes, works=walk.case.works)
        else:
            case = walk.finish()
        change = walk.change
        return Decision(case, step, problems, tuple(change.events), tuple(change.work), say.say if say else None, stale)


def _same(before: Visit, visit: Visit) -> bool:
    """Whether a page of the path was sent again just as it was: what its branch does was done."""
    return (before.pressed, before.branch, before.answers, before.secrets) == (
        visit.pressed,
        visit.branch,
        visit.answers,
        visit.secrets,
    )
