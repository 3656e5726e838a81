"""Moments, timers, reminders and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowrunner.model.record import replace
from flowrunner.runtime.timers import next_due
from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: time
    languages: [en]
    time_zone: America/Toronto
    title: Time
    start: first
    accounts: {sign_in_with: email, profile: [town], unique: [[email]]}
    fields:
      email: {type: email, label: Email}
      town: {type: text, label: Town}
      invited: {type: code, code: invitation, label: Invitation}
      checked: {type: code, code: check, label: Check}
      day: {type: date, label: Day}
    codes:
      invitation: {length: 8, alphabet: unambiguous, valid: until too_late, bound_to: [email]}
      check: {length: 6, alphabet: digits, valid: 10 minutes, tries: 3, tries_in_all: 5 a day, send: check_it}
    messages:
      check_it: {by: [email], subject: Check, body: 'It is {{ code.check }}.'}
      hurry: {by: [email], subject: Hurry, body: 'Until {{ timer.too_late | date }}.'}
    timers:
      too_late:
        after: 3 days
        since: begun
        until: submitted
        go: expired
        remind:
          - {after: 1 day, send: hurry}
          - {after: 2 days, send: hurry}
      day_over: {at: day, in: waiting, return: checking}
    steps:
      first:
        title: First
        fields: [email, town]
        next: invitation
      invitation:
        title: Invitation
        enter: [{issue_code: invitation}, {remember: begun}]
        content:
          - copy: {value: code.invitation, label: Copy}
        next: enter_code
      enter_code:
        title: Enter
        fields: [invited]
        next: checking
      checking:
        title: Checking
        enter: [{issue_code: check}]
        fields: [checked]
        next: choose_day
      choose_day:
        title: Day
        fields: [day]
        next: {do: [{grant: nobody}], go: waiting}
      waiting:
        title: Waiting
        next: {do: [submit], go: done}
      done: {kind: end, outcome: done, title: Done}
      expired: {kind: end, outcome: expired, title: Expired}
    roles:
      nobody: {}
"""
PROGRAM = program(FLOW)


def at_invitation() -> Person:
    person = Person(PROGRAM)
    person.press(email="person@example.org", town="Here")
    return person


def at_checking() -> Person:
    person = at_invitation()
    person.press()
    person.press(invited=code(person, "invitation"))
    return person


def code(person: Person, name: str) -> str:
    return str(person.env()["code"][name])


class TestTimers:
    """A deadline of days is the end of that day in the flow's zone; it fires once, as at its own moment."""

    def test_it_counts_from_its_moment_to_the_end_of_the_day(self) -> None:
        person = at_invitation()
        assert person.env()["timer"]["too_late"].isoformat() == "2026-03-05T23:59:59.999999-05:00"
        person.now = datetime(2026, 3, 6, 4, 59, 59, tzinfo=UTC)
        assert person.wait().show == "invitation"
        assert person.wait(seconds=1).show == "expired"
        assert person.case.outcome == "expired"

    def test_daylight_saving_moves_no_deadline(self) -> None:
        person = Person(PROGRAM, now=datetime(2026, 3, 6, 14, tzinfo=UTC))
        person.press(email="person@example.org", town="Here")
        assert person.env()["timer"]["too_late"].isoformat() == "2026-03-09T23:59:59.999999-04:00"

    def test_a_moment_keeps_its_first_time(self) -> None:
        person = at_invitation()
        begun = person.case.moments["begun"]
        person.wait(hours=2)
        person.press(step="first", email="other@example.org", town="Here")
        assert person.case.moments["begun"] == begun

    def test_looking_shows_what_is_due_and_stores_nothing(self) -> None:
        person = at_invitation()
        person.now = datetime(2026, 3, 20, tzinfo=UTC)
        before = person.case
        page = person.look()
        assert page is not None
        assert page.step.name == "expired"
        assert person.case is before

    def test_acting_too_late_acts_on_nothing(self) -> None:
        person = at_invitation()
        person.now = datetime(2026, 3, 20, tzinfo=UTC)
        decision = person.press(step="invitation")
        assert decision.stale
        assert decision.show == "expired"
        assert person.case.ended == datetime(2026, 3, 6, 4, 59, 59, 999999, tzinfo=UTC)

    def test_a_late_worker_comes_to_the_same_case_as_a_prompt_one(self) -> None:
        late, prompt = at_invitation(), at_invitation()
        late.wait(days=30)
        for _ in range(30):
            prompt.wait(days=1)
        assert replace(late.case, visits=0) == replace(prompt.case, visits=0)
        assert late.sent() == prompt.sent() == ["hurry", "hurry"]

    def test_each_reminder_goes_once(self) -> None:
        person = at_invitation()
        person.wait(days=1, hours=16)
        assert person.sent() == ["hurry"]
        person.wait(hours=1)
        assert person.sent() == ["hurry"]

    def test_the_next_thing_to_do_is_known(self) -> None:
        person = at_invitation()
        assert next_due(PROGRAM, person.case, person.world()) == datetime(2026, 3, 4, 4, 59, 59, 999999, tzinfo=UTC)

    def test_a_timer_of_a_step_runs_there_alone_and_may_return(self) -> None:
        person = at_checking()
        person.press(checked=code(person, "check"))
        person.press(day="2026-03-03")
        assert person.case.step == "waiting"
        rounds = person.case.round
        person.wait(days=2)
        assert person.case.step == "checking"
        assert person.case.round == rounds + 1

    def test_its_moment_stops_it(self) -> None:
        person = at_checking()
        person.press(checked=code(person, "check"))
        person.press(day="2026-03-04")
        person.press()
        assert person.wait(days=90).show == "done"


