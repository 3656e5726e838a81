"""By what a case is found again in another browser, as its flow says under `resume`."""

from __future__ import annotations

from collections.abc import Mapping

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Actor, Case, Value, World
from flowrunner.model.flow import Flow
from flowrunner.runtime.look import reading
from flowrunner.runtime.program import Program
from flowrunner.store import resume_keys
from flowrunner.store.database import Transaction

NOBODY = Actor()


def keep_key(transaction: Transaction, program: Program, before: Case, case: Case, world: World) -> None:
    """Let a case of a flow that says how (`resume`) be found by what it says now. Writes only when that is not what it
    said before."""
    key = _key(transaction, program, case, world)
    if key != _key(transaction, program, before, world):
        resume_keys.set_key(transaction, case.id, key)


def _key(transaction: Transaction, program: Program, case: Case, world: World) -> str | None:
    values = resume_values(program, case, world)
    return None if values is None else resume_key(transaction, program, values)


def resume_key(transaction: Transaction, program: Program, values: Mapping[str, Value]) -> str:
    """The key for these answers, in the order in which the flow names them."""
    names = program.flow.resume
    return resume_keys.resume_digest(transaction, program.flow.name, names, [values[name] for name in names])


def resume_values(program: Program, case: Case, world: World) -> Mapping[str, Value] | None:
    """What opens this case elsewhere: the answers, and the present value of a code. None while something of it is
    missing, and once the case belongs to an account or has ended."""
    if case.owner is not None or case.ended is not None:
        return None
    flow = program.flow
    codes = resume_codes(flow)
    if not set(codes.values()) <= case.codes.keys():
        return None
    env = reading(program, case, NOBODY, world)
    values = {name: str(env["code"][codes[name]]) if name in codes else env.get(name) for name in flow.resume}
    return None if None in values.values() else values


def resume_codes(flow: Flow) -> Mapping[str, str]:
    """The fields among what opens a case that ask for a one-time code, each with that code."""
    fields = [flow.fields[name] for name in flow.resume]
    return {field.name: field.options["code"] for field in fields if FIELD_TYPES[field.kind].is_code}
