"""The templates as another process compiled them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from jinja2 import Environment

from flowrunner.web.page.template_cache import FOLDER, LOADER, CompiledTemplates, compile_templates
from tests.web.conftest import House

NAMES = sorted(LOADER.list_templates())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where code may be written."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "__pycache__"


def compile_into(folder: Path) -> Mapping[str, bytes]:
    return compile_templates(CompiledTemplates(folder=folder))


def compiled_by(house: House, cache: CompiledTemplates, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that an application compiles which has this cache."""
    environment, compiled = house.app.jinja_env, []
    plain = environment.compile
    environment.bytecode_cache = cache

    def compile_one(source: str, name: str, filename: str) -> object:
        compiled.append(name)
        return plain(source, name, filename)

    monkeypatch.setattr(environment, "compile", compile_one)
    for name in NAMES:
        environment.get_template(name)
    return compiled


class TestCompiledTemplates:
    def test_they_are_kept_in_files(self, house: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert compile_into(folder) == {}
        assert len(list(folder.iterdir())) == len(NAMES)
        assert compiled_by(house, CompiledTemplates(folder=folder), monkeypatch) == []

    def test_where_nothing_may_be_written_they_are_handed_over(
        self, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        code = compile_into(tmp_path / "none")
        assert len(code) == len(NAMES)
        assert not (tmp_path / "none").exists()
        assert compiled_by(house, CompiledTemplates(code, tmp_path / "none"), monkeypatch) == []

    def test_a_folder_that_cannot_be_made_stops_nobody(self, folder: Path) -> None:
        folder.write_text("no folder")
        assert len(compile_into(folder)) == len(NAMES)

    def test_whoever_has_neither_compiles_them(
        self, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert compiled_by(house, CompiledTemplates(folder=tmp_path / "none"), monkeypatch) == NAMES

    @pytest.mark.parametrize("written", [True, False])
    def test_one_that_changed_since_is_compiled(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, written: bool
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", not written)
        cache = CompiledTemplates(compile_into(folder), folder)
        environment, file = Environment(autoescape=True), FOLDER / "layout.html"
        assert cache.get_bucket(environment, "layout.html", str(file), "changed").code is None
        assert cache.get_bucket(environment, "layout.html", str(file), file.read_text()).code is not None
