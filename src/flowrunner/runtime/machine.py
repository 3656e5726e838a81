"""The state machine of a flow: the only place that chooses a branch, and the only file that knows `transitions`.

Steps are its states; `next`, actions and timers its triggers; role, guard and identity its conditions. One machine is
built for each flow version and fired on a throwaway token, so it is shared by all cases and threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from transitions import EventData, Machine
from transitions.core import Event, MachineError, Transition

from flowrunner.errors import FlowrunnerError
from flowrunner.model.expression import Expression
from flowrunner.model.flow import Branch, Flow, Step
from flowrunner.model.graph import taken_steps, timer_trigger

TAKEN = "taken:"


class NoSuchWay(FlowrunnerError):
    """A step or a trigger that the machine does not have."""


class Token:
    """What the machine moves for one firing: it knows the step, what guards may read, and what came of it.

    `may` says whether the actor has a role; `known` whether the signed-in account is the one that the case expects.
    """

    __slots__ = ("branch", "env", "known", "may", "state")

    def __init__(self, step: str, env: Mapping[str, Any], may: Callable[[str], bool], known: bool) -> None:
        self.state = step
        self.env = env
        self.may = may
        self.known = known
        self.branch: int | None = None


def anyone(role: str) -> bool:
    """For what was pressed before and is walked again: who pressed it had the role then."""
    return True


Guard: TypeAlias = Callable[[Token], bool]


class Way(Transition):
    """One branch as a transition: taken when all its guards hold for the token.

    Nothing of ours hangs on the callbacks of `transitions`, so none are called: a decision fires several triggers.
    """

    def __init__(self, *of_transition: Any, guards: Sequence[Guard], index: int) -> None:
        super().__init__(*of_transition)
        self.guards = tuple(guards)
        self.index = index

    def holds(self, token: Token) -> bool:
        for guard in self.guards:  # noqa: SIM110 - a generator costs more than most guards
            if not guard(token):
                return False
        return True

    def execute(self, event_data: EventData) -> bool:
        token = event_data.model
        assert isinstance(token, Token)
        if not self.holds(token):
            return False
        # Two branches may lead to the same step, so the branch that was taken is recorded, not inferred.
        token.branch = self.index
        if self.dest is not None:
            event_data.machine.set_state(self.dest, token)
        return True


class Trigger(Event):
    """A button or a timer: tries its ways out of a step in their order, and takes the first that can be taken."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        if model.state not in self.transitions:
            raise MachineError(f"there is no {self.name} in {model.state}")
        event_data = EventData(None, self, self.machine, model, args, kwargs)
        return any(way.execute(event_data) for way in self.transitions[model.state])


class Ways(Machine):
    """A machine whose transitions are branches."""

    transition_cls = Way
    event_cls = Trigger


class StepMachine:
    """The built machine. It keeps no case: each question makes its own token."""

    def __init__(self, flow: Flow) -> None:
        self._machine = Ways(
            model=None,
            states=list(flow.steps),
            initial=flow.start,
            auto_transitions=False,
        )
        self._offered = {
            (step.name, action.name): action.when for step in flow.steps.values() for action in step.actions.values()
        }
        for step in flow.steps.values():
            for trigger, branches in step.triggers():
                self._add(step, trigger, branches)
        for timer in flow.timers.values():
            sources = [timer.in_step] if timer.in_step else [n for n in flow.steps if n != timer.branch.to]
            for source in sources:
                self._transition(timer_trigger(timer.name), source, timer.branch.to, 0, [])

    @property
    def machine(self) -> Machine:
        """The machine of `transitions`, for tests that look inside or take a transition out."""
        return self._machine

    def _add(self, step: Step, trigger: str, branches: tuple[Branch, ...]) -> None:
        base = [] if step.kind == "decision" else [_role_of(step.role)]
        if step.kind == "sign_in" and trigger == "next":
            base.append(_is_known)
        for index, branch in enumerate(branches):
            guards = base if branch.when is None else [*base, _guard_of(branch.when)]
            to = branch.to if branch.move in ("go", "return") else None
            self._transition(trigger, step.name, to, index, guards)
            for lost in taken_steps(branch.do):
                self._transition(f"{TAKEN}{trigger}", step.name, lost, index, guards)

    def _transition(self, trigger: str, source: str, to: str | None, index: int, guards: Sequence[Guard]) -> None:
        self._machine.add_transition(trigger, source, to, guards=guards, index=index)

    def fire(
        self,
        step: str,
        trigger: str,
        env: Mapping[str, Any],
        may: Callable[[str], bool] = anyone,
        known: bool = False,
    ) -> int | None:
        """The index of the branch that is taken, or None when none holds or the actor may not.

        Raises NoSuchWay for a step or a trigger that does not exist there.
        """
        token = Token(step, env, may, known)
        try:
            moved = self._event(trigger).trigger(token)
        except (MachineError, ValueError) as error:
            raise NoSuchWay(f"nothing is called {trigger!r} there.", where=step) from error
        return token.branch if moved else None

    def can(self, step: str, trigger: str, env: Mapping[str, Any], may: Callable[[str], bool]) -> bool:
        """Whether a button is offered to this actor and would lead anywhere, asked without moving anything."""
        event = self._machine.events.get(trigger)
        if event is None or not self.offers(step, trigger, env):
            return False
        token = Token(step, env, may, known=True)
        return any(isinstance(way, Way) and way.holds(token) for way in event.transitions.get(step, ()))

    def offers(self, step: str, trigger: str, env: Mapping[str, Any]) -> bool:
        """Whether the `when` of an action holds: before it is pressed, not after its sources have answered."""
        when = self._offered.get((step, trigger))
        return when is None or bool(when.evaluate(env))

    def has(self, step: str, trigger: str) -> bool:
        """Whether the step has this trigger at all."""
        event = self._machine.events.get(trigger)
        return event is not None and step in event.transitions

    def _event(self, trigger: str) -> Event:
        try:
            return self._machine.events[trigger]
        except KeyError:
            raise NoSuchWay(f"nothing is called {trigger!r}.", where="machine") from None


def _role_of(role: str) -> Guard:
    return lambda token: token.may(role)


def _is_known(token: Token) -> bool:
    return token.known


def _guard_of(guard: Expression) -> Guard:
    evaluate = guard.evaluate
    return lambda token: bool(evaluate(token.env))
