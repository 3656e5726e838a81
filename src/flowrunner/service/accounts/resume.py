"""Opening a case in another browser by what its flow says under `resume`.

Whether somebody has such a case costs the same to find out as that nobody has: one digest and one read.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from msgspec import Struct

from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model import codes
from flowrunner.model.case import Case, Inputs, Problem, Value, World
from flowrunner.model.flow import Field
from flowrunner.model.record import replace
from flowrunner.runtime.environment import Environment, expiry, reading
from flowrunner.runtime.interpreter import tick
from flowrunner.runtime.program import Program
from flowrunner.service.cases.attempt import Where
from flowrunner.service.cases.cases import TRIES, Busy
from flowrunner.service.cases.decisions import NOBODY, resume_codes, resume_key, resume_values
from flowrunner.service.context import ServiceContext
from flowrunner.service.sessions.rate_limits import RateLimits
from flowrunner.service.sessions.renewal import renewed
from flowrunner.service.sessions.visitor import idle_of
from flowrunner.store import cases, resume_keys, sessions
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict

NOT_FOUND = Problem(None, "not_found")


class Resumed(Struct, frozen=True):
    """What came of it: problems; or the token that the browser holds from now on, and where the case is."""

    problems: tuple[Problem, ...] = ()
    token: str | None = None
    redirect: str | None = None


def fields_of(program: Program) -> tuple[Field, ...]:
    """What the page asks, in the order in which the flow names it."""
    return tuple(program.flow.fields[name] for name in program.flow.resume)


class Resuming:
    """Finds cases again. Raises RateLimited and Busy."""

    def __init__(self, context: ServiceContext, throttles: RateLimits, where: Where) -> None:
        self._context = context
        self._throttles = throttles
        self._where = where

    def resume(
        self, program: Program, token: str, form: str, inputs: Inputs, remote: str | None, language: str
    ) -> Resumed:
        """Let the browser hold the case that this opens, under another token; it goes on in the language of the page,
        if the case has it."""
        now = self._context.clock()
        with self._context.database.reading() as transaction:
            before = sessions.result_of_form(transaction, token, form)
            if before is not None and before.redirect is not None:
                return Resumed(token=renewed(transaction, token, form, now), redirect=before.redirect)
        values, problems = self._read(program, inputs)
        if problems:
            return Resumed(problems)
        self._throttles.count("resume", self._address(program, values), remote)
        for _ in range(TRIES):
            try:
                return self._open(program, token, form, values, language)
            except Conflict:
                continue
        raise Busy("others were faster.", where=program.flow.name, way_out="Send the page again.")

    def _read(self, program: Program, inputs: Inputs) -> tuple[Mapping[str, Value], tuple[Problem, ...]]:
        values: dict[str, Value] = {}
        problems: list[Problem] = []
        for field in fields_of(program):
            choices = field.choices if isinstance(field.choices, tuple) else ()
            read = FIELD_TYPES[field.kind].read(field, inputs, Context(choices, program.flow.territory))
            values[field.name] = read.value
            problems += read.problems
            if read.value is None and not read.problems:
                problems.append(Problem(field.name, "required", {"kind": field.kind}))
        return values, tuple(problems)

    def _address(self, program: Program, values: Mapping[str, Value]) -> str:
        """Whose case is looked for: everything that is asked but codes."""
        plain = (str(values[field.name]) for field in fields_of(program) if not FIELD_TYPES[field.kind].is_code)
        return "\x1f".join((program.flow.name, *plain))

    def _open(self, program: Program, token: str, form: str, values: Mapping[str, Value], language: str) -> Resumed:
        now = self._context.clock()
        world = self._context.world()
        with self._context.database.writing() as transaction:
            case_id = resume_keys.find(transaction, resume_key(transaction, program, values))
            case = self._checked(transaction, case_id, values, world) if case_id is not None else None
            if case is None:
                return Resumed((NOT_FOUND,))
            if sessions.result_of_form(transaction, token, form) is not None:
                raise Conflict("the same form was faster.", where="resume")
            before = sessions.load(transaction, token, program.flow.name)
            lives = before if before is not None and not before.is_over(now) else None
            account, confirmed = (lives.account, lives.confirmed) if lives is not None else (None, False)
            follows = sessions.successor(transaction.keys, token, form)
            idle = idle_of(program.flow)
            sessions.rotate(transaction, token, follows, account, now, idle, confirmed=confirmed)
            sessions.bind_case(transaction, follows, case.flow, case.id, now, idle)
            redirect = self._where(replace(case, language=self._spoken(case, language)), case.step)
            sessions.record_form(transaction, token, form, redirect, now)
        return Resumed(token=follows, redirect=redirect)

    def _spoken(self, case: Case, language: str) -> str:
        flow = self._context.catalogue.program(case.flow, case.version).flow
        return language if language in flow.languages else case.language

    def _checked(self, transaction: Transaction, ident: str, values: Mapping[str, Value], world: World) -> Case | None:
        """The case if what was typed still opens it: by the version that it began with, and after what is due."""
        stored = cases.load(transaction, ident)
        if stored is None:
            return None
        program = self._context.catalogue.program(stored.flow, stored.version)
        case = tick(program, stored, world).case
        expected = resume_values(program, case, world)
        if expected is None or not all(_same(values.get(name), value) for name, value in expected.items()):
            return None
        return stored if _all_live(program, case, world) else None


def _same(typed: Value, value: Value) -> bool:
    if not isinstance(typed, str) or not isinstance(value, str):
        return typed == value
    return hmac.compare_digest(typed.encode("utf-8", "replace"), value.encode("utf-8", "replace"))


def _all_live(program: Program, case: Case, world: World) -> bool:
    """Whether the codes that open the case are in time and have tries left. One that made the account is spent, and
    still opens the case: what comes next there is signing in."""
    flow = program.flow
    read = Environment(program, case, NOBODY, world)
    read.env.update(reading(program, case, NOBODY, world))
    states = {name: replace(case.codes[name], spent=None) for name in resume_codes(flow).values()}
    return all(codes.live(flow.codes[name], state, world.now, expiry(read, name)) for name, state in states.items())
