"""Every flow whose names or types are wrong on purpose gives the diagnostics that it names, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.i18n.words import words
from tests.compiler.expectations import differences, invalid_flows


class TestInvalidFlows:
    @pytest.mark.parametrize("path", invalid_flows("fr3"), ids=lambda path: path.stem)
    def test_gives_what_it_names_and_nothing_else(self, path: Path) -> None:
        bundle = read_bundle(path)
        compiled = compile_flow(bundle.sources, bundle.entry)
        assert differences(compiled.diagnostics, path, bundle.entry) == []
        assert compiled.flow is None

    @pytest.mark.parametrize("path", invalid_flows("fr3"), ids=lambda path: path.stem)
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_is_told_in_words_with_a_way_out(self, path: Path, language: str) -> None:
        bundle = read_bundle(path)
        for one in compile_flow(bundle.sources, bundle.entry).diagnostics:
            sentence, way_out = one.message(words(language)), one.help(words(language))
            assert sentence
            assert way_out
            assert sentence != way_out
