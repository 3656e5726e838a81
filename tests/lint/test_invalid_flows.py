"""Every flow that compiles and is wrong on purpose gives the findings that it names, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.lint.linter import lint
from tests.compiler.expectations import differences, invalid_flows

FLOWS = [path for family in ("fr4", "fr5", "fr6") for path in invalid_flows(family)]


def findings(path: Path) -> tuple[tuple[Diagnostic, ...], str]:
    bundle = read_bundle(path)
    compiled = compile_flow(bundle.sources, bundle.entry)
    assert compiled.flow is not None
    assert compiled.diagnostics == ()
    return lint(compiled.flow), bundle.entry


class TestInvalidFlows:
    def test_there_are_some_of_each_family(self) -> None:
        assert {path.name[:3] for path in FLOWS} == {"fr4", "fr5", "fr6"}

    @pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
    def test_gives_what_it_names_and_nothing_else(self, path: Path) -> None:
        found, entry = findings(path)
        assert differences(found, path, entry) == []

    @pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
    @pytest.mark.parametrize("language", languages())
    def test_is_told_in_words_with_a_way_out(self, path: Path, language: str) -> None:
        for one in findings(path)[0]:
            sentence, way_out = one.message(words(language)), one.help(words(language))
            assert sentence
            assert way_out
            assert sentence != way_out
