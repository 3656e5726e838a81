"""Path and trail: what may change, what may not, and what comes back."""

from __future__ import annotations

from tests.runtime.walking import Person, program

HEAD = """
    flowrunner: 1
    flow: path
    languages: [en]
    time_zone: America/Toronto
    title: Path
    start: colours
    roles:
      officer: {staff: true}
    fields:
      colour:
        type: choice
        label: Colour
        choices:
          red: {label: Red}
          green: {label: Green}
      shade: {type: text, label: Shade}
      size:
        type: integer
        label: Size
        rules:
          - max: 9 if colour == 'red' else 99
      note: {type: text, label: Note, optional: true}
      verdict: {type: text, label: Verdict, optional: true}
      name: {type: text, label: Name}
"""
FLOW = (
    HEAD
    + """
    steps:
      colours:
        title: Colours
        fields: [colour]
        next:
          - {when: colour == 'red', go: shades}
          - {go: sizes}
      shades:
        title: Shades
        fields: [shade]
        next: sizes
      sizes:
        title: Sizes
        fields: [size]
        actions:
          again: {label: Again, return: colours}
          leave: {label: Leave, go: left}
          write: {label: Write, fields: [note]}
        next: summary
      left: {kind: end, outcome: left, title: Left}
      summary:
        title: Summary
        fields: [name]
        content:
          - summary:
              - {fields: [colour], change: colours}
              - {fields: [size], change: change_size}
        next: {do: [submit], go: review}
      change_size:
        title: Change size
        fields: [size]
        next: back
      review:
        kind: wait
        role: officer
        title: Review
        content:
          - summary:
              - {fields: [size], change: change_size}
        actions:
          ask: {label: Ask, fields: [verdict], go: more}
          decide: {label: Decide, fields: [verdict], go: done}
      more:
        title: More
        fields: [note]
        next: {return: review}
      done: {kind: end, outcome: done, title: Done}
"""
)
PROGRAM = program(FLOW)


def at_summary(colour: str = "red") -> Person:
    person = Person(PROGRAM)
    person.press(colour=colour)
    if colour == "red":
        person.press(shade="dark")
    person.press(size="5")
    return person


def in_review() -> Person:
    person = at_summary()
    person.press(name="Ann")
    return person


class TestPath:
    """The visits since the last checkpoint are worked out again; nothing that was typed is lost."""

    def test_it_is_the_visits_that_were_passed_and_the_current_one(self) -> None:
        assert at_summary().steps == ["colours", "shades", "sizes", "summary"]
        assert at_summary("green").steps == ["colours", "sizes", "summary"]

    def test_an_earlier_answer_takes_steps_off_and_keeps_the_rest(self) -> None:
        person = at_summary()
        decision = person.press(step="colours", colour="green")
        assert person.steps == ["colours", "sizes", "summary"]
        assert decision.show == "sizes"
        assert person.env()["size"] == 5

    def test_what_fell_off_is_read_by_nothing_and_comes_back(self) -> None:
        person = at_summary()
        person.press(step="colours", colour="green")
        assert person.env().get("shade") is None
        person.press(step="colours", colour="red")
        assert person.steps == ["colours", "shades", "sizes", "summary"]
        assert person.env()["shade"] == "dark"

    def test_a_step_whose_rule_no_longer_passes_is_shown_again(self) -> None:
        person = at_summary("green")
        person.press(step="sizes", size="50")
        person.press(step="colours", colour="red")
        person.press(shade="dark")
        assert person.steps == ["colours", "shades", "sizes"]
        page = person.look("sizes")
        assert page is not None
        assert page.questions["size"].inputs == {"size": ("50",)}
        assert person.press(name="Ann").problems
        assert "submitted" not in person.case.moments

    def test_back_shows_what_was_answered(self) -> None:
        person = at_summary()
        page = person.look("shades")
        assert page is not None
        assert page.questions["shade"].inputs == {"shade": ("dark",)}
        assert page.back == "colours"

    def test_a_refused_page_changes_nothing(self) -> None:
        person = at_summary()
        before = person.case
        assert person.press(step="sizes", size="many").problems
        assert person.problems == {"size": "not_a_number"}
        assert person.case == before

    def test_an_exit_is_no_checkpoint(self) -> None:
        person = Person(PROGRAM)
        person.press(colour="green")
        person.press("leave")
        assert person.case.outcome == "left"
        assert person.case.ended is None
        person.press(step="sizes", size="5")
        assert person.steps == ["colours", "sizes", "summary"]
        assert person.case.outcome is None

    def test_a_step_that_is_not_there_shows_the_current_one(self) -> None:
        person = Person(PROGRAM)
        decision = person.press(step="summary", name="Ann")
        assert decision.stale
        assert decision.show == "colours"
        assert person.look("summary") is None

    def test_another_button_keeps_what_was_typed_on_the_page(self) -> None:
        person = Person(PROGRAM)
        person.press(colour="green")
        person.press("again", size="7")
        person.press(colour="green")
        page = person.look("sizes")
        assert page is not None
        assert page.questions["size"].inputs == {"size": ("7",)}


