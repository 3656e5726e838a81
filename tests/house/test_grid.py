"""One grid of nouns: the same words on every floor, few entries at the top of a room, and a picture that shows it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.house.checkout import PACKAGE, REPOSITORY
from tests.house.picture import NOUNS, dot, floors

# How many entries may stand at the top of a room. Templates, static files and caches are no code.
MOST = {"web": 20, "service": 14, "store": 25}
NO_CODE = {"__init__.py", "__pycache__", "templates", "static"}
DESIGN = REPOSITORY / "docs" / "design"


def words(picture: str) -> Counter[str]:
    """The names that a picture shows."""
    return Counter(re.findall(r">(\w+)</(?:b|td|text)>", picture))


class TestGrid:
    @pytest.mark.parametrize("room", MOST)
    def test_a_newcomer_can_look_over_a_room(self, room: str) -> None:
        entries = sorted(path.name for path in (PACKAGE / room).iterdir() if path.name not in NO_CODE)
        assert len(entries) <= MOST[room], entries

    def test_every_noun_is_a_room_of_the_service(self) -> None:
        assert {name for name in NOUNS if not (PACKAGE / "service" / name / "__init__.py").is_file()} == set()

    def test_a_room_inside_says_what_it_is_for(self) -> None:
        silent = [path for path in PACKAGE.rglob("__init__.py") if path.read_text("utf-8").strip()[:3] != '"""']
        assert [str(path.relative_to(PACKAGE)) for path in silent] == []


class TestPicture:
    def test_it_shows_the_rooms_of_today(self) -> None:
        drawn = words((DESIGN / "house.svg").read_text(encoding="utf-8"))
        assert drawn == words(dot()), "the house has other rooms now: make house"

    def test_the_page_has_the_floors_of_the_contract(self) -> None:
        page = (DESIGN / "house.md").read_text(encoding="utf-8")
        block = re.search(r"```\n(cli\n.*?)```", page, re.DOTALL)
        assert block is not None
        assert [re.findall(r"\w+", line) for line in block[1].splitlines()] == floors()
