"""Slips around buttons that were found by reading, each held by the smallest flow that shows it."""

from __future__ import annotations

from flowrunner.model.case import Account, Secret
from tests.runtime.walking import Person, program

HEAD = """
    flowrunner: 1
    flow: mended
    languages: [en]
    time_zone: America/Toronto
    title: Mended
    start: first
"""


class TestSigningIn:
    """Only the button of the identity page that signs in makes somebody the owner."""

    PROGRAM = program(
        HEAD
        + """
    accounts: {sign_in_with: email, unique: [[email]]}
    fields:
      email: {type: email, label: Email}
    steps:
      first: {fields: [email], next: come_in}
      come_in:
        kind: sign_in
        title: Sign in
        actions:
          leave: {label: Leave, go: left}
          again: {label: Again, return: first}
        next: done
      left: {kind: end, outcome: left, title: Left}
      done: {kind: end, outcome: done, title: Done}
"""
    )

    def test_another_account_cannot_take_the_case_by_another_button(self) -> None:
        for button in ("leave", "again"):
            person = Person(self.PROGRAM)
            person.press(email="person@example.org")
            person.account = Account("account-2", "other@example.org")
            person.press(button)
            assert person.case.owner is None
            assert person.settled == []

    def test_an_exit_from_it_can_be_taken_back(self) -> None:
        person = Person(self.PROGRAM)
        person.press(email="person@example.org")
        person.press("leave")
        assert person.steps == ["first", "come_in", "left"]
        assert person.press(step="first", email="other@example.org").show == "come_in"


class TestLosersOfARace:
    """They go where the flow says and can act there; what they sent stays on the path until they try again."""

    PROGRAM = program(
        HEAD
        + """
    accounts: {sign_in_with: email, unique: [[email]]}
    fields:
      email: {type: email, label: Email}
      secret: {type: password, label: Password}
      name: {type: text, label: Name}
    steps:
      first: {fields: [email], next: second}
      second: {fields: [secret], next: {do: [{create_account: {if_taken: taken}}], go: done}}
      taken: {fields: [name], actions: {again: {label: Again, return: first}}, next: left}
      left: {kind: end, outcome: left, title: Left}
      done: {kind: end, outcome: done, title: Done}
"""
    )

    def lost(self) -> Person:
        person = Person(self.PROGRAM)
        person.press(email="person@example.org")
        person.lost = frozenset({"create_account"})
        person.press(secret=Secret("hash"))
        person.lost = frozenset()
        return person

    def test_their_page_can_be_sent(self) -> None:
        person = self.lost()
        assert person.steps == ["first", "second", "taken"]
        assert person.press(name="Ann").show == "left"
        assert person.steps == ["first", "second", "taken", "left"]
        assert person.work == []

    def test_its_other_button_leads_back(self) -> None:
        person = self.lost()
        person.press("again")
        assert person.steps == ["first"]

    def test_another_answer_before_it_makes_them_try_again(self) -> None:
        person = self.lost()
        assert person.press(step="first", email="other@example.org").show == "second"
        assert person.steps == ["first", "second"]
        assert person.press(secret=Secret("hash")).show == "done"


class TestStaying:
    """An action that stays and does what cannot be taken back settles what came before."""

    PROGRAM = program(
        HEAD
        + """
    roles:
      member: {}
    fields:
      name: {type: text, label: Name}
      reason: {type: text, label: Reason}
      note: {type: text, label: Note, optional: true}
    timers:
      late: {after: 2 days, in: second, go: done}
    steps:
      first: {fields: [name], next: second}
      second:
        title: Second
        enter: [{send: greeting}]
        fields: [note]
        actions: {keep: {label: Keep, fields: [reason], do: [{grant: member}]}}
        next: done
      done: {kind: end, outcome: done, title: Done}
    messages:
      greeting: {by: [account], subject: Hello, body: Hello.}
"""
    )

    def test_it_settles_and_the_page_is_still_to_be_sent(self) -> None:
        person = Person(self.PROGRAM)
        person.press(name="Ann")
        since = person.case.path[-1].since
        person.wait(hours=1)
        assert person.press("keep", reason="Why not", note="Typed").show == "second"
        assert (person.settled, person.steps) == (["first", "second"], ["second"])
        assert person.press(step="first", name="Eve").stale
        page = person.look()
        assert page is not None
        assert page.questions["note"].inputs == {"note": ("Typed",)}
        assert person.env()["reason"] == "Why not"
        assert person.case.path[-1].since == since
        assert person.sent() == ["greeting"]
        assert person.press().show == "done"