class TestReturn:
    """`return` goes back: on the path by cutting it, across a checkpoint by a new visit."""

    def test_on_the_path_answers_are_offered_and_must_be_sent_again(self) -> None:
        person = Person(PROGRAM)
        person.press(colour="red")
        person.press(shade="dark")
        assert person.press("again").show == "colours"
        assert person.steps == ["colours"]
        assert person.env().get("colour") is None
        page = person.look("colours")
        assert page is not None
        assert page.questions["colour"].inputs == {"colour": ("red",)}
        person.press(colour="red")
        assert person.steps == ["colours", "shades"]
        page = person.look("shades")
        assert page is not None
        assert page.questions["shade"].inputs == {"shade": ("dark",)}

    def test_across_a_checkpoint_it_is_a_new_visit(self) -> None:
        person = in_review()
        person.role = "officer"
        person.press("ask", verdict="send a letter")
        person.role = "owner"
        person.press(note="here it is")
        assert person.case.step == "review"
        assert person.case.round == 2
        assert person.settled == ["colours", "shades", "sizes", "summary", "review", "more"]
        person.role = "officer"
        page = person.look()
        assert page is not None
        assert page.questions["verdict"].inputs == {}
        person.press("decide")
        assert person.case.outcome == "done"
        assert person.env().get("verdict") is None
        assert person.case.ended is not None


class TestSideSteps:
    """A change link leads to the field's own step while that is on the path, and to the side step after that."""

    def links(self, person: Person) -> list[str | None]:
        page = person.look()
        assert page is not None
        return [line.change for lines in page.lines.values() for line in lines]

    def test_on_the_path_the_own_step_is_linked(self) -> None:
        assert self.links(at_summary()) == ["colours", "sizes"]

    def test_after_a_checkpoint_the_side_step_is_the_only_way(self) -> None:
        person = in_review()
        assert self.links(person) == ["change_size"]
        assert person.look("sizes") is None

    def test_its_answer_counts_from_then_on_and_the_trail_stays(self) -> None:
        person = in_review()
        before = person.case.trail
        decision = person.press(step="change_size", change="review", size="8")
        assert decision.show == "review"
        assert person.env()["size"] == 8
        assert person.case.trail[: len(before)] == before
        assert person.case.trail[-1].side
        assert person.case.step == "review"

    def test_its_rules_are_judged(self) -> None:
        person = in_review()
        assert person.press(step="change_size", change="review", size="88").problems
        assert person.env()["size"] == 5

    def test_it_cannot_be_opened_from_elsewhere(self) -> None:
        person = Person(PROGRAM)
        assert person.press(step="change_size", size="8").stale

    def test_changing_from_a_summary_returns_there(self) -> None:
        person = at_summary()
        assert person.press(step="sizes", change="summary", size="6").show == "summary"

    def test_a_button_that_stays_does_so(self) -> None:
        assert at_summary().press("write", step="sizes", change="summary", note="Soon").show == "sizes"

    def test_by_way_of_any_step_newly_opened(self) -> None:
        person = at_summary("green")
        decision = person.press(step="colours", change="summary", colour="red")
        assert decision.show == "shades"
        assert person.press(step="shades", change="summary", shade="dark").show == "summary"


class TestActions:
    """Buttons beside `next`."""

    def test_one_that_stays_leaves_a_record_that_can_be_read(self) -> None:
        person = Person(PROGRAM)
        person.press(colour="green")
        assert person.press("write", note="remember me").show == "sizes"
        assert person.env()["note"] == "remember me"
        assert person.steps == ["colours", "sizes"]

    def test_a_button_that_is_not_there_does_nothing(self) -> None:
        person = Person(PROGRAM)
        before = person.case
        assert person.press("approve", colour="red").stale
        assert person.case == before


class TestCheckpoints:
    """What cannot be taken back settles the path."""

    def test_submitting_numbers_dates_and_freezes(self) -> None:
        person = in_review()
        assert person.settled == ["colours", "shades", "sizes", "summary"]
        assert person.steps == ["review"]
        assert person.case.reference
        assert "submitted" in person.case.moments
        assert person.press(step="colours", colour="green").stale

    def test_nothing_passes_over_a_step_that_is_open_again(self) -> None:
        person = at_summary("green")
        person.press(step="colours", colour="red")
        assert person.case.step == "shades"
        assert person.press(step="summary", name="Ann").stale
        assert "submitted" not in person.case.moments
