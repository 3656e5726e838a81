"""What was submitted, as its owner reads it later: frozen, complete, and nothing that is not the owner's."""

from __future__ import annotations

from flowrunner.model.case import Account, Actor
from flowrunner.runtime.account_page import look_at_place, reading_without_case
from flowrunner.runtime.submitted import SubmissionPart, SubmittedCase, submitted_case
from tests.runtime.walking import Person, program

FLOW = program(
    """
    flowrunner: 1
    flow: plots
    languages: [en]
    title: Plots
    start: who
    roles: {officer: {staff: true}, gardener: {}}
    accounts: {sign_in_with: email, profile: [name]}
    fields:
      email: {type: email, label: Email}
      name: {type: text, label: Name}
      size: {type: integer, label: Size}
      why: {type: text, optional: true, label: Why, when: size > 9}
      note: {type: text, optional: true, label: Note}
      verdict: {type: text, label: Verdict}
      secret: {type: code, code: secret, label: Code}
    codes:
      secret: {length: 6, alphabet: digits, valid: 1 hour}
    home:
      title: "Hello {{ account.name }}, {{ name }}."
      content:
        - text: Gardeners
          when: actor.gardener
        - text: Not asked
          when: not (name is answered)
        - text: Owner
          when: actor.owner
    steps:
      who:
        title: "Who you are, {{ name }}"
        fields: [email, name]
        enter: [{issue_code: secret}]
        next: check
      check:
        title: Check
        fields: [secret]
        next: plot
      plot:
        title: Plot
        fields: [size, why, note]
        next: review
      review:
        title: Review
        content:
          - summary:
              - {fields: [name], change: change_name}
        next: {do: [submit], go: in_review}
      change_name:
        title: Change the name
        fields: [name]
        next: back
      in_review:
        kind: wait
        role: officer
        title: In review
        actions:
          ask: {label: Ask, fields: [verdict], go: more}
          close: {label: Close, go: done}
      more:
        title: More
        fields: [note]
        next: {return: in_review}
      done: {kind: end, outcome: done, title: Done}
    """
)


def person() -> Person:
    """Somebody who submitted."""
    made = Person(FLOW)
    made.press(email="ada@example.org", name="Ada")
    made.press(secret=str(made.env()["code"]["secret"]))
    made.press(size="5")
    made.press()
    assert made.case.step == "in_review"
    return made


def read(made: Person) -> SubmittedCase:
    found = submitted_case(made.program, made.case, Actor(holds=True), made.world())
    assert found is not None
    return found


def said(part: SubmissionPart) -> list[tuple[str, dict[str, object]]]:
    return [(group.step.name, {one.field.name: one.value for one in group.answers}) for group in part.groups]


class TestSubmitted:
    def test_it_is_what_was_asked_and_answered_page_by_page(self) -> None:
        found = read(person())
        assert found.reference is not None
        (part,) = found.parts
        assert said(part) == [
            ("who", {"email": "ada@example.org", "name": "Ada"}),
            ("plot", {"size": 5, "note": None}),
        ]
        # A title may read what was answered later: it reads as of the submission.
        assert part.reading["name"] == "Ada"

    def test_nothing_is_there_before(self) -> None:
        made = Person(FLOW)
        assert submitted_case(FLOW, made.case, Actor(holds=True), made.world()) is None

    def test_only_the_owner_reads_it(self) -> None:
        made = person()
        for actor in (Actor(), Actor(roles=frozenset({"officer"}))):
            assert submitted_case(FLOW, made.case, actor, made.world()) is None

    def test_later_answers_stand_apart_and_change_nothing(self) -> None:
        made = person()
        for note in ("first", "second"):
            made.role = "officer"
            made.press("ask", verdict="not for the owner")
            made.role = "owner"
            made.wait(days=1)
            made.press(note=note)
        first, *later = read(made).parts
        assert said(first)[1] == ("plot", {"size": 5, "note": None})
        assert [said(part) for part in later] == [[("more", {"note": "first"})], [("more", {"note": "second"})]]
        assert [part.on for part in later] == sorted(part.on for part in later if part.on)
        assert "not for the owner" not in str([part.groups for part in (first, *later)])

    def test_an_answer_that_was_changed_stands_once_as_it_was_last(self) -> None:
        made = Person(FLOW)
        made.press(email="ada@example.org", name="Ada")
        made.press(secret=str(made.env()["code"]["secret"]))
        made.press(size="12", why="Beans")
        made.press(step="who", change="review", email="ada@example.org", name="Eve")
        while made.case.step != "review":
            made.press(**{"size": "12", "why": "Beans"} if made.case.step == "plot" else {})
        made.press()
        (part,) = read(made).parts
        assert said(part) == [
            ("who", {"email": "ada@example.org", "name": "Eve"}),
            ("plot", {"size": 12, "why": "Beans", "note": None}),
        ]


class TestPlaces:
    """What is about no case reads no answers."""

    def test_what_can_be_read_is_who_is_signed_in_and_the_day(self) -> None:
        world = Person(FLOW).world()
        account = Account("a", "ada@example.org", frozenset({"gardener"}), {"name": "Ada"})
        actor = Actor(account, account.roles, holds=True)
        env = reading_without_case(FLOW, actor, "en", world)
        assert env["account"] == {"name": "Ada", "gardener": True}
        assert env["actor"] == {"gardener": True}
        page = look_at_place(FLOW, FLOW.flow.places["home"], actor, "en", world)
        texts = [block.content.plain("en", page.reading, None) for block in page.blocks]
        assert texts == ["Gardeners", "Not asked"]

    def test_a_stranger_reads_nothing_of_anybody(self) -> None:
        env = reading_without_case(FLOW, Actor(holds=True), "en", Person(FLOW).world())
        assert (env["account"], env["actor"]) == ({}, {})
