"""What is kept of pages: nobody sees another's page, and nothing on which a page depends can be left out of its key."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import g, request, session
from markupsafe import escape
from msgspec import structs

from flowrunner.catalogue import Catalogue
from flowrunner.model.record import replace
from flowrunner.runtime.look import Page
from flowrunner.web.accounts.account_pages import HomePage
from flowrunner.web.page.account_lists import AccountLists, CaseRow
from flowrunner.web.page.page_cache import PAGES, Objects, PageCache, PersonalRead, Recorder, Shape, Values
from flowrunner.web.page.step_page import StepPage
from flowrunner.web.request import visitor as visiting
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.site import services
from tests.placing import IN_DOUBT, SILENT_REGISTER, Placing
from tests.web.accounts.walking import PASSWORD, at_terms, signed_in
from tests.web.conftest import House, Visitor, open_house
from tests.web.desk.conftest import Clock, at_desk
from tests.web.page.comparing import AT_ONCE, ComparingCache, ForgetfulCache
from tests.web.placing import Placed, _of_flow, place, programs

# Parts on which nothing depends that this walk draws: cases without files, forms without links, sessions that go on.
NOT_SEEN = {
    "CaseFilePart": {"sends", "here"},
    "DecideForm": {"at", "blocks", "foot", "resend"},
    "Notes": {"at"},
    "_SessionLine": {"is_input_kept"},
}
NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


def every_moment() -> Iterator[Placed]:
    """Every page of every scenario of every flow, as often as one is sent; each is a case of its own."""
    for name in programs().names():
        program = programs().current(name)
        assert program is not None
        for placed in _of_flow(program):
            ident = os.urandom(16).hex()
            reference = placed.case.reference and ident[:12].upper()
            yield dataclasses.replace(placed, case=replace(placed.case, id=ident, reference=reference))


def comparing(house: House) -> ComparingCache:
    """A cache in the place of the house's own."""
    cache = ComparingCache(house.app.jinja_env)
    house.app.extensions[PAGES] = cache
    return cache


def open_all(visitor: Visitor, *paths: str) -> None:
    for path in paths:
        assert visitor.client.get(path).status_code in (200, 303), path


def walk_as_owners(house: House) -> None:
    for placed in every_moment():
        stage = place(house, placed)
        there = {placed.case.language: stage.path}
        there |= {other: f"/{other}{stage.path[3:]}" for other in stage.program.flow.languages}
        open_all(stage.visitor, *there.values())
        if placed.account is not None:
            open_all(stage.visitor, *(f"/{other}/{placed.flow}/page/home" for other in there))
        for nonsense in ("", "?"):
            send(stage.visitor, stage.path, nonsense)


def send(visitor: Visitor, path: str, nonsense: str) -> None:
    """Send a page with this in all its boxes; most come back and say what is wrong."""
    page = visitor.open(path)
    if visitor.status == 200 and any("main" in form.within for form in page.all("form")):
        form = visitor.form()
        visitor.post({name: values if name.startswith("_") else [nonsense] for name, values in form.items()})


def walk_as_officers(house: House, catalogue: Catalogue) -> None:
    placing = Placing(house.database, catalogue)
    clock = Clock(NOW)
    house.clock.tell = clock
    officers = [at_desk(house, placing, clock, f"{name}@example.org", "officer") for name in ("ann", "bob")]
    cases = [placing.place(scenario) for scenario in (SILENT_REGISTER, IN_DOUBT, SILENT_REGISTER)]
    for language in ("en", "fr"):
        for officer in officers:
            open_all(officer, f"/{language}/desk")
            open_all(officer, *(f"/{language}/desk/{case.id}" for case in cases))
            open_all(officer, f"/{language}/desk", f"/{language}/desk?service=registration")
            officer.open(f"/{language}/desk")
            officer.press(_search="nothing")
    for officer in officers:
        officer.open(f"/en/desk/{cases[1].id}")
        officer.press("refuse")


@pytest.fixture(scope="module")
def walked(
    catalogue: Catalogue, repository: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, ComparingCache]]:
    """All pages of all scenarios, opened by whoever is there, and those of the desk by two officers."""
    folder = tmp_path_factory.mktemp("walked")
    shutil.copyfile(sqlite_template, folder / "cases.db")
    with open_house(catalogue, repository, folder, f"sqlite:///{folder}/cases.db") as house:
        cache = comparing(house)
        walk_as_officers(house, catalogue)
        walk_as_owners(house)
        yield house, cache


