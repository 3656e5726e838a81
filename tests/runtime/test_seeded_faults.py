"""Each invariant can fail: a fault is put into the interpreter, and the check of that invariant tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flowrunner.effects.base import Change
from flowrunner.effects.remember import Remember
from flowrunner.model.case import Case
from flowrunner.model.flow import EffectUse
from flowrunner.model.record import replace
from flowrunner.runtime import path, transition
from flowrunner.runtime.environment import Environment
from flowrunner.runtime.path import Walk
from flowrunner.runtime.transition import Taking
from tests.runtime import invariants
from tests.runtime.test_path import at_summary, in_review
from tests.runtime.walking import Person, program

Patch = pytest.MonkeyPatch


@contextmanager
def told() -> Iterator[None]:
    with pytest.raises(AssertionError):
        yield


class TestSeededFaults:
    """Without the fault the same walk passes the same check."""

    def test_a_button_kept_by_a_return_moves_the_path(self, monkeypatch: Patch) -> None:
        person = at_summary("green")

        def walk() -> None:
            person.press("again", step="sizes")
            invariants.check_path_follows(person.program, person.case, person.world())
            person.press(colour="green")

        walk()
        finish = Walk.finish

        def keeps_the_button(self: Walk) -> Case:
            made = finish(self)
            return replace(made, path=(*made.path[:-1], replace(made.path[-1], pressed="next")))

        with monkeypatch.context() as seeded:
            seeded.setattr(Walk, "finish", keeps_the_button)
            person.press("again", step="sizes")
        with told():
            invariants.check_path_follows(person.program, person.case, person.world())

    def test_what_was_kept_aside_is_read(self, monkeypatch: Patch) -> None:
        def walk() -> None:
            person = at_summary()
            person.press(step="colours", colour="green")
            invariants.check_aside_is_unread(person.program, person.case, person.world())

        walk()
        plain = Environment.__init__

        def reads_aside(self: Environment, made: Any, case: Any, *rest: Any) -> None:
            plain(self, made, case, *rest)
            for visit in case.aside.values():
                self.env.update(visit.answers)

        monkeypatch.setattr(Environment, "__init__", reads_aside)
        with told():
            walk()

    def test_a_visit_that_no_longer_passes_is_settled(self, monkeypatch: Patch) -> None:
        def walk() -> None:
            person = at_summary("green")
            person.press(step="sizes", size="50")
            person.press(step="colours", colour="red")
            person.press(step="shades", shade="dark")
            before = person.case
            decision = person.press(step="summary", name="Ann")
            invariants.check_settled_were_complete(person.program, before, decision, person.world())

        walk()
        monkeypatch.setattr(path, "judge_again", lambda questions, visit, env, facts: visit)
        with told():
            walk()

    def test_a_change_link_does_not_lead_back(self, monkeypatch: Patch) -> None:
        def walk() -> None:
            person = at_summary()
            submission = person.submission("next", "colours", "summary", {"colour": "red"})
            invariants.check_change_returns(person.program, submission, person.send(submission))

        walk()
        monkeypatch.setattr(Taking, "_next_shown", lambda self, index, target: target.step)
        with told():
            walk()

    def test_looking_changes_something(self, monkeypatch: Patch) -> None:
        person = at_summary()
        actor, world = person.actor(), person.world()
        invariants.check_looking_does_nothing(person.program, person.case, actor, world)
        pages: list[Any] = []

        def looks_differently(*given: Any) -> Any:
            pages.append(None)
            page = person.look("sizes" if len(pages) % 2 else "colours")
            assert page is not None
            return page

        monkeypatch.setattr(invariants, "look", looks_differently)
        with told():
            invariants.check_looking_does_nothing(person.program, person.case, actor, world)

    def test_a_page_sent_twice_is_done_twice(self, monkeypatch: Patch) -> None:
        made = program(LETTERS)

        def walk() -> None:
            person = Person(made)
            submission = person.submission("next", None, None, {"email": "person@example.org"})
            actor = person.actor()
            decision = person.send(submission)
            invariants.check_pressed_twice(made, decision, actor, submission, person.world())

        walk()
        monkeypatch.setattr(transition, "_same", lambda before, visit: False)
        with told():
            walk()

    def test_a_circle_of_go_is_walked(self) -> None:
        person = at_summary()
        invariants.check_bounded(person.program, person.case)
        circle = replace(person.case, path=person.case.path + person.case.path[:1])
        with told():
            invariants.check_bounded(person.program, circle)

    def test_an_event_is_lost(self, monkeypatch: Patch) -> None:
        def walk() -> None:
            person = Person(at_summary().program)
            pages = ({"colour": "green"}, {"size": "5"}, {"name": "Ann"})
            decisions = [person.decision, *[person.press(**answers) for answers in pages]]
            invariants.check_replay(person.program, "colours", decisions)

        walk()
        settle = Walk.settle

        def forgets_the_last(self: Walk) -> None:
            settle(self)
            self.change.events.pop()

        monkeypatch.setattr(Walk, "settle", forgets_the_last)
        with told():
            walk()

    def test_a_moment_moves(self, monkeypatch: Patch) -> None:
        made = program(MOMENTS)

        def walk() -> None:
            person = Person(made)
            before = person.press().case
            person.now = person.now.replace(hour=20)
            invariants.check_kept(before, person.press("again", step="second").case)
            invariants.check_kept(before, person.press().case)

        walk()
        monkeypatch.setattr(Remember, "apply", _remember_anew)
        with told():
            walk()

    def test_the_trail_is_rewritten(self) -> None:
        case = in_review().case
        invariants.check_kept(case, case)
        with told():
            invariants.check_kept(case, replace(case, trail=case.trail[:-1]))

    def test_chance_is_drawn_outside(self, monkeypatch: Patch) -> None:
        person = at_summary()
        submission = person.submission("next", None, None, {"name": "Ann"})
        given = (person.program, person.case, person.actor(), submission, person.world())
        invariants.check_pure(*given)
        count: list[int] = []

        def draws(self: Change, purpose: str) -> bytes:
            count.append(1)
            return bytes([len(count)] * 16)

        monkeypatch.setattr(Change, "draw", draws)
        with told():
            invariants.check_pure(*given)


LETTERS = """
    flowrunner: 1
    flow: letters
    languages: [en]
    time_zone: America/Toronto
    title: Letters
    start: first
    fields:
      email: {type: email, label: Email}
    messages:
      hello: {by: [email], subject: Hello, body: Hello.}
    steps:
      first:
        title: First
        fields: [email]
        next: {do: [{send: hello}], go: second}
      second:
        title: Second
        next: done
      done: {kind: end, outcome: done, title: Done}
"""
MOMENTS = """
    flowrunner: 1
    flow: moments
    languages: [en]
    time_zone: America/Toronto
    title: Moments
    start: first
    steps:
      first:
        title: First
        next: {do: [{remember: begun}], go: second}
      second:
        title: Second
        actions:
          again: {label: Again, return: first}
        next: done
      done: {kind: end, outcome: done, title: Done}
"""


def _remember_anew(self: Remember, use: EffectUse, change: Change) -> None:
    change.update(moments={**change.case.moments, use.argument: change.now})
