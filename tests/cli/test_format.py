"""`flowrunner format`: files are written whole or not at all, and `--check` only shows."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from flowrunner.cli.format import replace_text
from flowrunner.cli.main import CANNOT_RUN
from flowrunner.i18n.words import words
from tests.cli.conftest import SOUND, Run

UNTIDY = SOUND.replace("flowrunner: 1\nflow: small\n", "flow: small\nflowrunner: 1   # the language\n")


@pytest.fixture
def untidy(flows: Path) -> Path:
    file = flows / "small.yaml"
    file.write_text(UNTIDY)
    return file


class TestFormat:
    def test_writes_what_it_sets(self, run: Run, untidy: Path) -> None:
        told = run("format", "flows/small.yaml")
        assert (told.code, told.err) == (0, "")
        assert "Formatted: flows/small.yaml" in told.out
        assert untidy.read_text().startswith("flowrunner: 1   # the language\nflow: small\n")
        assert run("check", "flows/small.yaml").code == 0
        again = run("format", "flows/small.yaml")
        assert again.out == "1 file is as it should be.\n"

    def test_alone_it_formats_the_deployment(self, run: Run, untidy: Path) -> None:
        (untidy.parent / "scenarios" / "small" / "adult.yaml").write_text("walk: [{press: next}]\nflow: small\n")
        told = run("format")
        assert "flows/small.yaml" in told.out
        assert (untidy.parent / "scenarios" / "small" / "adult.yaml").read_text().startswith("flow: small\n")

    def test_check_shows_and_changes_nothing(self, run: Run, untidy: Path) -> None:
        told = run("format", "--check", "flows/small.yaml")
        assert told.code == 1
        assert "\n-flowrunner: 1   # the language\n" in told.out
        assert "\n+flowrunner: 1   # the language\n" in told.out
        assert untidy.read_text() == UNTIDY
        run("format", "flows/small.yaml")
        assert run("format", "--check", "flows/small.yaml").code == 0

    @pytest.mark.parametrize(
        ("language", "sentence"),
        [("en", "has errors and was left"), ("fr", "contient des erreurs et n’a pas été changé")],
    )
    def test_a_file_with_errors_is_told_and_left(self, run: Run, untidy: Path, language: str, sentence: str) -> None:
        untidy.write_text("a: [b\n")
        told = run("format", "flows/small.yaml", "--lang", language)
        assert told.code == 1
        assert "flows/small.yaml:" in told.out
        assert "FR101" in told.out
        assert sentence in told.out
        assert untidy.read_text() == "a: [b\n"

    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
    def test_permissions_and_links_stay(self, run: Run, untidy: Path, tmp_path: Path, mode: int) -> None:
        untidy.chmod(mode)
        link = tmp_path / "link.yaml"
        link.symlink_to(untidy)
        assert run("format", "link.yaml").code == 0
        assert link.is_symlink()
        assert untidy.read_text() != UNTIDY
        assert stat.S_IMODE(untidy.stat().st_mode) == mode
        assert sorted(path.name for path in untidy.parent.iterdir()) == ["scenarios", "small.yaml"]

    def test_what_cannot_be_written_is_left_whole(self, untidy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The fault is seeded: the disk is full when the new text is written."""

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("flowrunner.cli.format.os.fsync", full)
        with pytest.raises(Exception, match="cannot be written"):
            replace_text(untidy, "new", words("en"))
        assert untidy.read_text() == UNTIDY
        assert sorted(path.name for path in untidy.parent.iterdir()) == ["scenarios", "small.yaml"]

    def test_what_is_not_there(self, run: Run, tmp_path: Path) -> None:
        assert run("format", "none.yaml").code == CANNOT_RUN
        (tmp_path / "empty").mkdir()
        assert run("format", "empty").code == CANNOT_RUN


class TestWhatAFileIs:
    """`check`, `format` and the catalogue answer alike."""

    SCENARIO = "flow: small\nwalk:\n  - press: next\n"

    @pytest.mark.parametrize(
        "place", ["lost.yaml", "flows/lost.yaml", "flows/scenarios/lost.yaml", "some/where/lost.yaml"]
    )
    def test_a_scenario_is_one_wherever_it_stands(self, run: Run, flows: Path, place: str) -> None:
        file = flows.parent / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.SCENARIO)
        told = run("check", place)
        assert (told.code, told.err) == (0, "")
        assert run("format", place).code == 0
        file.write_text(f"{self.SCENARIO}stepz: 1\n")
        told = run("check", place)
        assert told.code == 1
        assert "stepz" in told.out + told.err

    def test_one_among_the_flows_is_no_flow_of_the_deployment(self, run: Run, flows: Path) -> None:
        (flows / "lost.yaml").write_text(self.SCENARIO)
        assert run("check").code == 0
        assert run("check", "flows").code == 0
        (flows / "lost.yaml").write_text(f"{self.SCENARIO}stepz: 1\n")
        assert run("check").code == 1

    def test_what_lacks_its_walk_is_a_scenario_where_they_stand(self, run: Run, flows: Path) -> None:
        (flows / "scenarios" / "small" / "adult.yaml").write_text("flow: small\n")
        told = run("check", "flows/scenarios/small/adult.yaml")
        assert told.code == 1
        assert "walk" in told.out + told.err
        assert run("format", "flows/scenarios/small/adult.yaml").code == 0
