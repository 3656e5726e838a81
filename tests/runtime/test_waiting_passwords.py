"""A password waits on the path until the account takes it, and nowhere else."""

from __future__ import annotations

from flowrunner.model.case import Secret
from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: waiting
    languages: [en]
    time_zone: America/Toronto
    title: Waiting
    start: first
    accounts: {sign_in_with: email, profile: [email], unique: [[email]]}
    fields:
      email: {type: email, label: Email}
      long: {type: yes_no, label: Long way}
      secret: {type: password, label: Password}
    timers:
      too_late: {after: 3 days, since: begun, until: submitted, go: expired}
    steps:
      first:
        title: First
        enter: [{remember: begun}]
        fields: [email, long]
        next:
          - {when: long, go: choose}
          - {go: last}
      choose:
        title: Choose a password
        fields: [secret]
        next: last
      last:
        title: Last
        actions:
          again: {label: Again, return: first}
        next: {do: [{create_account: {if_taken: taken}}], go: made}
      made:
        title: Made
        next: {do: [submit], go: done}
      taken: {kind: end, outcome: taken, title: Taken}
      done: {kind: end, outcome: done, title: Done}
      expired: {kind: end, outcome: expired, title: Expired}
"""
PROGRAM = program(FLOW)
HASH = "hash-of-a-password"


def at_last() -> Person:
    person = Person(PROGRAM)
    person.press(email="person@example.org", long="true")
    person.press(secret=Secret(HASH))
    return person


class TestWaitingPasswords:
    """It is kept while its visit is on the path, handed over once, and erased with its visit."""

    def test_it_waits_on_the_path(self) -> None:
        person = at_last()
        assert person.steps == ["first", "choose", "last"]
        assert HASH in repr(person.case.path)

    def test_the_account_takes_it_and_the_case_forgets_it(self) -> None:
        person = at_last()
        person.press()
        assert [work.values["password"] for work in person.work] == [HASH]
        assert HASH not in repr(person.case)

    def test_it_is_erased_when_an_earlier_answer_takes_its_step_off(self) -> None:
        person = at_last()
        person.press(step="first", email="person@example.org", long="false")
        assert person.steps == ["first", "last"]
        assert HASH not in repr(person.case)

    def test_it_is_asked_again_when_the_step_comes_back(self) -> None:
        person = at_last()
        person.press(step="first", email="person@example.org", long="false")
        person.press(step="first", email="person@example.org", long="true")
        assert person.case.step == "choose"
        assert person.press().problems[0].code == "required"
        person.press(secret=Secret("another-hash"))
        person.press(step="last")
        assert [work.values["password"] for work in person.work] == ["another-hash"]

    def test_it_is_erased_by_a_return_and_by_the_end(self) -> None:
        returned, ended = at_last(), at_last()
        returned.press("again")
        ended.wait(days=9)
        assert ended.case.outcome == "expired"
        assert HASH not in repr(returned.case) + repr(ended.case)

    def test_looking_never_shows_it(self) -> None:
        page = at_last().look("choose")
        assert page is not None
        assert HASH not in repr(page.questions)
        assert page.questions["secret"].inputs == {}

    def test_one_who_lost_a_race_may_go_back(self) -> None:
        person = at_last()
        person.lost = frozenset({"create_account"})
        assert person.press().show == "taken"
        person.lost = frozenset()
        assert person.press(step="last").show == "made"
        assert [work.values["password"] for work in person.work] == [HASH]
