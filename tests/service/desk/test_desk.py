"""The desk behind its pages: the queue, holds, and decisions that others were faster with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowrunner.model.case import Inputs, Submission
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import NotAllowed
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.cases.conflicts import version_of_step
from flowrunner.service.desk.access import NotStaff
from flowrunner.service.desk.desk import PAGE, Casework
from flowrunner.service.desk.queue import QueueFilter
from tests.placing import IN_DOUBT, Placing
from tests.service.at_desk import REFUSAL, At
from tests.service.conftest import FLOW, NOW, Clock, at_once

MINUTE = timedelta(minutes=1)


class TestQueue:
    def test_the_oldest_first_by_pages(self, casework: Casework, placing: Placing, ann: At) -> None:
        made = [placing.place(since=NOW - number * MINUTE).id for number in range(2 * PAGE + 3)][::-1]
        first = casework.queue(ann.officer, QueueFilter())
        second = casework.queue(ann.officer, QueueFilter(after=first.next))
        third = casework.queue(ann.officer, QueueFilter(after=second.next))
        back = casework.queue(ann.officer, QueueFilter(before=third.previous))
        pages = [[each.id for each in page.listed] for page in (first, second, third)]
        assert pages == [made[:PAGE], made[PAGE : 2 * PAGE], made[2 * PAGE :]]
        assert back == second
        assert (first.previous, third.next) == (None, None)
        begin = casework.queue(ann.officer, QueueFilter(before=second.previous))
        assert (begin.listed, begin.previous) == (first.listed, None)

    def test_each_role_has_its_own(self, casework: Casework, placing: Placing, ann: At, support: At) -> None:
        request = placing.place()
        report = placing.place("report_and_close", "received", "report_problem")
        both = At(casework, placing, "both@example.org", "officer", "support")
        assert ann.ids() == [request.id]
        assert support.ids() == [report.id]
        assert set(both.ids()) == {request.id, report.id}
        assert both.ids(QueueFilter("report_problem")) == [report.id]
        assert both.ids(QueueFilter(FLOW, "in_review")) == [request.id]
        assert both.ids(QueueFilter(FLOW, "approved")) == []

    @pytest.mark.parametrize("written", ["{}", " {} ", "{small}", "{bare}", "{spaced}"])
    def test_a_reference_is_found_however_it_is_written(
        self, casework: Casework, placing: Placing, ann: At, support: At, written: str
    ) -> None:
        case = placing.place()
        number = str(case.reference)
        typed = written.format(
            number, small=number.lower(), bare=number.replace("-", ""), spaced=number.replace("-", " \u2013 ")
        )
        assert casework.find(ann.officer, typed) == case.id
        assert casework.find(support.officer, typed) is None
        assert casework.find(ann.officer, "\x00\ud800") is None


class TestHolds:
    def test_who_opens_it_holds_it_and_others_see_that(
        self, casework: Casework, placing: Placing, ann: At, bob: At, clock: Clock
    ) -> None:
        case = placing.place()
        mine = casework.open(ann.officer, case.id).hold
        theirs = casework.open(bob.officer, case.id).hold
        assert mine is not None
        assert mine.own
        assert theirs is not None
        assert (theirs.by, theirs.own) == ("ann@example.org", False)
        assert casework.queue(bob.officer, QueueFilter()).holds == {case.id: theirs}

    def test_it_lapses(self, casework: Casework, placing: Placing, ann: At, bob: At, clock: Clock) -> None:
        case = placing.place()
        casework.open(ann.officer, case.id)
        clock.now += 29 * MINUTE
        bob.token = placing.session(bob.account, clock.now)
        assert casework.queue(bob.officer, QueueFilter()).holds
        clock.now += MINUTE
        assert not casework.queue(bob.officer, QueueFilter()).holds
        held = casework.open(bob.officer, case.id).hold
        assert held is not None
        assert held.own

    def test_it_only_advises_and_ends_with_the_decision(
        self, casework: Casework, placing: Placing, ann: At, bob: At, clock: Clock
    ) -> None:
        case = placing.place()
        casework.open(ann.officer, case.id)
        clock.now += MINUTE
        assert bob.press(case, "refuse", REFUSAL).decision is not None
        assert placing.load(case).outcome == "refused"
        assert casework.open(ann.officer, case.id).hold is None

    def test_it_is_left_to_the_others(self, casework: Casework, placing: Placing, ann: At, bob: At) -> None:
        case = placing.place()
        casework.open(ann.officer, case.id)
        casework.release(bob.officer, case.id)
        assert casework.queue(bob.officer, QueueFilter()).holds
        casework.release(ann.officer, case.id)
        assert not casework.queue(bob.officer, QueueFilter()).holds


class TestActing:
    def test_every_look_is_an_event(self, casework: Casework, placing: Placing, ann: At) -> None:
        case = placing.place()
        casework.open(ann.officer, case.id)
        casework.open(ann.officer, case.id)
        assert placing.events(case)[-2:] == [("looked", ann.account)] * 2

    def test_a_decision_says_who_made_it(self, placing: Placing, ann: At) -> None:
        case = placing.place(IN_DOUBT)
        assert ann.press(case, "refuse", REFUSAL).decision is not None
        assert ("moved", ann.account) in placing.events(case)
        assert placing.load(case).outcome == "refused"

    def test_the_language_of_the_case_stays(self, placing: Placing, ann: At) -> None:
        case = placing.place(language="fr")
        ann.press(case, "refuse", REFUSAL)
        assert placing.load(case).language == "fr"

    def test_pressing_twice_does_it_once(self, placing: Placing, ann: At) -> None:
        case = placing.place()
        first = ann.press(case, "refuse", REFUSAL, form="one")
        events = placing.events(case)
        again = ann.press(case, "refuse", REFUSAL, form="one")
        assert first.decision is not None
        assert (again.redirect, again.decision) == ("/refused", None)
        assert placing.events(case) == events

    def test_of_two_at_once_one_decides(self, placing: Placing, ann: At, bob: At) -> None:
        case = placing.place()
        number: Inputs = {"issued_id": ("P123456789",)}
        presses = [lambda: ann.press(case, "refuse", REFUSAL), lambda: bob.press(case, "approve", number)]
        found = at_once(2, lambda which: presses[which]())
        sent = [one for one in found if isinstance(one, SubmissionResult)]
        assert len(sent) == 2
        assert sorted(one.moved for one in sent) == [False, True]
        now = placing.load(case)
        assert now.revision == case.revision + 1
        assert now.outcome in ("approved", "refused")

    def test_a_fact_that_was_asked_again_makes_it_another_case(
        self, placing: Placing, ann: At, bob: At, clock: Clock
    ) -> None:
        before = placing.place()
        clock.now += 5 * MINUTE
        bob.press(before, "ask_again")
        now = placing.load(before)
        assert now.step == before.step
        assert ann.press(before, "refuse", REFUSAL).moved
        assert placing.load(before) == now

    def test_a_form_that_shows_nothing_decides_nothing(self, placing: Placing, ann: At) -> None:
        case = placing.place()
        assert ann.press(case, "refuse", REFUSAL, shown="forged").moved
        assert placing.load(case) == case

    def test_the_step_of_the_owner_is_not_the_officers(self, placing: Placing, ann: At) -> None:
        case = placing.place("documents_late", "additional_documents")
        with pytest.raises(NotAllowed):
            ann.press(case, "next")

    def test_no_page_of_the_desk_begins_a_case(self, service: Cases, placing: Placing, ann: At) -> None:
        case = placing.place()
        ann.press(case, "refuse", REFUSAL)
        ended = placing.load(case)
        sent = ann.press(
            replace(ended, path=(replace(ended.path[-1], place=ended.path[-1].place._replace(step="welcome")),)), "next"
        )
        assert sent.decision is not None
        assert sent.decision.stale
        assert placing.load(case) == ended

    def test_a_session_that_is_over_does_nothing(
        self, casework: Casework, placing: Placing, ann: At, clock: Clock
    ) -> None:
        case, officer = placing.place(), ann.officer
        clock.now += timedelta(hours=1)
        with pytest.raises(NotStaff):
            casework.act(
                officer,
                case.id,
                ann.token,
                FormStamp("f", version_of_step(case)),
                Submission(case.step, "approve"),
                lambda c, s: s,
            )
        assert placing.load(case) == case

    def test_time_comes_first_by_the_version_of_the_case(
        self, casework: Casework, placing: Placing, ann: At, clock: Clock
    ) -> None:
        case = placing.place("documents_late", "additional_documents")
        clock.now += timedelta(days=60)
        ann.token = placing.session(ann.account, clock.now)
        opened = casework.open(ann.officer, case.id)
        assert opened.case.step == "in_review"
        assert placing.load(case) == case
        assert opened.page is not None
        assert ann.press(opened.case, "refuse", REFUSAL).decision is not None
        assert placing.load(case).outcome == "refused"
        kinds = [kind for kind, _ in placing.events(case)]
        assert kinds.index("timer") < len(kinds) - 1
