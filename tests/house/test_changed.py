"""`make check` plays the tests of the rooms that changed."""

from __future__ import annotations

import pytest

from tests.house.changed import select


class TestTestsOfAChange:
    @pytest.mark.parametrize(
        ("name", "chosen"),
        [
            ("src/flowrunner/rules/pattern.py", ["tests/house", "tests/rules"]),
            ("src/flowrunner/span.py", ["tests/house", "tests/span"]),
            ("src/flowrunner/service/uploads/contents/pdf.py", ["tests/house", "tests/service/uploads"]),
            ("src/flowrunner/web/templates/desk/queue.html", ["tests/house", "tests/web/desk"]),
            ("locales/fr/LC_MESSAGES/flowrunner.po", ["tests/house", "tests/i18n"]),
            ("tests/rules/test_rules.py", ["tests/house", "tests/rules/test_rules.py"]),
            ("tests/rules/test_gone.py", ["tests/house"]),
            ("README.md", ["tests/house"]),
        ],
    )
    def test_a_file_leads_to_the_select_its_room(self, name: str, chosen: list[str]) -> None:
        assert select([name]) == chosen

    def test_a_room_with_rooms_inside_leads_to_its_own_tests(self) -> None:
        tests = select(["src/flowrunner/web/app.py"])
        assert "tests/web/test_errors.py" in tests
        assert not any(path.startswith("tests/web/desk") for path in tests)
