"""Decisions at the desk: what they come to, once; those that come too late; and what is not an officer's to do."""

from __future__ import annotations

from flowrunner.model.case import Case
from flowrunner.model.record import replace
from flowrunner.service.cases.conflicts import version_of_step
from flowrunner.store import cases
from flowrunner.store.cases import Schedule
from tests.placing import Placing
from tests.web.conftest import House, Visitor
from tests.web.desk.conftest import Clock, at_desk, hold, words

REASONS = {"refusal_reasons": ["details"]}


class TestDeciding:
    def test_problems_stand_beside_the_question_and_all_is_kept(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        page = officer.press("approve", issued_id="P1", documents_note="Kept")
        assert officer.status == 422
        controls = {control["name"]: control for control in page.controls}
        assert controls["issued_id"]["aria-invalid"] == "true"
        form = page.form()
        assert (form["issued_id"], form["documents_note"]) == (["P1"], ["Kept"])
        assert placing.load(case).step == "in_review"

    def test_refusing(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place(language="fr")
        officer.open(f"/en/desk/{case.id}")
        assert "Refuse this request?" in words(officer)
        officer.press("refuse", REASONS)
        assert (officer.path, officer.status) == (f"/en/desk/{case.id}", 200)
        said = words(officer)
        assert "ann@example.org" in said
        assert "Pressed “Refuse”. Next: Refused." in said
        now = placing.load(case)
        assert (now.outcome, now.language) == ("refused", "fr")

    def test_asking_for_documents(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/fr/desk/{case.id}")
        officer.press("ask_documents", {"documents_wanted": ["photo_id"], "documents_note": "Merci"})
        assert placing.load(case).step == "additional_documents"
        assert "En attente de La personne" in words(officer)

    def test_asking_a_register_again_says_so(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        officer.press("ask_again")
        assert "The register was asked again." in words(officer)
        assert "Register of the regulatory body (asked again since)" in words(officer)

    def test_pressing_twice(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        sent = officer.form("refuse", {**REASONS})
        answers = [officer.post(sent, f"/en/desk/{case.id}") for _ in range(2)]
        assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, f"/en/desk/{case.id}")}
        assert [kind for kind, _ in placing.events(case)].count("moved") == moved_before(placing, case) + 1

    def test_a_case_that_has_moved_on(self, house: House, officer: Visitor, placing: Placing, clock: Clock) -> None:
        case = placing.place()
        other = at_desk(house, placing, clock, "bob@example.org", "officer")
        officer.open(f"/en/desk/{case.id}")
        other.open(f"/en/desk/{case.id}")
        other.press("approve", issued_id="P123456789")
        officer.press("refuse", REASONS)
        assert officer.status == 409
        said = words(officer)
        assert "This case has moved on since you opened it" in said
        assert "March 3, 2026 at 10 am, bob@example.org: Pressed “Approve”. Next: Approved." in said
        assert "Its status is now: Approved." in said
        assert "The regulatory body or other details of the request were not correct." in said
        assert placing.load(case).outcome == "approved"

    def test_a_case_that_came_back_keeps_what_was_typed(
        self, house: House, officer: Visitor, placing: Placing, clock: Clock
    ) -> None:
        case = placing.place()
        other = at_desk(house, placing, clock, "bob@example.org", "officer")
        officer.open(f"/en/desk/{case.id}")
        other.open(f"/en/desk/{case.id}")
        other.press("ask_again")
        page = officer.press("ask_documents", documents_note="Please write soon")
        assert officer.status == 409
        assert page.form()["documents_note"] == ["Please write soon"]
        officer.press("ask_documents", {"documents_wanted": ["photo_id"]})
        assert placing.load(case).step == "additional_documents"

    def test_a_form_of_another_session_is_shown_again(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        sent = {**officer.form("refuse", REASONS), "_csrf": ["forged"], "documents_note": ["Kept"]}
        answer = officer.post(sent, f"/en/desk/{case.id}")
        assert answer.status_code == 400
        assert "Kept" in answer.text
        assert placing.load(case) == case

    def test_what_is_sent_after_the_session_ran_out_is_there_for_the_same_officer(
        self, house: House, placing: Placing, clock: Clock
    ) -> None:
        case, account = placing.place(), placing.account("ann@example.org", "officer")
        officer = hold(house.visitor(), placing.session(account, clock.now))
        officer.open(f"/en/desk/{case.id}")
        clock.wait(minutes=21)
        page = officer.press("refuse", REASONS, documents_note="Half a sen")
        assert officer.path == f"/en/desk/sign_in?next=/en/desk/{case.id}"
        assert "What you typed at the case is kept too." in page.source
        assert placing.load(case) == case
        ben = at_desk(house, placing, clock, "ben@example.org", "officer")
        assert ben.open(f"/en/desk/{case.id}").form()["documents_note"] == [""]
        ann = hold(house.visitor(), placing.session(account, clock.now))
        form = ann.open(f"/en/desk/{case.id}").form()
        assert (form["documents_note"], form["refusal_reasons"]) == (["Half a sen"], ["details"])
        ann.press("refuse", REASONS)
        assert placing.load(case).outcome == "refused"
        assert house.count("unsubmitted") == 0

    def test_of_a_case_that_waits_anew_nothing_old_is_shown(self, house: House, placing: Placing, clock: Clock) -> None:
        case, account = placing.place(), placing.account("ann@example.org", "officer")
        officer = hold(house.visitor(), placing.session(account, clock.now))
        officer.open(f"/en/desk/{case.id}")
        clock.wait(minutes=21)
        officer.press("refuse", REASONS, documents_note="Half a sen")
        newest = replace(case.path[-1], number=case.path[-1].number + 1)
        anew = replace(case, path=(*case.path[:-1], newest), revision=case.revision + 1)
        with house.database.writing() as transaction:
            cases.save(transaction, anew, case.revision, Schedule("officer"))
        ann = hold(house.visitor(), placing.session(account, clock.now))
        assert ann.open(f"/en/desk/{case.id}").form()["documents_note"] == [""]

    def test_whoever_signed_out_leaves_nothing(
        self, house: House, officer: Visitor, placing: Placing, clock: Clock
    ) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        sent, before = officer.form("refuse", {**REASONS, "documents_note": "Half a sen"}), officer.cookie()
        officer.client.post("/en/desk/sign_out", data={"_csrf": sent["_csrf"]})
        hold(officer, before)
        officer.post(sent, f"/en/desk/{case.id}")
        assert house.count("unsubmitted") == 0


class TestRefused:
    def test_a_role_of_another_flow(self, house: House, placing: Placing, clock: Clock) -> None:
        support = at_desk(house, placing, clock, "sam@example.org", "support")
        case = placing.place()
        assert support.client.get(f"/en/desk/{case.id}").status_code == 403
        assert placing.events(case)[-1][0] == "refused"

    def test_what_waits_for_its_owner(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place("documents_late", "additional_documents")
        page = officer.open(f"/en/desk/{case.id}")
        assert not [form for form in page.all("form") if "main" in form.within]
        there = placing.place()
        officer.open(f"/en/desk/{there.id}")
        sent = {**officer.form("next"), "_step": ["additional_documents"], "_shown": [version_of_step(case)]}
        assert officer.post(sent, f"/en/desk/{case.id}").status_code == 403
        assert placing.events(case)[-1][0] == "refused"
        assert placing.load(case) == case

    def test_there_is_no_such_case(self, officer: Visitor) -> None:
        for path in ("/en/desk/0", "/en/desk/" + "f" * 32, "/xx/desk", "/xx/desk/0"):
            assert officer.client.get(path).status_code == 404


def moved_before(placing: Placing, case: Case) -> int:
    """How often the scenario moved the case before staff did."""
    return sum(kind == "moved" and account in (None, case.owner) for kind, account in placing.events(case))
