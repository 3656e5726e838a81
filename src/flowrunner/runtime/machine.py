"""The state machine of a flow: the only place that chooses a branch, and the only file that knows `transitions`.

Steps are its states; `next`, actions and timers its triggers; role, identity and guard its conditions. The library
tries the ways in their order, asks their conditions, moves the token, and tells by a callback which way it took. One
machine is built for each flow version and fired on a throwaway token, so it is shared by all cases and threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from msgspec import Struct
from transitions import EventData, Machine
from transitions.core import Condition

from flowrunner.errors import FlowrunnerError
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Branch, Flow, Step
from flowrunner.model.graph import taken_steps, timer_trigger

TAKEN = "taken:"


class NoSuchWay(FlowrunnerError):
    """A step or a trigger that the machine does not have."""


class Fired(Struct, frozen=True):
    """What a firing came to: the index of the branch, and the step that it led to; None for one that leads nowhere."""

    index: int
    to: str | None


class Token:
    """The model that the machine moves for one firing: it knows the step, what guards may read, and what came of it.

    `may` says whether the actor has a role; `known` whether the signed-in account is the one that the case expects.
    """

    __slots__ = ("_state", "env", "fired", "known", "may")

    def __init__(self, step: str, env: Mapping[str, Any], may: Callable[[str], bool], known: bool) -> None:
        self._state = step
        self.env = env
        self.may = may
        self.known = known
        self.fired: Fired | None = None

    def record(self, index: int, leads: bool) -> None:
        """Called when a way was taken. Two ways may lead to the same step, so the way is recorded, not inferred."""
        self.fired = Fired(index, self._state if leads else None)


def anyone(role: str) -> bool:
    """For what was pressed before and is walked again: who pressed it had the role then."""
    return True


class Firing(Protocol):
    """What the library hands to conditions and callbacks: its `EventData`, whose model is always a token."""

    model: Token


Guard: TypeAlias = Callable[[Firing], bool]


class StepMachine:
    """The built machine. It keeps no case: each question makes its own token."""

    def __init__(self, flow: Flow) -> None:
        self._machine = Machine(
            model=None,
            states=list(flow.steps),
            initial=None,
            auto_transitions=False,
            send_event=True,
            # No trigger can be called as this is, and the library refuses one that is.
            model_attribute="_state",
        )
        self._offered = {
            (step.name, action.name): Condition(_guard_of(action.when))
            for step in flow.steps.values()
            for action in step.actions.values()
            if action.when is not None
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
        base = [] if step.traits.passes else [_role_of(step.role)]
        if step.traits.signs_in and trigger == "next":
            base.append(_is_known)
        for index, branch in enumerate(branches):
            # The guard first: of most ways it is what does not hold, and then nothing else is asked.
            guards = base if branch.when is None else [_guard_of(branch.when), *base]
            to = branch.to if branch.move in ("go", "return") else None
            self._transition(trigger, step.name, to, index, guards)
            for lost in taken_steps(branch.do):
                self._transition(f"{TAKEN}{trigger}", step.name, lost, index, guards)

    def _transition(self, trigger: str, source: str, to: str | None, index: int, guards: Sequence[Guard]) -> None:
        self._machine.add_transition(trigger, source, to, [*guards], after=_recorder(index, leads=to is not None))

    def fire(
        self,
        step: str,
        trigger: str,
        env: Mapping[str, Any],
        may: Callable[[str], bool] = anyone,
        known: bool = False,
    ) -> Fired | None:
        """The way that is taken, or None when none holds or the actor may not.

        Raises NoSuchWay for a step or a trigger that does not exist there.
        """
        if not self.has(step, trigger):
            raise NoSuchWay(f"nothing is called {trigger!r} there.", where=step)
        token = Token(step, env, may, known)
        self._machine.events[trigger].trigger(token)
        return token.fired

    def can(self, step: str, trigger: str, env: Mapping[str, Any], may: Callable[[str], bool]) -> bool:
        """Whether a button is offered to this actor and would lead anywhere, asked without moving anything."""
        if not self.has(step, trigger) or not self.offers(step, trigger, env):
            return False
        event = self._event_data(Token(step, env, may, known=True))
        ways = self._machine.events[trigger].transitions[step]
        return any(all(condition.check(event) for condition in way.conditions) for way in ways)

    def offers(self, step: str, trigger: str, env: Mapping[str, Any]) -> bool:
        """Whether the `when` of an action holds: before it is pressed, not after its sources have answered.

        Were it one more guard of its branches, a button that asks a source again would refuse because of the answer.
        """
        when = self._offered.get((step, trigger))
        return when is None or when.check(self._event_data(Token(step, env, anyone, known=True)))

    def has(self, step: str, trigger: str) -> bool:
        """Whether the step has this trigger at all."""
        event = self._machine.events.get(trigger)
        return event is not None and step in event.transitions

    def _event_data(self, token: Token) -> EventData:
        """What conditions are asked with where nothing is fired."""
        return EventData(None, None, self._machine, token, (), {})


def _recorder(index: int, *, leads: bool) -> Callable[[Firing], None]:
    return lambda event: event.model.record(index, leads)


def _role_of(role: str) -> Guard:
    return lambda event: event.model.may(role)


def _is_known(event: Firing) -> bool:
    return event.model.known


def _guard_of(guard: Expression) -> Guard:
    evaluate = guard.evaluate
    return lambda event: bool(evaluate(event.model.env))
