"""Whatever a browser does on any page of any shipped flow loses nothing and does nothing twice.

The pages and what is typed in them come from the scenarios of the flows, so a page that is added is tested with it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.conftest import House
from tests.web.placing import Placed, Stage, every_page, place, programs

PAGES = every_page()
COUNTED = ("cases", "events", "outbox", "accounts", "form_ids", "account_messages")


@pytest.fixture(params=PAGES, ids=lambda placed: placed.name)
def stage(request: pytest.FixtureRequest, house: House) -> Stage:
    placed: Placed = request.param
    set_up = place(house, placed)
    set_up.visitor.open(set_up.path)
    assert (set_up.visitor.status, set_up.visitor.path) == (200, set_up.path)
    return set_up


def counts(stage: Stage) -> dict[str, int]:
    return {table: stage.house.count(table) for table in COUNTED}


class TestEveryPage:
    def test_each_page_that_can_be_sent_is_among_them(self) -> None:
        """All pages of the shipped flows that ask something, but for identity pages and side steps."""
        reached = {(placed.flow, placed.step) for placed in PAGES}
        lacking = []
        for name in programs().names():
            program = programs().current(name)
            assert program is not None
            lacking += [
                (name, step.name)
                for step in program.flow.steps.values()
                if step.uses and step.kind == "page" and step.role == "owner" and not step.side
                if (name, step.name) not in reached
            ]
        assert lacking == []

    def test_looking_again_is_the_same_and_does_nothing(self, stage: Stage) -> None:
        before, page = counts(stage), stage.visitor.page
        again = stage.visitor.open(stage.path)
        assert page is not None
        outline = [(e.tag, e["id"], e["name"], e["class"]) for e in page.elements]
        assert [(e.tag, e["id"], e["name"], e["class"]) for e in again.elements] == outline
        assert counts(stage) == before

    def test_another_language_and_back_keep_what_was_typed(self, stage: Stage) -> None:
        texts = stage.texts()
        if len(stage.program.flow.languages) > 1 and stage.visitor.page is not None and stage.visitor.page.all("form"):
            page = stage.visitor.toggle(texts)
            assert stage.visitor.path.split("/")[2:] == stage.path.split("/")[2:]
            assert {name: page.form()[name] for name in texts} == {name: [text] for name, text in texts.items()}
            assert 'aria-invalid="true"' not in page.source
        if texts:
            stage.visitor.press("_back", texts)
            page = stage.visitor.open(stage.path)
            assert {name: page.form()[name] for name in texts} == {name: [text] for name, text in texts.items()}
            stage.visitor.press("_save", {name: f"{text} more" for name, text in texts.items()})
            page = stage.visitor.open(stage.path)
            assert {name: page.form()[name] for name in texts} == {
                name: [f"{text} more"] for name, text in texts.items()
            }

    def test_what_is_sent_after_the_session_ran_out_is_there_when_the_person_comes_back(self, stage: Stage) -> None:
        texts = stage.texts()
        if not texts:
            return
        before = counts(stage)
        stage.later(timedelta(hours=13))
        stage.visitor.press(stage.placed.button, {**stage.inputs(), **texts})
        assert stage.visitor.status == 200
        assert counts(stage) == before
        words = {"en": "What you typed on the last page is kept too", "fr": "entré dans la dernière page est aussi"}
        assert stage.visitor.page is not None
        assert words[stage.placed.case.language] in stage.visitor.page.source
        stage.come_back()
        page = stage.visitor.open(stage.path)
        assert {name: page.form()[name] for name in texts} == {name: [text] for name, text in texts.items()}

    def test_pressed_twice_it_does_one_thing_once(self, stage: Stage) -> None:
        stage.add_files()
        sent = stage.visitor.form(stage.placed.button, stage.inputs())
        action = stage.visitor.action
        first = stage.visitor.post(sent, action)
        assert first.status_code == 303, first.text
        assert first.headers["Location"].partition("?")[0].endswith(stage.placed.leads)
        after = counts(stage)
        second = stage.visitor.post(sent, action)
        assert counts(stage) == after
        # A button that gave the browser another token made the forms of the one before invalid: they are shown again.
        assert second.status_code in (303, 400)
        if second.status_code == 303:
            assert second.headers["Location"] == first.headers["Location"]

    def test_a_second_window_that_is_behind_breaks_nothing(self, stage: Stage) -> None:
        stage.add_files()
        stale = stage.visitor.form(stage.placed.button, stage.inputs())
        action = stage.visitor.action
        stage.visitor.open(stage.path)
        first = stage.visitor.post(stage.visitor.form(stage.placed.button, stage.inputs()), action)
        assert first.status_code == 303
        after = counts(stage)
        second = stage.visitor.post(stale, action)
        assert second.status_code in (303, 400, 409), second.text
        made = {table: count - after[table] for table, count in counts(stage).items()}
        if stage.placed.step != stage.program.flow.start:
            # Two windows with a first page are two beginnings, where the first of them is over already.
            assert made["cases"] == 0
        assert (made["accounts"], made["account_messages"]) == (0, 0)
        stage.visitor.open(stage.path)
        assert stage.visitor.status == 200
