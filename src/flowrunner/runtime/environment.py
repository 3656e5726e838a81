"""The evaluation environment of expressions at a place of a case: answers of the visits before it, facts, moments and
records.

Later answers win over earlier ones; what was kept aside is not read; a field that was asked and left empty reads as
nothing even if an earlier visit answered it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flowrunner.model import codes
from flowrunner.model.case import Actor, Case, Fact, Value, Visit, World
from flowrunner.model.expression.closures import switch_key
from flowrunner.model.flow import Flow, LookUp, Source
from flowrunner.runtime.program import Program
from flowrunner.timer_kinds.due import deadline


class Environment:
    """An environment that grows visit by visit. Made for one decision or one page, never shared."""

    def __init__(self, program: Program, case: Case, actor: Actor, world: World) -> None:
        self.program = program
        self.case = case
        self.world = world
        self.looked_up: dict[str, Source] = {}
        self.path_answers: dict[str, Value] = {}
        self.facts = {(fact.source, fact.given): fact for fact in case.facts}
        self.today = world.now.astimezone(program.zone).date()
        self.env: dict[str, Any] = dict(case.moments)
        self.env.update(switched(world))
        self.env["today"] = self.today
        self.env["case"] = self._case_record()
        self.env["account"] = account_record(actor) if actor.is_owner(case) else {}
        self.env["actor"] = {**dict.fromkeys(actor.roles, True), "owner": actor.is_owner(case)}
        self.env["timer"] = TimerValues(self)
        self.env["code"] = CodeValues(self)
        for visit in case.trail:
            self._pass(visit)
        self._refresh(self.looked_up)

    def merge(self, visit: Visit) -> None:
        """Read on past a visit that was sent; one that was not changes nothing."""
        if visit.pressed is None:
            return
        self.path_answers.update(visit.answers)
        self._pass(visit)
        self._refresh(self.program.concerned[visit.step])

    def _pass(self, visit: Visit) -> None:
        if visit.pressed is None:
            return
        self.env.update(self.program.blank[visit.step])
        self.env.update(visit.answers)
        for look_up in self.program.asks(visit.step, visit.pressed).look_up:
            self.looked_up[look_up.source] = self.program.flow.sources[look_up.source]

    def _refresh(self, sources: Iterable[str]) -> None:
        """Set those of the sources that were looked up to their newest fact for the present answers."""
        for name in sources:
            if name in self.looked_up:
                self.env[name] = self.values_of(self.looked_up[name])

    def know(self, fact: Fact) -> None:
        """Take in a fact that was just learned."""
        self.facts[fact.source, fact.given] = fact
        self.looked_up[fact.source] = self.program.flow.sources[fact.source]
        self.env[fact.source] = fact.values

    def arguments_of(self, source: Source) -> tuple[Value, ...]:
        """The answers that the source is asked with now; nothing where one is missing."""
        return question(source, self.env)

    def fact(self, source: Source) -> Fact | None:
        """The newest fact for the present answers."""
        return self.facts.get((source.name, self.arguments_of(source)))

    def values_of(self, source: Source) -> Mapping[str, Value]:
        """What reading the source gives now: of a source that was not asked, what `on_failure` says, else nothing."""
        arguments = self.arguments_of(source)
        if None in arguments:
            return source.on_failure or {}
        fact = self.facts.get((source.name, arguments))
        return fact.values if fact else {}

    def on(self, day: date) -> None:
        """Read as on this day."""
        self.env["today"] = day

    def _case_record(self) -> dict[str, Value]:
        case = self.case
        return {
            "reference": case.reference,
            "submitted": case.moments.get("submitted"),
            "began": case.began,
            "language": case.language,
            "round": Decimal(case.round),
            "opened_from": case.opened_from,
        }


def account_record(actor: Actor) -> dict[str, Value]:
    """`account`: the profile of who is signed in, and true for each of its roles."""
    if actor.account is None:
        return {}
    return {**actor.account.profile, **dict.fromkeys(actor.account.roles, True)}


class TimerValues(Mapping[str, Any]):
    """`timer.NAME`: when it is due, worked out when it is read."""

    def __init__(self, reading: Environment) -> None:
        self._reading = reading

    def __getitem__(self, name: str) -> datetime | None:
        reading = self._reading
        return deadline(reading.program.flow, reading.program.flow.timers[name], reading.case, reading.env)

    def __iter__(self) -> Iterator[str]:
        return iter(self._reading.program.flow.timers)

    def __len__(self) -> int:
        return len(self._reading.program.flow.timers)


class CodeValues(Mapping[str, Any]):
    """`code.NAME`: the value of a code that the case holds, derived when it is read."""

    def __init__(self, reading: Environment) -> None:
        self._reading = reading

    def __getitem__(self, name: str) -> codes.ShownCode | None:
        reading = self._reading
        state = reading.case.codes.get(name)
        if state is None:
            return None
        return codes.ShownCode(code_value(reading, name), expiry(reading, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._reading.case.codes)

    def __len__(self) -> int:
        return len(self._reading.case.codes)


def question(source: Source, env: Mapping[str, Any]) -> tuple[Value, ...]:
    """What a source is asked with, as it finds a fact again: an address is the pairs of its parts."""
    return tuple([_as_asked(env.get(name)) for name in source.asks.values()])


def _as_asked(value: Value) -> Value:
    # Most are characters: the cheap question stands first.
    if isinstance(value, str) or not isinstance(value, Mapping):
        return value
    return tuple(sorted(value.items()))


def switched(world: World) -> dict[str, bool]:
    """The policy switches that the world sets otherwise than the flow, as conditions read them."""
    return {switch_key(name): value for name, value in world.switches.items()}


def code_value(reading: Environment, name: str) -> str:
    """The present value of a code that the case holds."""
    code = reading.program.flow.codes[name]
    bound = (reading.env.get(field) for field in code.bound_to)
    return codes.derive(code, reading.case.codes[name], reading.case.id, bound, reading.world.seal)


def expiry(reading: Environment, name: str) -> datetime | None:
    """When a code that the case holds goes out of time."""
    code = reading.program.flow.codes[name]
    if code.until is None:
        return reading.case.codes[name].expires
    return deadline(reading.program.flow, reading.program.flow.timers[code.until], reading.case, reading.env)


def is_stale(fact: Fact, look_up: LookUp, world: World, reading: Environment) -> bool:
    """Whether the step wants the fact newer than it is."""
    return look_up.fresh is not None and world.now > look_up.fresh.add_to(fact.at, reading.program.zone)


def answers_of(case: Case) -> Mapping[str, Value]:
    """The answers of settled visits and of those on the path, later ones over earlier ones."""
    answers: dict[str, Value] = {}
    for visit in (*case.trail, *case.path):
        if visit.pressed is not None:
            answers.update(visit.answers)
    return answers


def address_in(flow: Flow, case: Case | None) -> str:
    """The address that the person of a case would sign in with, "" while it says none."""
    if case is None or flow.accounts is None:
        return ""
    address = answers_of(case).get(flow.accounts.sign_in_with)
    return address if isinstance(address, str) else ""


def reading(program: Program, case: Case, actor: Actor, world: World) -> dict[str, Any]:
    """What can be read at the current step of a case, the answers of all its visits included."""
    environment = Environment(program, case, actor, world)
    for visit in case.path:
        environment.merge(visit)
    return environment.env
