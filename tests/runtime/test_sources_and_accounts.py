"""Facts, accounts, sign-in, roles, and fields that depend on each other."""

from __future__ import annotations

from typing import Any

import pytest

from flowrunner.model.case import Account, Actor, Secret, Submission
from flowrunner.runtime.interpreter import NotAllowed, act
from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: facts
    languages: [en]
    time_zone: America/Toronto
    title: Facts
    start: ask
    accounts: {sign_in_with: email, profile: [name, number], unique: [[email], [number]]}
    roles:
      member: {}
    sources:
      register:
        asks: [number]
        gives:
          status: [good, bad, unknown]
        on_failure: {status: unknown}
      strict:
        asks: [email]
        gives:
          known: yes_no
    fields:
      email: {type: email, label: Email}
      number: {type: text, label: Number, optional: true}
      name:
        type: text
        label: Name
        optional: true
        prefill: account.name
      kind:
        type: choice
        label: Kind
        choices:
          person: {label: Person}
          firm: {label: Firm, opens: firm_name}
      firm_name: {type: text, label: Firm name}
      age:
        type: integer
        label: Age
        when: kind == 'person'
      half: {type: computed, label: Half, value: age / 2}
      secret:
        type: password
        label: Password
        rules:
          - min_length: 12
      must_be_good:
        type: text
        label: Must be good
        optional: true
        rules:
          - must: register.status == 'good'
            message: Not good.
    steps:
      ask:
        title: Ask
        fields: [email, number]
        look_up: [register, strict]
        next:
          - {when: register.status == 'bad', go: refused}
          - {go: kinds}
      refused: {kind: end, outcome: refused, title: Refused}
      kinds:
        title: Kinds
        fields: [kind, firm_name, age, half, secret]
        next: {do: [{create_account: {if_taken: taken}}], go: come_in}
      taken: {kind: end, outcome: taken, title: Taken}
      come_in:
        kind: sign_in
        title: Sign in
        next: again
      again:
        title: Again
        fields: [name, must_be_good]
        actions:
          decline: {label: Decline, do: [sign_out], say: You are signed out.}
        look_up: [{source: register, fresh: 15 minutes}]
        next: {do: [update_account, {grant: member}], go: done}
      done: {kind: end, outcome: done, title: Done}
