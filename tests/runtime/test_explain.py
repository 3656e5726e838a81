"""What is told of a case is what happened in it: nothing is missing, nothing is guessed, each rule has its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowrunner.model.case import Event, Visit, World
from flowrunner.model.record import replace
from flowrunner.runtime.explain import WAYS_ON, explain
from flowrunner.runtime.machine import TAKEN
from flowrunner.runtime.sentence import ExplainedEvent, Guard, ReadFact
from flowrunner.scenarios.coverage import transitions
from flowrunner.span import NOWHERE
from tests.explaining import SCENARIOS, explained, program_of
from tests.runtime.walking import START, Person, program, seal

WORLD = World(START, b"0" * 16, seal)
ON_THE_WAY = frozenset({"moved", "signed_in", "again", "chosen", "returned", "came_back", "stayed", "taken", "timer"})


def told(flow: str, name: str, step: str) -> list[ExplainedEvent]:
    return [one for one in explained(flow, name)[0].sentences if one.step == step and one.kind in ON_THE_WAY]


def facts(sentence: ExplainedEvent) -> dict[str, ReadFact]:
    return {fact.source: fact for fact in sentence.facts}


def flat(guards: tuple[Guard, ...]) -> list[Guard]:
    return [one for guard in guards for one in (guard, *flat(guard.parts))]


@pytest.mark.parametrize(("flow", "name"), SCENARIOS, ids=[f"{flow}-{name}" for flow, name in SCENARIOS])
class TestEveryScenario:
    def test_each_visit_that_was_left_is_told_once(self, flow: str, name: str) -> None:
        case, sentences = explained(flow, name)[0].case, explained(flow, name)[0].sentences
        left = [visit for visit in (*case.trail, *case.path) if visit.pressed is not None]
        standing = [one for one in sentences if one.kind in ON_THE_WAY and not one.replaced]
        # An action that stays and asks nothing leaves no visit behind.
        recorded = [one for one in standing if one.kind != "stayed" or _is_left(one, left)]
        assert sorted((v.step, _button(v), v.branch) for v in left) == sorted(
            (one.step, one.trigger, one.branch) for one in recorded
        )

    def test_each_event_that_leads_on_is_told_in_its_order(self, flow: str, name: str) -> None:
        found, played = explained(flow, name)
        ways = [(event.at, event.step) for event in played.events if event.kind in WAYS_ON]
        assert [(one.at, one.step) for one in found.sentences if one.kind in ON_THE_WAY] == ways

    def test_reading_again_comes_to_the_branch_that_was_taken(self, flow: str, name: str) -> None:
        assert [one for one in explained(flow, name)[0].sentences if not one.sure] == []

    def test_each_rule_and_condition_has_its_line(self, flow: str, name: str) -> None:
        found = explained(flow, name)[0]
        for one in found.sentences:
            if one.kind in ON_THE_WAY:
                assert found.line(one.span) != ""
            for guard in flat(one.guards):
                assert guard.span != NOWHERE
                line = found.line(guard.span)
                assert f"{guard.name}:" in line if guard.name else guard.source in line

    def test_no_fact_that_stands_is_lost(self, flow: str, name: str) -> None:
        for one in explained(flow, name)[0].sentences:
            assert [fact.source for fact in one.facts if fact.why is None] == []


def _button(visit: Visit) -> str:
    return (visit.pressed or "").removeprefix("timer:").removeprefix(TAKEN)


def _is_left(one: ExplainedEvent, left: list[Visit]) -> bool:
    return any((visit.step, visit.pressed) == (one.step, one.trigger) for visit in left)


class TestRegistration:
    def test_every_branch_has_a_sentence(self) -> None:
        flow = program_of("registration")[0].flow
        found = set()
        for name in (name for of, name in SCENARIOS if of == "registration"):
            for one in explained("registration", name)[0].sentences:
                if one.kind in ON_THE_WAY:
                    step = "" if one.kind == "timer" else one.step
                    trigger = {"timer": f"timer:{one.trigger}", "taken": f"{TAKEN}{one.trigger}"}.get(
                        one.kind, one.trigger
                    )
                    found.add((step, trigger, one.branch))
        assert [way.key for way in transitions(flow) if way.key not in found] == []

    def test_why_a_case_was_not_approved_at_once(self) -> None:
        (review,) = told("registration", "review_b_no_match", "review")
        held = {guard.name: guard.holds for guard in flat(review.guards)}
        assert (held["approve_at_once"], held["one_match"], held["in_good_standing"]) == (False, False, True)
        assert (facts(review)["party"].why, facts(review)["party"].values) == ("answered", {"matches": 0})
        assert set(review.reads) == {"regulator", "representative_id"}

    def test_why_it_was(self) -> None:
        (review,) = told("registration", "review_a_one_match", "review")
        assert review.guards[-1].name == "approve_at_once"
        assert review.guards[-1].holds is True
        assert review.to == "approved"

    def test_a_fact_is_told_as_it_was_then(self) -> None:
        (review,) = told("registration", "register_cannot_answer", "review")
        asked_again, approved = told("registration", "register_cannot_answer", "in_review")
        assert (facts(review)["membership"].why, facts(review)["membership"].values) == (
            "failed",
            {"status": "unknown", "class": "unknown"},
        )
        assert (asked_again.kind, asked_again.guards[0].name, asked_again.guards[0].holds) == (
            "stayed",
            "register_can_be_asked_again",
            True,
        )
        again = facts(asked_again)["membership"]
        assert (again.why, again.values["status"]) == ("answered", "good_standing")
        assert again.at is not None
        assert again.at - review.at == timedelta(hours=1)
        assert (approved.role, approved.to) == ("officer", "approved")

    def test_a_source_without_its_answers_was_not_asked(self) -> None:
        first = told("registration", "no_number_lsy", "access_request")[0]
        member = facts(first)["membership"]
        assert (member.why, member.at, member.values) == ("not_asked", None, {"status": "unknown", "class": "unknown"})

    def test_rounds_are_counted(self) -> None:
        reviews = told("registration", "review_c_three_rounds_of_documents", "in_review")
        assert [(one.trigger, one.round) for one in reviews] == [
            ("ask_documents", 1),
            ("ask_documents", 2),
            ("ask_documents", 3),
            ("approve", 4),
        ]
        late = told("registration", "review_c_three_rounds_of_documents", "additional_documents")[1]
        assert (late.kind, late.trigger, late.role) == ("timer", "documents_late", None)
        assert list(late.reads) == ["documents_deadline"]

    def test_what_was_changed_is_told_and_does_not_count(self) -> None:
        presses = told("registration", "standing_change_then_refused", "access_request")
        assert [(one.to, one.replaced) for one in presses] == [("standing_refused", True), ("invitation", False)]
        # What had been read then is gone; what the record says is not.
        assert presses[0].facts == ()
        assert [guard.holds for guard in presses[0].guards] == [False, False, False, True]

    def test_wrong_codes_reminders_and_the_end(self) -> None:
        codes = [one.trigger for one in explained("registration", "codes")[0].sentences if one.kind == "code"]
        assert codes == ["wrong"] * 4 + ["too_many"] * 2 + ["expired"]
        kinds = [one.kind for one in explained("registration", "reminders")[0].sentences]
        assert kinds[-4:] == ["reminded", "reminded", "timer", "ended"]

    def test_how_it_stands(self) -> None:
        stands = ("standing_hard_stop", "in_french", "officer_refuses")
        lasts = {name: explained("registration", name)[0].sentences[-1] for name in stands}
        assert {name: (one.kind, one.step) for name, one in lasts.items()} == {
            "standing_hard_stop": ("left", "standing_refused"),
            "in_french": ("waits", "invitation"),
            "officer_refuses": ("ended", "refused"),
        }


FLOW = """\
    flowrunner: 1
    flow: small
    languages: [en]
    title: Small
    start: one
    sources:
      register: {asks: [age], gives: {known: yes_no, name: text}}
    fields:
      age: {type: integer, label: Age}
    conditions:
      grown: {when: age > 17}
    steps:
      one:
        title: One
        fields: [age]
        look_up: [register]
        next:
          - {when: age > 90 and not grown, go: left}
          - {when: grown and register.known, go: two}
          - {go: left}
      two: {kind: end, outcome: done, title: Two}
      left: {kind: end, outcome: left, title: Left}
