"""What a person reads on a page or in a message: the value of a code, derived as pages and messages derive it."""

from __future__ import annotations

from sqlalchemy import select

from flowrunner.model.case import Actor, Case
from flowrunner.runtime.environment import reading
from flowrunner.service.cases.cases import Cases
from flowrunner.store import cases
from flowrunner.store.tables import outbox


def newest_case(service: Cases) -> Case:
    """The case of the newest row of the outbox."""
    with service._context.database.reading() as transaction:
        wanted = select(outbox.c.case_id).order_by(outbox.c.id.desc()).limit(1)
        case = cases.load(transaction, transaction.connection.execute(wanted).scalar_one())
    assert case is not None
    return case


def code_of(service: Cases, case: Case, name: str) -> str:
    """The value of a code of a case."""
    program = service.program_of(case.flow, case)
    assert program is not None
    return str(reading(program, case, Actor(), service._context.world())["code"][name])


def newest_code(service: Cases, name: str) -> str:
    """The code that the newest message carries."""
    return code_of(service, newest_case(service), name)