"""
PROGRAM = program(FLOW)
GOOD: dict[str, Any] = {"register": {"status": "good"}, "strict": {"known": False}}
HASH = Secret("hash-of-a-password")
ACCOUNT = Account("account-1", "person@example.org", frozenset(), {"name": "Ann"})


def at_kinds(**facts: Any) -> Person:
    person = Person(PROGRAM, facts={**GOOD, **facts})
    person.press(email="person@example.org", number="1")
    return person


def at_come_in() -> Person:
    person = at_kinds()
    person.press(kind="person", age="40", secret=HASH)
    return person


def at_again() -> Person:
    person = at_come_in()
    person.account = ACCOUNT
    person.press()
    return person


class TestSources:
    """Asked after the answers are judged, again only when the question has changed or the answer is too old."""

    def test_a_fact_decides(self) -> None:
        assert at_kinds(register={"status": "bad"}).case.step == "refused"

    def test_nothing_is_asked_while_an_answer_is_wrong(self) -> None:
        person = Person(PROGRAM, facts=GOOD)
        person.press(email="person@", number="1")
        assert person.asked == []

    def test_it_is_not_asked_again_for_the_same_question(self) -> None:
        person = at_kinds()
        person.press(step="ask", email="person@example.org", number="1")
        assert person.asked == ["register", "strict"]
        person.press(step="ask", email="person@example.org", number="2")
        assert person.asked == ["register", "strict", "register"]

    def test_without_an_answer_it_is_not_asked_and_gives_its_failure_values(self) -> None:
        person = Person(PROGRAM, facts=GOOD)
        person.press(email="person@example.org")
        assert person.asked == ["strict"]
        assert person.env()["register"] == {"status": "unknown"}
        assert {fact.source: fact.why for fact in person.case.facts}["register"] == "not_asked"

    @pytest.mark.parametrize("how", ["fails", "late"])
    def test_a_failure_plays_on_failure(self, how: str) -> None:
        person = at_kinds(register=how)
        assert person.case.step == "kinds"
        assert person.env()["register"] == {"status": "unknown"}

    def test_without_on_failure_the_person_is_asked_to_try_again(self) -> None:
        person = at_kinds(strict="fails")
        assert person.problems == {"_page": "source_failed"}
        assert person.case.step == "ask"
        person.facts["strict"] = {"known": True}
        person.press(email="person@example.org", number="1")
        assert person.case.step == "kinds"

    def test_a_changed_answer_makes_the_fact_unknown_again(self) -> None:
        person = at_kinds()
        person.facts["register"] = {"status": "bad"}
        person.press(step="ask", email="person@example.org", number="2")
        assert person.case.step == "refused"

    def test_a_fresh_one_is_asked_again_once_it_is_old(self) -> None:
        person = at_again()
        asked = len(person.asked)
        person.press(must_be_good="x", name="Ann")
        assert len(person.asked) == asked
        other = at_again()
        other.wait(minutes=16)
        other.facts["register"] = {"status": "bad"}
        other.press(must_be_good="x", name="Ann")
        assert other.problems == {"must_be_good": "must"}


class TestFields:
    """What is asked depends on what was sent."""

    def test_a_field_that_is_not_asked_is_not_required_and_kept_aside(self) -> None:
        person = at_kinds()
        person.press(kind="firm", firm_name="Ours", age="40", secret=Secret(broken=("min_length",)))
        assert person.problems == {"secret": "min_length"}
        person.press(kind="firm", firm_name="Ours", age="40", secret=HASH)
        assert person.case.trail[-1].answers.get("age") is None
        assert person.env().get("half") is None

    def test_one_that_is_opened_is_asked(self) -> None:
        person = at_kinds()
        person.press(kind="firm", secret=HASH)
        assert person.problems == {"firm_name": "required"}

    def test_a_computed_one_is_worked_out(self) -> None:
        person = at_come_in()
        assert person.env()["half"] == 20

    def test_the_page_shows_what_may_be_asked_until_that_is_known(self) -> None:
        page = at_kinds().look()
        assert page is not None
        assert {name: asked.always for name, asked in page.questions.items()} == {
            "kind": True,
            "firm_name": False,
            "age": False,
            "half": True,
            "secret": True,
        }


class TestAccounts:
    """Passwords, unique keys and identity."""

    def test_a_password_is_in_no_answer_event_or_problem(self) -> None:
        person = at_come_in()
        everything = repr([person.case, person.decision.events, person.decision.problems])
        assert HASH.hash not in everything
        assert [work.values["password"] for work in person.work if work.effect == "create_account"] == [HASH.hash]

    def test_the_keys_that_bind_are_those_with_an_answer(self) -> None:
        work = next(work for work in at_come_in().work if work.effect == "create_account")
        assert work.values["unique"] == ((("email",), ("person@example.org",)), (("number",), ("1",)))

    def test_the_loser_of_a_race_goes_where_the_flow_says(self) -> None:
        person = at_kinds()
        person.lost = frozenset({"create_account"})
        person.press(kind="person", age="40", secret=HASH)
        assert person.case.step == "taken"
        assert not [work for work in person.work if work.effect == "create_account"]
        person.lost = frozenset()
        person.press(step="kinds", kind="person", age="40", secret=HASH)
        assert person.case.step == "come_in"

    def test_only_the_account_of_the_case_comes_in(self) -> None:
        person = at_come_in()
        person.press()
        assert person.problems == {"_page": "wrong_account"}
        person.account = Account("account-2", "other@example.org")
        person.press()
        assert person.problems == {"_page": "wrong_account"}
        person.account = ACCOUNT
        person.press()
        assert person.case.step == "again"
        assert person.case.owner == "account-1"

    def test_from_then_on_the_browser_alone_is_not_enough(self) -> None:
        person = at_again()
        person.account = None
        with pytest.raises(NotAllowed):
            act(PROGRAM, person.case, Actor(holds=True), Submission("again"), person.world())
        assert person.look() is None

    def test_what_the_account_knows_is_prefilled(self) -> None:
        page = at_again().look()
        assert page is not None
        assert page.questions["name"].prefilled
        assert page.questions["name"].inputs == {"name": ("Ann",)}

    def test_declining_leaves_the_case_where_it_is(self) -> None:
        person = at_again()
        decision = person.press("decline")
        assert person.case.step == "again"
        assert decision.show == "ask"
        assert decision.say is not None
        assert [work.effect for work in decision.work] == ["sign_out"]

    def test_a_taken_key_is_a_problem_beside_its_field(self) -> None:
        person = at_again()
        person.lost = frozenset({"update_account:name"})
        person.press(name="Ann")
        assert person.problems == {"name": "taken"}
        assert person.case.step == "again"

    def test_granting_a_role_settles(self) -> None:
        person = at_again()
        person.press(name="Ann")
        assert person.case.outcome == "done"
        assert [work.values["role"] for work in person.work if work.effect == "grant"] == ["member"]
        assert person.case.ended is not None
