"""Two people race for one membership number: one account, and one clear message, however often they do."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Submission
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.context import ServiceContext
from flowrunner.service.sessions.passwords import Passwords
from flowrunner.service.sources.sources import Sources
from flowrunner.store.database import Database
from tests.service.conftest import FLOW, GOOD, Clock, at_once, count
from tests.service.putting_back import put_back, rows
from tests.service.walking import code_of

TRIES = 1_000
PEOPLE = ("anna", "ben")


@pytest.fixture
def service(catalogue: Catalogue, database: Database, clock: Clock, sources: Sources) -> Cases:
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Cases(ServiceContext(database, catalogue, clock, quick), sources, lambda case, step: f"/{case.flow}/{step}")


def sent(service: Cases, person: str, step: str, form: str, **inputs: str) -> SubmissionResult:
    values = {name: (value,) for name, value in inputs.items()}
    found = service.act(FLOW, f"token of {person}", FormStamp(form), Submission(step, inputs=values, language="en"))
    assert found is not None
    return found


def before_the_account(service: Cases, person: str) -> str:
    """A person who has only to enter the code that was sent; the code."""
    sent(service, person, "welcome", "1")
    good = {name: value for name, (value,) in GOOD.items()}
    case = sent(service, person, "access_request", "2", **{**good, "email": f"{person}@example.org"}).case
    assert case is not None
    code = code_of(service, case, "invitation")
    sent(service, person, "invitation", "3")
    secret = "four words in the rain"
    answers = {"invitation_code": code, "password": secret, "confirm_password": secret, "family_name": "Roy"}
    case = sent(service, person, "sign_up", "4", **answers, phone="613-555-0142").case
    assert case is not None
    assert case.step == "confirm_sign_up"
    return code_of(service, case, "verification")


class TestOneAccount:
    def test_of_two_with_one_number_one_gets_it_and_the_other_is_told(self, service: Cases, database: Database) -> None:
        codes = {person: before_the_account(service, person) for person in PEOPLE}
        before = rows(database)
        winners = dict.fromkeys(PEOPLE, 0)
        for _ in range(TRIES):
            put_back(database, before)

            def confirm(number: int) -> SubmissionResult:
                person = PEOPLE[number]
                return sent(service, person, "confirm_sign_up", "5", verification_code=codes[person])

            found = at_once(2, confirm)
            assert all(isinstance(one, SubmissionResult) for one in found), found
            steps = {one.case.path[0].step: one.case for one in found if isinstance(one, SubmissionResult) and one.case}
            shown = sorted(one.decision.show for one in found if isinstance(one, SubmissionResult) and one.decision)
            assert shown == ["account_taken", "sign_in"]
            assert steps["sign_in"] is not None
            assert count(database, "accounts") == len(before["accounts"]) + 1
            winners[next(person for person in PEOPLE if _won(service, person))] += 1
        assert sum(winners.values()) == TRIES

    def test_one_person_who_presses_twice_gets_one_account(self, service: Cases, database: Database) -> None:
        code = before_the_account(service, "anna")
        found = at_once(4, lambda _: sent(service, "anna", "confirm_sign_up", "5", verification_code=code))
        assert all(isinstance(one, SubmissionResult) for one in found), found
        assert count(database, "accounts") == 1
        tokens = {one.token for one in found if isinstance(one, SubmissionResult)}
        assert len(tokens) == 1, "each press gives the same token to hold"


def _won(service: Cases, person: str) -> bool:
    """Whether this person made the account: then the session was renewed, and the token from before is over."""
    return service.visitor(f"token of {person}", FLOW).ended
