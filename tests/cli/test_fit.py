"""Settings that do not fit the flows are told by `check` and by `serve`, which serves all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_serve import FLOW, Served

SETTINGS = "port: 0\nsources:\n  smal: {}\n"


@pytest.fixture
def misfit(flows: Path, tmp_path: Path) -> Path:
    (tmp_path / "flowrunner.yaml").write_text(SETTINGS)
    return tmp_path / "flowrunner.yaml"


class TestCheck:
    @pytest.mark.parametrize("arguments", [(), ("flowrunner.yaml",)])
    @pytest.mark.parametrize(
        ("language", "sentence"), [("en", "No flow is called “smal”."), ("fr", "Aucun parcours ne s’appelle")]
    )
    def test_tells_it_with_its_place(
        self, run: Run, misfit: Path, arguments: tuple[str, ...], language: str, sentence: str
    ) -> None:
        told = run("check", *arguments, "--lang", language)
        assert told.code == 1
        assert told.out.startswith("flowrunner.yaml:3:3: ")
        assert "FR001" in told.out
        assert sentence in told.out
        assert "small" in told.out

    def test_a_flow_that_does_not_compile_is_no_unknown_flow(self, run: Run, misfit: Path) -> None:
        (misfit.parent / "flows" / "broken.yaml").write_text("flowrunner: 1\nflow: smal\n")
        assert "FR001" not in run("check").out

    def test_other_files_are_checked_without_the_settings(self, run: Run, misfit: Path) -> None:
        assert run("check", "flows").code == 0


class TestServe:
    def test_tells_it_and_serves(self, tmp_path: Path) -> None:
        (tmp_path / "flows").mkdir()
        (tmp_path / "flows" / "small.yaml").write_text(FLOW.format(title="Here"))
        (tmp_path / "flowrunner.yaml").write_text(SETTINGS)
        served = Served(tmp_path)
        try:
            log = served.log.read_text("utf-8")
            assert "flowrunner.yaml:3:3: error FR001" in log
            assert log.count("FR001") == 1
            assert "<h1>Here</h1>" in served.page()
        finally:
            served.process.terminate()
            served.process.wait(timeout=10)
