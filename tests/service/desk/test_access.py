"""Who is an officer, and what they may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowrunner.model.case import Actor
from flowrunner.model.record import replace
from flowrunner.service.cases.cases import Cases
from flowrunner.service.desk.access import NotTheirs, may_see
from flowrunner.service.desk.desk import Casework
from flowrunner.store import accounts
from flowrunner.store.database import Database
from tests.placing import Placing
from tests.service.at_desk import At
from tests.service.conftest import FLOW, NOW

MINUTE = timedelta(minutes=1)


class TestWho:
    def test_only_staff_is_an_officer(self, casework: Casework, placing: Placing, ann: At) -> None:
        assert ann.officer.roles == {FLOW: {"officer"}}
        other = placing.session(placing.account("rep@example.org", "representative"), NOW)
        assert casework.officer(casework.visitor(other).account) is None
        assert casework.officer(casework.visitor("nobody").account) is None

    def test_a_password_alone_is_not_enough_where_a_code_is_asked(self, casework: Casework, placing: Placing) -> None:
        token = placing.session(placing.account("eve@example.org", "officer"), NOW, confirmed=False)
        assert casework.visitor(token).account is None

    def test_a_role_of_another_flow_sees_nothing(self, casework: Casework, placing: Placing, support: At) -> None:
        case = placing.place()
        assert support.ids() == []
        with pytest.raises(NotTheirs):
            casework.open(support.officer, case.id)
        with pytest.raises(NotTheirs):
            support.press(case, "approve")
        assert casework.refuse(support.officer, case.id)
        assert placing.events(case)[-1] == ("refused", support.account)

    def test_a_draft_is_its_owners_alone(self, casework: Casework, placing: Placing, ann: At) -> None:
        draft = placing.place(step="review")
        with pytest.raises(NotTheirs):
            casework.open(ann.officer, draft.id)

    def test_nobody_works_on_a_case_of_their_own(
        self, casework: Casework, placing: Placing, database: Database, ann: At
    ) -> None:
        case = placing.place()
        assert case.owner is not None
        with database.writing() as transaction:
            row = accounts.load(transaction, case.owner)
            assert row is not None
            accounts.save(transaction, replace(row, roles=frozenset({"officer"})))
        token = placing.session(case.owner, NOW)
        officer = casework.officer(casework.visitor(token).account)
        assert officer is not None
        with pytest.raises(NotTheirs):
            casework.open(officer, case.id)

    def test_what_was_submitted_is_seen_while_it_waits_for_its_owner(
        self, casework: Casework, placing: Placing, ann: At
    ) -> None:
        case = placing.place("documents_late", "additional_documents")
        opened = casework.open(ann.officer, case.id)
        assert opened.page is None
        assert ann.ids() == []

    def test_whoever_owns_a_case_may_see_it(self, service: Cases, placing: Placing, ann: At) -> None:
        case = placing.place()
        program = service.program_of(FLOW, case)
        assert program is not None
        owner = Actor(replace(ann.officer.account, id=str(case.owner)))
        assert may_see(program.flow, case, owner)
        assert not may_see(program.flow, case, Actor(roles=frozenset({"representative"})))