class TestEveryPage:
    def test_is_the_same_as_when_nothing_is_kept(self, walked: tuple[House, ComparingCache]) -> None:
        _, cache = walked
        shapes = {type(shape).__name__ for shape, _ in cache.given}
        assert {kind.__name__ for kind in AT_ONCE} < shapes
        assert {"CasePage", "CaseFilePart", "History", "HistoryRow", "Notes", "QueueShape", "_SessionLine"} < shapes
        assert cache.wrong == []
        assert len(cache.templates.values()) < len(cache.given) / 2

    def test_each_part_of_a_key_is_one_on_which_the_page_depends(self, walked: tuple[House, ComparingCache]) -> None:
        """With the part left out of the key, whoever comes second would see the page of the first: each part of each
        shape is put in the place of that of another, and what is drawn then is another page."""
        _, cache = walked
        lacking: dict[str, set[str]] = {}
        for kind in sorted({type(shape) for shape, _ in cache.given}, key=lambda kind: kind.__name__):
            shapes = list({shape: None for shape, _ in cache.given if type(shape) is kind})
            idle = {part for part in kind.__struct_fields__ if not matters(cache, shapes, part)}
            if idle:
                lacking[kind.__name__] = idle
        assert lacking == NOT_SEEN

    def test_a_part_that_is_left_out_shows_a_person_the_page_of_another(self, house: House, visitor: Visitor) -> None:
        """The seeded fault: what was drawn for somebody without a case is what the next person sees, who has one."""
        cache = house.app.extensions[PAGES] = ForgetfulCache(house.app.jinja_env, HomePage, "lists")
        house.set_password("client@example.org", PASSWORD)
        other = house.visitor()
        signed_in(other, "client@example.org")
        assert "There is nothing here yet." in other.open("/en/registration/page/home").source
        at_terms(visitor)
        assert not cache.wrong
        visitor.open("/en/registration/page/home")
        assert cache.wrong == ["HomePage"]


class TestShapes:
    """What a drawing that is kept cannot read."""

    @pytest.mark.parametrize(
        "read",
        [lambda: request.path, lambda: session.get("id"), lambda: g.visitor, services, csrf_token, visiting.actor],
        ids=["request", "session", "g", "services", "csrf_token", "visitor"],
    )
    def test_nothing_of_the_request_can_be_read(self, house: House, read: Callable[[], object]) -> None:
        class Reading(Shape, frozen=True):
            def draw(self, recorder: Recorder) -> str:
                return str(read())

        with house.app.test_request_context("/en"), pytest.raises(RuntimeError, match="outside of"):
            house.app.extensions[PAGES].html(Reading(), Values())

    @pytest.mark.parametrize(
        "read",
        [
            lambda page: page.case.id,
            lambda page: page.reading["email"],
            lambda page: page.lines.get(0),
            lambda page: [asked.inputs["email"] for asked in page.questions.values()],
            lambda page: "x" if page.case else "y",
        ],
    )
    def test_nothing_of_a_person_can_be_read(
        self, walked: tuple[House, ComparingCache], read: Callable[[Page], object]
    ) -> None:
        _, cache = walked
        (shape, *_) = (shape for shape, _ in cache.given if isinstance(shape, StepPage) and shape.uses)
        with pytest.raises(PersonalRead):
            read(shape.recorded_page())

    def test_a_word_of_an_account_can_be_left_as_a_hole_alone(self, house: House) -> None:
        row = CaseRow("Her title", "", "", "", "", "", "", "", href="/en")

        class Titles(Shape, frozen=True):
            lists: AccountLists

            def draw(self, recorder: Recorder) -> str:
                return self.lists.cases[0].title

        shape = Titles(AccountLists((row,)).outline)
        assert "Her title" not in str(shape)
        with pytest.raises(KeyError):
            PageCache(house.app.jinja_env).html(shape, Values(title=escape("Her title")))

    def test_parts_of_a_flow_are_told_apart_by_which_they_are(self) -> None:
        one, other = [1], [1]
        assert one == other
        assert Objects((one,)) != Objects((other,))
        assert (Objects((one,)), hash(Objects((one,)))) == (Objects((one,)), hash(Objects((one,))))


def matters(cache: ComparingCache, shapes: Sequence[Shape], part: str) -> bool:
    """Whether another value of this part gives another drawing, or none at all: one that another shape has, or one that
    is made up."""
    seen = list(dict.fromkeys(getattr(shape, part) for shape in shapes))[:20]
    for shape in shapes[:100]:
        pieces, value = cache.record(shape).pieces, getattr(shape, part)
        for other in (*seen, *made_up(value)):
            try:
                if cache.record(structs.replace(shape, **{part: other})).pieces != pieces:
                    return True
            except (LookupError, ValueError, RuntimeError):
                return True
    return False


def made_up(value: object) -> tuple[object, ...]:
    match value:
        case bool():
            return (not value,)
        case str():
            return (f"{value} more",)
        case tuple():
            return (type(value)(),)
    return ()
