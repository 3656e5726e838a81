"""The pure part of each effect: what it changes of the case, and the work that it hands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from flowrunner.effects.base import Change
from flowrunner.effects.built_in import EFFECTS
from flowrunner.effects.submit import reference_number
from flowrunner.model.case import Work
from flowrunner.model.flow import EffectUse
from flowrunner.model.record import replace
from tests.runtime.walking import Person, program

PROGRAM = program("""
    flowrunner: 1
    flow: effects
    languages: [en]
    time_zone: America/Toronto
    title: Effects
    start: first
    accounts: {sign_in_with: email, profile: [name, number], unique: [[email], [name, number]]}
    roles:
      member: {}
    sources:
      ledger:
        asks: {who: name}
        gives:
          done: yes_no
    codes:
      shown: {length: 8, alphabet: unambiguous, valid: 1 day}
      mailed: {length: 6, alphabet: digits, valid: 10 minutes, send: code_it}
    messages:
      code_it: {by: [email], subject: Code, body: '{{ code.mailed }}'}
      greet: {by: [email, account], subject: 'Hello {{ name }}', body: 'Since {{ begun | date }}.'}
    fields:
      email: {type: email, label: Email}
      name: {type: text, label: Name}
      number: {type: text, label: Number, optional: true}
    steps:
      first:
        title: First
        enter: [{remember: begun}]
        fields: [email, name, number]
        next: {do: [{send: greet}], go: done}
      done: {kind: end, outcome: done, title: Done}
""")
ANSWERS: dict[str, Any] = {"email": "person@example.org", "name": "Ann", "number": None}


def change(**answers: Any) -> Change:
    person = Person(PROGRAM)
    env = {**person.env(), **ANSWERS, **answers}
    case = replace(person.case, owner="account-1")
    visit = replace(case.path[0], secrets={"password": "hash"})
    return Change(PROGRAM.flow, case, person.world(), env, visit)


def applied(name: str, argument: Any = None, **answers: Any) -> Change:
    made = change(**answers)
    EFFECTS[name].apply(EffectUse(name, argument), made)
    return made


def only(made: Change) -> Work:
    (work,) = made.work
    return work


class TestEffects:
    """One effect after the other."""

    def test_remember_keeps_the_first_time(self) -> None:
        made = applied("remember", "seen")
        assert made.case.moments["seen"] == made.now
        assert made.env["seen"] == made.now
        before = made.case.moments["begun"]
        EFFECTS["remember"].apply(EffectUse("remember", "begun"), made)
        assert made.case.moments["begun"] == before
        assert made.work == []

    def test_submit_numbers_and_dates_once(self) -> None:
        made = applied("submit")
        reference = made.case.reference
        assert reference is not None
        assert len(reference) == 11
        assert made.case.moments["submitted"] == made.now
        assert made.env["case"]["reference"] == reference
        EFFECTS["submit"].apply(EffectUse("submit"), made)
        assert made.case.reference == reference
        assert len(made.work) == 1

    def test_references_have_no_look_alikes(self) -> None:
        made = "".join(reference_number(bytes([number] * 16)) for number in range(256))
        assert not set(made) & set("IO01")
        assert len({reference_number(bytes([number] * 16)) for number in range(256)}) == 256

    def test_send_names_the_message_and_what_it_reads(self) -> None:
        work = only(applied("send", "greet"))
        assert work.values["message"] == "greet"
        assert work.values["to"] == "person@example.org"
        assert set(work.values["reads"]) == {"name", "begun"}
        assert work.values["code"] is None

    def test_a_message_with_a_code_carries_its_name_never_its_value(self) -> None:
        work = only(applied("issue_code", "mailed"))
        assert (work.values["message"], work.values["code"]) == ("code_it", "mailed")
        assert "mailed" not in str(work.values["reads"])

    def test_a_code_that_is_shown_sends_nothing(self) -> None:
        made = applied("issue_code", "shown")
        assert made.work == []
        assert made.case.codes["shown"].expires is not None

    def test_create_account_hands_on_what_an_account_needs(self) -> None:
        work = only(applied("create_account", {"if_taken": "done"}))
        assert work.values["sign_in"] == "person@example.org"
        assert work.values["profile"] == {"name": "Ann", "number": None}
        assert work.values["password"] == "hash"
        assert work.values["unique"] == ((("email",), ("person@example.org",)),)

    def test_a_key_with_all_its_answers_binds(self) -> None:
        work = only(applied("update_account", None, number="7"))
        assert work.values["unique"][1] == (("name", "number"), ("Ann", "7"))
        assert work.values["account"] == "account-1"

    @pytest.mark.parametrize(
        ("name", "argument", "values"),
        [
            ("grant", "member", {"account": "account-1", "role": "member", "staff": False}),
            ("revoke", "member", {"account": "account-1", "role": "member"}),
            ("call", "ledger", {"source": "ledger", "given": {"who": "Ann"}}),
            ("set_password", None, {"account": "account-1", "sign_in": None, "password": "hash"}),
            ("end_sessions", None, {"account": "account-1", "sign_in": None}),
            ("sign_out", None, {}),
        ],
    )
    def test_what_it_hands_on(self, name: str, argument: Any, values: Mapping[str, Any]) -> None:
        work = only(applied(name, argument))
        assert (work.effect, work.values) == (name, values)

    @pytest.mark.parametrize("name", ["set_password", "end_sessions"])
    @pytest.mark.parametrize(
        ("proved", "sign_in"),
        [
            (frozenset(), None),
            (frozenset({"other@example.org"}), None),
            (frozenset({"person@example.org"}), "person@example.org"),
        ],
    )
    def test_before_anybody_is_signed_in_it_is_whose_address_was_proved(
        self, name: str, proved: frozenset[str], sign_in: str | None
    ) -> None:
        made = change()
        made.case = replace(made.case, owner=None, proved=proved)
        EFFECTS[name].apply(EffectUse(name, None), made)
        (work,) = made.work
        assert (work.values["account"], work.values["sign_in"]) == (None, sign_in)

    def test_each_piece_of_work_has_a_key_of_its_own(self) -> None:
        made = change()
        for _ in range(2):
            EFFECTS["grant"].apply(EffectUse("grant", "member"), made)
        assert len({work.key for work in made.work}) == 2
        assert made.case.works == 2

    def test_checkpoints_are_those_of_the_language(self) -> None:
        found = {effect.name for effect in EFFECTS.values() if effect.checkpoint}
        assert found == {"create_account", "set_password", "grant", "revoke", "call", "submit"}
        assert {effect.name for effect in EFFECTS.values() if effect.on_enter} == {"remember", "issue_code", "send"}