"""


class TestGuards:
    def test_a_guard_without_a_name_is_told_as_written(self) -> None:
        person = Person(program(FLOW), {"register": {"known": True, "name": "Ann"}})
        events = (*person.decision.events, *person.press(age="20").events)
        first = explain(person.program, person.case, events, WORLD)[1]
        assert [(guard.source, guard.name, guard.holds, guard.span.line) for guard in first.guards] == [
            ("age > 90 and not grown", "", False, 18),
            ("grown and register.known", "", True, 19),
        ]
        assert [(guard.name, guard.holds) for guard in flat(first.guards) if guard.name] == [("grown", True)] * 2
        assert facts(first)["register"].values.keys() == {"known"}
        assert str(first.span) == "flow.yaml:19:9"

    def test_what_else_the_record_holds_is_told_by_its_name(self) -> None:
        found, played = explained("registration", "review_a_one_match")
        looked = Event(played.events[-1].at, "looked", "approved", role="officer", account="a1")
        last = explain(found.program, found.case, [*played.events, looked], WORLD)[-2]
        assert (last.kind, last.trigger, last.role, last.account) == ("recorded", "looked", "officer", "a1")

    def test_a_record_that_says_otherwise_is_not_explained_away(self) -> None:
        """A seeded fault: the stored branch is not the one that the rules give. The record is told, and said unsure."""
        found, played = explained("registration", "review_a_one_match")
        place = next(i for i, visit in enumerate(found.case.trail) if visit.step == "review")
        trail = list(found.case.trail)
        trail[place] = replace(trail[place], branch=2)
        events = [
            replace(e, branch=2, to="in_review") if e.step == "review" and e.branch == 1 else e for e in played.events
        ]
        told = explain(found.program, replace(found.case, trail=tuple(trail)), events, WORLD)
        (review,) = [one for one in told if one.step == "review" and one.kind == "moved"]
        assert (review.sure, review.to) == (False, "in_review")
        assert "go: in_review" in found.line(review.span)
        assert [(guard.name, guard.holds, guard.parts) for guard in review.guards] == [
            ("refused_on_standing", False, ()),
            ("approve_at_once", False, ()),
        ]
