"""Every command, as it is typed: what it prints in each language, and its exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowrunner.cli.built_in import COMMANDS
from flowrunner.cli.main import CANNOT_RUN
from flowrunner.diagnostics.explain import explained_codes
from flowrunner.i18n.translations import languages
from tests.cli.conftest import SCENARIO, SOUND, Outcome, Run

ROOT = Path(__file__).parents[2]
INVALID = ROOT / "tests" / "flows" / "invalid"


class TestProgram:
    def test_alone_it_lists_its_commands(self, run: Run) -> None:
        told = run()
        assert told.code == 0
        assert all(f"\n  {name}" in told.out for name in COMMANDS.names)

    @pytest.mark.parametrize("name", COMMANDS.names)
    def test_help_speaks_the_language(self, run: Run, name: str) -> None:
        english, french = run(name, "--help"), run(name, "--help", "--lang", "fr")
        assert (english.code, french.code) == (0, 0)
        assert english.out.startswith(f"Usage: flowrunner {name} ")
        assert french.out.startswith("Utilisation")
        assert "Show this help." not in french.out

    def test_the_language_is_that_of_the_environment(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LANG", "fr_CA.UTF-8")
        assert "Commandes" in run().out
        assert "Commands" in run("--lang=en").out

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["chek"], "check"),
            (["check", "--frmat", "json"], "--format"),
            (["check", "--format", "xml"], "sarif"),
            (["check", "--format"], "--format"),
            (["check", "nowhere.yaml"], "nowhere.yaml"),
            (["new"], "NAME"),
            (["new", "a", "b"], "more arguments"),
            (["serve", "--port", "many"], "--port"),
            (["map", "nothing"], "nothing"),
            (["explain", "FR999"], "FR101"),
            (["test"], "no scenario"),
            (["--lang", "xx", "check"], "xx"),
            (["check", "--settings", "none.yaml"], "none.yaml"),
        ],
    )
    def test_what_cannot_be_done_is_told_without_a_trace(self, run: Run, arguments: list[str], expected: str) -> None:
        told = run(*arguments)
        assert told.code == CANNOT_RUN
        assert expected in told.err
        assert "Traceback" not in told.err
        assert told.out == ""

    def test_an_unexpected_error_is_told_in_a_line(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("secret")

        monkeypatch.setattr("flowrunner.cli.explain.help_page", fail)
        told = run("explain", "FR101")
        assert (told.code, told.err.count("\n")) == (CANNOT_RUN, 1)
        assert "--trace" in told.err
        assert "secret" not in told.err
        assert "Traceback" in run("explain", "FR101", "--trace").err


class TestCheck:
    def test_a_sound_deployment(self, run: Run, flows: Path) -> None:
        assert run("check") == Outcome(0, "No problem was found.\n", "")
        assert run("check", str(flows), "--lang", "fr").out == "Aucun problème n’a été trouvé.\n"

    def test_the_flows_of_this_repository(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(ROOT)
        assert run("check").code == 0
        assert run("check", "tests/flows/valid", "--settings", "tests/flows/flowrunner.yaml").code == 0

    def test_findings_have_place_line_caret_and_way_out(self, run: Run, flows: Path) -> None:
        (flows / "small.yaml").write_text(SOUND.replace("title: Small", "titel: Small"))
        told = run("check", "flows/small.yaml")
        assert told.code == 1
        assert told.out.startswith("flows/small.yaml:4:1: error FR201 ")
        assert "    4 | titel: Small\n      | ^^^^^\n  Did you mean “title”?\n" in told.out

    def test_findings_for_programs(self, run: Run) -> None:
        path = str(INVALID / "fr207_only_one.yaml")
        told = run("check", path, "--format", "json")
        read = json.loads(told.out)
        assert told.code == 1
        assert {one["code"] for one in read["diagnostics"]} == {"FR207"}
        assert read["diagnostics"][0]["file"] == path
        assert json.loads(run("check", path, "--format", "sarif").out)["version"] == "2.1.0"

    @pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"\x00", b"[", b"a: &a [*a]", b"- " * 5000, b"{" * 300])
    def test_any_bytes_end_in_findings(self, run: Run, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "any.yaml").write_bytes(data)
        told = run("check", "any.yaml")
        assert (told.code, told.err) == (1, "")
        assert "FR" in told.out

    def test_settings_and_scenarios_are_checked_too(self, run: Run, flows: Path, tmp_path: Path) -> None:
        (tmp_path / "flowrunner.yaml").write_text("prot: 80\n")
        (flows / "scenarios" / "small" / "other.yaml").write_text("flow: small\nwlak: []\n")
        told = run("check")
        assert told.code == 1
        assert "flowrunner.yaml:1:1: error FR201" in told.out
        assert "other.yaml:2:1: error FR201" in run("check", "flows").out

    def test_settings_are_checked_where_their_secrets_are_not(self, run: Run, flows: Path, tmp_path: Path) -> None:
        call = "calls:\n  small:\n    people: {url: https://example.org/, secret_from: A_SECRET_THAT_IS_NOT_HERE}\n"
        (tmp_path / "flowrunner.yaml").write_text(call)
        for told in (run("check"), run("check", "flowrunner.yaml")):
            assert (told.code, told.err) == (1, "")
            assert "error FR001" in told.out
        assert run("doctor").code == 2

    def test_a_deployment_without_flows_cannot_be_checked(self, run: Run) -> None:
        assert run("check").code == CANNOT_RUN


class TestExplain:
    @pytest.mark.parametrize("language", languages())
    def test_every_code_is_explained(self, run: Run, language: str) -> None:
        for code in explained_codes():
            told = run("explain", code.lower(), "--lang", language)
            assert told.code == 0
            assert told.out.startswith(f"# {code} ")

    def test_alone_it_lists_the_codes(self, run: Run) -> None:
        assert [line[:5] for line in run("explain").out.splitlines()] == list(explained_codes())


class TestNew:
    @pytest.mark.parametrize("chosen", ["en", "fr", "fr,en", "en,fr"])
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_writes_a_sound_flow(self, run: Run, tmp_path: Path, chosen: str, language: str) -> None:
        told = run("new", "first-flow", "--languages", chosen, "--lang", language)
        path = tmp_path / "flows" / "first-flow.yaml"
        assert told.code == 0
        assert "first-flow.yaml" in told.out
        assert f"languages: [{chosen.replace(',', ', ')}]" in path.read_text("utf-8")
        assert run("check", str(path)) == Outcome(0, "No problem was found.\n", "")

    def test_it_can_be_played(self, run: Run, tmp_path: Path) -> None:
        run("new", "first")
        folder = tmp_path / "flows" / "scenarios" / "first"
        folder.mkdir(parents=True)
        walk = "flow: first\nwalk:\n  - press: next\n  - fill: {full_name: Ann, visitors: '6'}\n    press: next\n"
        walk += "  - press: next\n    expect: {outcome: to_be_called}\n"
        (folder / "group.yaml").write_text(walk)
        assert run("test").code == 0

    def test_never_touches_a_file_that_is_there(self, run: Run, flows: Path) -> None:
        told = run("new", "small")
        assert told.code == CANNOT_RUN
        assert (flows / "small.yaml").read_text() == SOUND

    @pytest.mark.parametrize("arguments", [["Bad Name"], ["../up"], ["ok", "--languages", "en,xx"]])
    def test_refuses_what_it_cannot_write(self, run: Run, tmp_path: Path, arguments: list[str]) -> None:
        assert run("new", *arguments).code == CANNOT_RUN
        assert list(tmp_path.rglob("*.yaml")) == []


class TestSchema:
    def test_prints_one(self, run: Run) -> None:
        assert "scenario" in json.loads(run("schema", "scenario").out)["title"]
        assert "flow" in json.loads(run("schema").out)["title"]

    def test_writes_all(self, run: Run, tmp_path: Path) -> None:
        assert run("schema", "--write").code == 0
        written = sorted(path.name for path in (tmp_path / "schemas").iterdir())
        assert written == ["flow.schema.json", "scenario.schema.json", "settings.schema.json"]


class TestPlaying:
    def test_reports_transitions_and_items(self, run: Run, flows: Path) -> None:
        told = run("test")
        assert told.code == 0
        assert "small: 1 of 1 scenarios pass." in told.out
        assert "Transitions covered: 1 of 3." in told.out
        assert re.search(r"small\.yaml:16: one next 2 → left", told.out)
        assert "items 1 of 2" in told.out
        assert "adult.yaml:3: outcome done" in told.out
        assert told.out.endswith("  2. A child is not\n")

    def test_one_file_can_be_played(self, run: Run, flows: Path) -> None:
        told = run("test", str(flows / "scenarios" / "small" / "adult.yaml"), "--lang", "fr")
        assert told.code == 0
        assert "1 scénarios réussis sur 1" in told.out

    def test_a_scenario_that_fails_is_told_with_its_line(self, run: Run, flows: Path) -> None:
        wrong = flows / "scenarios" / "small" / "child.yaml"
        wrong.write_text(SCENARIO.replace("age: 20", "age: 2"))
        told = run("test")
        assert told.code == 1
        assert "child.yaml:5:" in told.out
        assert "small: 1 of 2 scenarios pass." in told.out

    def test_a_scenario_of_a_broken_or_missing_flow_fails(self, run: Run, flows: Path) -> None:
        (flows / "small.yaml").write_text(SOUND.replace("go: two", "go: tow"))
        told = run("test")
        assert told.code == 1
        assert "FR301" in told.out
        (flows / "small.yaml").unlink()
        assert run("test").code == 1


class TestMap:
    def test_mermaid_by_name_or_file(self, run: Run, flows: Path) -> None:
        told = run("map", "small")
        assert told.code == 0
        assert told.out.startswith("flowchart TD\n")
        assert told.out == run("map", str(flows / "small.yaml"), "--format", "mermaid").out

    def test_a_missing_graphviz_is_told(self, run: Run, flows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flowrunner.cli.map.shutil.which", lambda _: None)
        told = run("map", "small", "--format", "svg")
        assert told.code == CANNOT_RUN
        assert "--format mermaid" in told.err

    def test_svg_is_drawn_by_graphviz(
        self, run: Run, flows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawer = tmp_path / "dot"
        drawer.write_text("#!/bin/sh\necho '<svg/>'\ncat >/dev/null\n")
        drawer.chmod(0o755)
        monkeypatch.setattr("flowrunner.cli.map.shutil.which", lambda _: str(drawer))
        assert run("map", "small", "-o", "small.svg").code == 0
        assert (tmp_path / "small.svg").read_text() == "<svg/>\n"

    def test_a_flow_with_errors_is_not_drawn(self, run: Run, flows: Path) -> None:
        (flows / "small.yaml").write_text("flow: small\n")
        assert run("map", "small").code == CANNOT_RUN
