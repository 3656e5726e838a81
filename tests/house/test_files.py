"""How long a file may be, how it may be called, and what must not stand in it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.house.checkout import PACKAGE, REPOSITORY, files, name_of, rooms

LIMIT, WITH_A_REASON = 300, 500
ADR = REPOSITORY / "docs" / "adr"

# Files of more than 300 lines, each with why it is not two.
LONG: dict[str, str] = {}

# Names that say nothing of what is inside, so that everything ends up there.
DRAWERS = {"helper", "helpers", "util", "utils", "utility", "utilities", "common", "misc", "shared", "stuff", "tools"}

# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a note of work left undone": rf"\b({'TO' + 'DO'}|{'FIX' + 'ME'})\b",
    "the host of a package registry": "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("py" + "pi", "org"),
            ("pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("deb", "debian", "org"),
        )
    ),
    "a path of one machine": r"(?<![\w./{}-])/(work/(main|shared|\.)|root/|opt/(pypi|wheels)|home/\w+/)",
    "a private key": "-----BEGIN [A-Z ]*" + "PRIVATE KEY-----",
}
TEXTS = {".py", ".toml", ".md", ".txt", ".in", ".yaml", ".yml", ".json", ".html", ".css", ".po", ".ini", ".mako", ""}


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def is_ours(room: str) -> bool:
    """Whether a room that is none of the package is a folder of the documents or the tests."""
    return room.startswith(("docs/", "tests/")) and (REPOSITORY / room).is_dir()


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


class TestFiles:
    def test_no_file_is_too_long(self) -> None:
        too_long = {name_of(path): length(path) for path in python_files() if length(path) > WITH_A_REASON}
        assert too_long == {}

    def test_a_long_file_has_a_reason(self) -> None:
        long = {name_of(path): length(path) for path in python_files() if length(path) > LIMIT}
        assert {name: lines for name, lines in long.items() if name not in LONG} == {}

    def test_a_reason_stands_only_for_a_long_file(self) -> None:
        long = {name_of(path) for path in python_files() if length(path) > LIMIT}
        assert set(LONG) - long == set()

    def test_no_file_is_a_drawer(self) -> None:
        inside = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
        assert [str(path) for path in inside if DRAWERS & {path.stem, *path.parent.parts}] == []

    @pytest.mark.parametrize("what", FORBIDDEN)
    def test_nothing_forbidden_is_written(self, what: str) -> None:
        pattern = re.compile(FORBIDDEN[what])
        found = []
        for path in files():
            if path.suffix in TEXTS:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                found += [f"{name_of(path)}:{number}" for number, line in enumerate(lines, 1) if pattern.search(line)]
        assert found == []

    def test_the_floor_of_the_bench_is_unchanged(self) -> None:
        digest = hashlib.sha256((REPOSITORY / "bench" / "floor.py").read_bytes()).hexdigest()
        assert digest == "f50088107be31dacc729f2bfed2bcd51a52cc9e30326cdbd3aaca7f50d314163"


class TestRooms:
    @pytest.mark.parametrize("room", sorted(rooms()))
    def test_every_room_has_a_test_class(self, room: str) -> None:
        beside = [*(REPOSITORY / "tests" / room).rglob("test_*.py"), *(REPOSITORY / "tests").glob(f"test_{room}.py")]
        found = [
            path for path in beside if re.search(r"^class Test\w+", path.read_text(encoding="utf-8"), re.MULTILINE)
        ]
        assert found, f"tests/{room}/ holds no test class"


class TestDocuments:
    def test_every_decision_is_listed(self) -> None:
        index = (ADR / "README.md").read_text(encoding="utf-8")
        decisions = sorted(path.name for path in ADR.glob("[0-9]*.md"))
        assert [name for name in decisions if f"({name})" not in index] == []

    @pytest.mark.parametrize("path", sorted(ADR.glob("[0-9]*.md")), ids=lambda path: path.name[:4])
    def test_every_decision_says_title_date_status_and_room(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert re.fullmatch(rf"# {path.name[:4]} \S.*", lines[0])
        assert lines[1] == lines[5] == ""
        assert re.fullmatch(r"- Date: 20\d\d-[01]\d-[0-3]\d", lines[2])
        assert re.fullmatch(r"- Status: (accepted|(changed|superseded) by \d{4})", lines[3])
        rooms = [room.strip("`") for room in lines[4].removeprefix("- Room: ").split(", ")]
        assert [room for room in rooms if room != "build" and not (PACKAGE / room).exists() and not is_ours(room)] == []

    def test_every_path_that_documents_name_is_there(self) -> None:
        named = [
            (name_of(path), name)
            for path in (REPOSITORY / "docs").rglob("*.md")
            for name in re.findall(
                r"`((?:tests|src|bench|docs|locales|requirements)/[\w./-]+)`", path.read_text("utf-8")
            )
        ]
        assert len(named) > 20
        assert [(page, name) for page, name in named if not (REPOSITORY / name).exists()] == []

    def test_no_link_between_documents_is_broken(self) -> None:
        broken = [
            f"{name_of(path)}: {target}"
            for path in files()
            if path.suffix == ".md"
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
            if not (path.parent / target).exists()
        ]
        assert broken == []


class TestChangelog:
    """Keep a Changelog 1.1, with who notices a change below its kind."""

    KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
    READERS = ("People who fill in", "Officers", "Authors", "Operators", "Developers")

    def headings(self, level: int) -> list[str]:
        text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
        return re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE)

    def test_versions_have_dates_and_the_newest_stands_first(self) -> None:
        first, *released = self.headings(2)
        assert first == "[Unreleased]"
        dates = [re.fullmatch(r"\[\d+\.\d+\.\d+\] - (20\d\d-[01]\d-[0-3]\d)", version) for version in released]
        assert all(dates)
        days = [date[1] for date in dates if date]
        assert days == sorted(days, reverse=True) != []

    def test_kinds_and_readers_are_the_known_ones(self) -> None:
        assert set(self.headings(3)) <= set(self.KINDS)
        assert set(self.headings(4)) <= set(self.READERS)

    def test_each_entry_stands_under_a_reader(self) -> None:
        under = ""
        for line in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
            under = line if line.startswith("#") else under
            assert not line.startswith("- ") or under.removeprefix("#### ") in self.READERS, line
