"""A button that the page does not have: whatever somebody sends, only what the step offers is done."""

from __future__ import annotations

import pytest

from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: forged
    languages: [en]
    time_zone: America/Toronto
    title: Forged
    start: first
    accounts: {sign_in_with: email, profile: [email], unique: [[email]]}
    roles:
      officer: {staff: true}
    fields:
      email: {type: email, label: Email}
      rush: {type: yes_no, label: Rush}
    timers:
      too_late: {after: 3 days, since: begun, until: submitted, go: expired}
    steps:
      first:
        title: First
        enter: [{remember: begun}]
        fields: [email, rush]
        next: second
      second:
        title: Second
        actions:
          skip: {label: Skip, when: rush, go: left}
        next: {do: [{create_account: {if_taken: taken}}], go: third}
      third:
        title: Third
        next: {do: [submit], go: review}
      review:
        kind: wait
        role: officer
        title: Review
        actions:
          approve: {label: Approve, go: done}
      left: {kind: end, outcome: left, title: Left}
      taken: {kind: end, outcome: taken, title: Taken}
      done: {kind: end, outcome: done, title: Done}
      expired: {kind: end, outcome: expired, title: Expired}
"""
PROGRAM = program(FLOW)


def at_second(rush: str = "false") -> Person:
    person = Person(PROGRAM)
    person.press(email="person@example.org", rush=rush)
    return person


class TestForgedButtons:
    """The machine has triggers beside buttons; a person reaches none of them."""

    @pytest.mark.parametrize(
        "button", ["timer:too_late", "taken:next", "approve", "skip", "new_code", "", "next ", "\x00", "__class__"]
    )
    def test_what_the_page_does_not_offer_does_nothing(self, button: str) -> None:
        person = at_second()
        before = person.case
        decision = person.press(button)
        assert decision.stale
        assert decision.show == "second"
        assert person.case == before
        assert (decision.work, decision.events) == ((), ())

    def test_an_action_whose_when_holds_is_offered(self) -> None:
        assert at_second(rush="true").press("skip").show == "left"

    def test_a_step_that_does_not_exist_is_stale(self) -> None:
        person = at_second()
        assert person.press(step="nowhere").stale
        assert person.press(step="done").stale
        assert person.case.step == "second"

    def test_time_still_fires_the_timer(self) -> None:
        person = at_second()
        assert person.wait(days=2).show == "second"
        assert person.wait(days=4).show == "expired"
