"""The code that confirms signing in: a case of its own holds it, and the rules of any code are its rules."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from flowrunner.model.case import Actor, Case, World
from flowrunner.model.record import replace
from flowrunner.runtime.environment import reading
from flowrunner.runtime.sign_in_code import begin_confirming, confirm, send_confirmation, sign_in_code_expires
from tests.runtime.walking import program

PROGRAM = program("""
    flowrunner: 1
    flow: confirming
    languages: [en]
    title: Confirming
    start: first
    accounts: {sign_in_with: email, confirm_sign_in: entering}
    fields:
      email: {type: email, label: Email}
    codes:
      entering: {length: 6, alphabet: digits, valid: 3 minutes, tries: 3, tries_in_all: 5 a day, send: entering_code}
    messages:
      entering_code: {by: [email], subject: Code, body: 'It is {{ code.entering }}.'}
    steps:
      first:
        title: First
        fields: [email]
        next: done
      done: {kind: end, outcome: done, title: Done}
""")
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def world(after: timedelta = 0 * SECOND, chance: bytes = b"0" * 32) -> World:
    return World(NOW + after, chance, lambda key, message: hmac.digest(b"key", message, hashlib.sha256))


def begun(ident: str = "c1", chance: bytes = b"0" * 32) -> Case:
    given = {"sign_in": "person@example.org", "language": "en"}
    return begin_confirming(PROGRAM, id=ident, world=world(chance=chance), **given).case


def value(case: Case) -> str:
    return str(reading(PROGRAM, case, Actor(), world())["code"]["entering"])


class TestConfirming:
    def test_it_is_sent_to_the_address_and_to_nobody_else(self) -> None:
        decision = begin_confirming(PROGRAM, id="c1", sign_in="person@example.org", language="en", world=world())
        (work,) = decision.work
        assert (work.effect, work.values["to"], work.values["code"]) == ("send", "person@example.org", "entering")
        assert decision.case.owner is None

    def test_each_sign_in_has_a_code_of_its_own(self) -> None:
        assert len({value(begun("c1")), value(begun("c2")), value(begun("c1", b"1" * 32))}) == 3

    def test_the_right_one_is_taken_once(self) -> None:
        case = begun()
        came = confirm(PROGRAM, case, value(case), world())
        assert not came.problems
        again = confirm(PROGRAM, came.case, value(case), world())
        assert [problem.code for problem in again.problems] == ["expired"]

    def test_a_wrong_one_costs_a_try_and_the_last_one_all(self) -> None:
        case = begun()
        found = []
        for _ in range(3):
            came = confirm(PROGRAM, case, "000000", world())
            case = came.case
            found.append(came.problems[0].code)
        assert found == ["wrong", "wrong", "too_many"]
        assert confirm(PROGRAM, case, value(case), world()).problems[0].code == "too_many"

    def test_a_day_has_so_many_tries_over_all_new_codes(self) -> None:
        case = begun()
        for number in range(5):
            case = confirm(PROGRAM, case, "000000", world(number * SECOND)).case
            if number == 2:
                case = send_confirmation(PROGRAM, case, world(61 * SECOND)).case
        assert [p.code for p in send_confirmation(PROGRAM, case, world(200 * SECOND)).problems] == ["too_many"]
        later = send_confirmation(PROGRAM, case, world(timedelta(days=1)))
        assert not later.problems

    def test_the_same_is_sent_again_while_it_lives_at_most_once_a_minute(self) -> None:
        case = begun()
        soon = send_confirmation(PROGRAM, case, world(59 * SECOND))
        assert ([problem.code for problem in soon.problems], soon.work) == (["too_soon"], ())
        again = send_confirmation(PROGRAM, case, world(60 * SECOND))
        assert (len(again.work), value(again.case)) == (1, value(case))
        late = send_confirmation(PROGRAM, again.case, world(181 * SECOND, b"2" * 32))
        assert value(late.case) != value(case)

    def test_it_is_told_until_when(self) -> None:
        case = begun()
        end = NOW + timedelta(minutes=3)
        assert sign_in_code_expires(PROGRAM, case, world()) == end
        assert sign_in_code_expires(PROGRAM, case, world(181 * SECOND)) is None
        assert confirm(PROGRAM, case, value(case), world(181 * SECOND)).problems[0].code == "expired"
        assert sign_in_code_expires(PROGRAM, replace(case, codes={}), world()) is None