class TestCodes:
    """Shown or sent again unchanged while they live; a wrong try is counted though all else is refused."""

    def test_the_page_shows_it_and_it_is_derived_not_stored(self) -> None:
        person = at_invitation()
        value = code(person, "invitation")
        assert len(value) == 8
        assert value not in repr(person.case)

    def test_another_bound_answer_is_another_code(self) -> None:
        person = at_invitation()
        before = code(person, "invitation")
        person.press(step="first", email="person@example.org", town="There")
        assert code(person, "invitation") == before
        person.press(step="first", email="other@example.org", town="There")
        assert code(person, "invitation") != before

    def test_a_step_that_passed_the_old_code_is_asked_again(self) -> None:
        person = at_checking()
        person.press(step="first", email="other@example.org", town="Here")
        assert person.steps == ["first", "invitation", "enter_code"]

    def test_an_answer_that_it_is_not_bound_to_keeps_it(self) -> None:
        person = at_checking()
        person.press(step="first", email="person@example.org", town="There")
        assert person.case.step == "checking"

    @pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower()])
    def test_it_is_read_as_people_type_it(self, typed: str) -> None:
        person = at_invitation()
        person.press()
        person.press(invited=typed.format(code(person, "invitation").lower()))
        assert person.problems == {}

    def test_it_is_sent_on_arrival_and_again_after_a_minute(self) -> None:
        person = at_checking()
        value = code(person, "check")
        assert person.sent() == ["check_it"]
        person.press("new_code")
        assert person.problems == {"checked": "too_soon"}
        person.wait(seconds=61)
        person.press("new_code")
        assert person.problems == {}
        assert person.sent() == ["check_it", "check_it"]
        assert code(person, "check") == value

    def test_after_its_time_it_is_another(self) -> None:
        person = at_checking()
        value = code(person, "check")
        person.wait(minutes=11)
        person.press(checked=value)
        assert person.problems == {"checked": "expired"}
        person.press("new_code")
        assert code(person, "check") != value
        person.press(checked=code(person, "check"))
        assert person.problems == {}

    def test_wrong_tries_are_counted_and_end_it(self) -> None:
        person = at_checking()
        value = code(person, "check")
        wrong = "000000" if value != "000000" else "111111"
        assert [person.press(checked=wrong).problems[0].code for _ in range(3)] == ["wrong", "wrong", "too_many"]
        assert person.press(checked=value).problems[0].code == "too_many"

    def test_the_tries_of_a_day_hold_over_every_code(self) -> None:
        person = at_checking()
        for _ in range(2):
            wrong = "000000" if code(person, "check") != "000000" else "111111"
            for _ in range(3):
                person.press(checked=wrong)
            person.wait(minutes=2)
            person.press("new_code")
        assert person.problems == {"checked": "too_many"}
        person.wait(days=1)
        person.press("new_code")
        assert person.problems == {}

    def test_passing_one_that_was_sent_proves_the_address(self) -> None:
        person = at_checking()
        assert person.case.proved == frozenset()
        person.press(checked=code(person, "check"))
        assert person.case.proved == {"person@example.org"}

    def test_it_is_used_up_when_its_visit_is_settled(self) -> None:
        person = at_checking()
        value = code(person, "check")
        person.press(checked=value)
        assert person.case.codes["check"].spent is None
        person.press(day="2026-03-03")
        assert person.case.codes["check"].spent is not None
