"""The graph of a flow: every way, what opens side steps, and where timers run."""

from __future__ import annotations

from flowrunner.model.graph import change_links, edges, moments_of, openers, reach, steps_of_timer
from tests.runtime.test_path import PROGRAM as PATH
from tests.runtime.test_sources_and_accounts import PROGRAM as FACTS
from tests.runtime.test_time_and_codes import PROGRAM as TIME


class TestEdges:
    """One edge for each way that a branch, a race, a link or the clock can lead."""

    def test_branches_in_their_order(self) -> None:
        found = [(e.index, e.move, e.to) for e in edges(PATH.flow) if (e.step, e.trigger) == ("colours", "next")]
        assert found == [(0, "go", "shades"), (1, "go", "sizes")]

    def test_each_kind_of_move(self) -> None:
        found = {(e.step, e.trigger, e.move, e.to) for e in edges(PATH.flow)}
        assert ("sizes", "again", "return", "colours") in found
        assert ("sizes", "write", "stay", "sizes") in found
        assert ("summary", "change", "change", "change_size") in found
        assert {to for step, _, move, to in found if (step, move) == ("change_size", "back")} == {"summary", "review"}

    def test_a_link_to_a_step_of_the_path_is_no_edge_of_its_own(self) -> None:
        assert not [e for e in edges(PATH.flow) if e.move == "change" and e.to == "colours"]

    def test_the_loser_of_a_race_has_a_way(self) -> None:
        found = [(e.step, e.to, e.key) for e in edges(FACTS.flow) if e.move == "taken"]
        assert found == [("kinds", "taken", ("kinds", "next", 0))]

    def test_timers_come_last_and_fire_where_they_run(self) -> None:
        found = edges(TIME.flow)
        timers = [e for e in found if e.trigger.startswith("timer:")]
        assert tuple(timers) == found[-len(timers) :]
        assert [e.step for e in timers if e.trigger == "timer:day_over"] == ["waiting"]
        assert "first" not in {e.step for e in timers if e.trigger == "timer:too_late"}


class TestQuestionsAboutIt:
    """What lint, diagrams and coverage ask of the graph."""

    def test_a_timer_runs_from_its_moment_to_the_one_that_stops_it(self) -> None:
        found = steps_of_timer(TIME.flow, TIME.flow.timers["too_late"], edges(TIME.flow))
        assert found == ("invitation", "enter_code", "checking", "choose_day", "waiting")
        assert steps_of_timer(TIME.flow, TIME.flow.timers["day_over"], ()) == ("waiting",)

    def test_links_and_openers_are_each_others_inverse(self) -> None:
        assert change_links(PATH.flow.steps["summary"]) == ("colours", "change_size")
        assert openers(PATH.flow, "change_size") == ("summary", "review")
        assert openers(PATH.flow, "sizes") == ()

    def test_submitting_is_a_moment(self) -> None:
        assert moments_of(TIME.flow.steps["waiting"].next[0].do) == {"submitted"}
        assert moments_of(TIME.flow.steps["invitation"].enter) == {"begun"}
        assert moments_of(()) == frozenset()

    def test_all_steps_but_those_beside_the_way_are_reached(self) -> None:
        for program in (PATH, TIME, FACTS):
            assert reach([program.flow.start], edges(program.flow)) == set(program.flow.steps)
        assert reach(["done"], edges(PATH.flow)) == {"done"}
        assert reach([], edges(PATH.flow)) == frozenset()

    def test_go_leads_forward(self) -> None:
        for program in (PATH, TIME, FACTS):
            go = [e for e in edges(program.flow) if e.move == "go"]
            for name in program.flow.steps:
                after = reach([e.to for e in go if e.step == name], go)
                assert name not in after
