"""The state machine of a flow: the only place that chooses a branch, and the only file that knows `transitions`.

Steps are its states; `next`, actions and timers its triggers; role, guard and identity its conditions. One machine is
built for each flow version and fired on a throwaway token, so it is shared by all cases and threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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


class StepMachine:
    """The built machine. It keeps no case: each question makes its own token."""

    def __init__(self, flow: Flow) -> None:
        self._machine = Machine(
            model=None,
            states=list(flow.steps),
            initial=flow.start,
            auto_transitions=False,
            send_event=True,
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

    def _transition(
        self, trigger: str, source: str, to: str | None, index: int, conditions: Sequence[Callable[[EventData], bool]]
    ) -> None:
        # Two branches may lead to the same step, so the branch that was taken is recorded, not inferred.
        self._machine.add_transition(trigger, source, to, conditions=list(conditions), after=_recorder(index))

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
        data = EventData(None, event, self._machine, token, args=(), kwargs={})
        ways: list[Transition] = event.transitions.get(step, [])
        # The public `may_` triggers are added to models only, and our model is a throwaway token.
        return any(way._eval_conditions(data) for way in ways)  # noqa: SLF001

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


def _token(event: EventData) -> Token:
    token = event.model
    assert isinstance(token, Token)
    return token


def _role_of(role: str) -> Callable[[EventData], bool]:
    def may_act(event: EventData) -> bool:
        return _token(event).may(role)

    return may_act


def _is_known(event: EventData) -> bool:
    return _token(event).known


def _guard_of(guard: Expression) -> Callable[[EventData], bool]:
    evaluate = guard.evaluate

    def holds(event: EventData) -> bool:
        return bool(evaluate(_token(event).env))

    return holds


def _recorder(index: int) -> Callable[[EventData], None]:
    def record(event: EventData) -> None:
        _token(event).branch = index

    return record
