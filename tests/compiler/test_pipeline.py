"""Parse, shape, bind: each stage only if the one before is clean; includes; bundles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.compiler.bundle import NoFlow, load_bundle, read_bundle
from flowrunner.compiler.pipeline import compile_flow

FLOW = """flowrunner: 1
flow: small
languages: [{languages}]
title: Small
start: only
{more}steps:
  only: {{kind: end, outcome: over, title: '{{{{ hello }}}}'}}
"""
PART = "flowrunner: 1\npart: words\nlanguages: [en]\ntexts: {hello: Hello}\n"


def small(more: str = "", languages: str = "en") -> bytes:
    return FLOW.format(more=more, languages=languages).encode()


def codes(sources: dict[str, bytes]) -> list[str]:
    compiled = compile_flow(sources, "flow.yaml")
    assert (compiled.flow is None) == bool(compiled.diagnostics)
    return [
        f"{one.code}.{one.variant} {one.span.file}:{one.span.line}:{one.span.column}" for one in compiled.diagnostics
    ]


class TestPipeline:
    def test_flow_with_a_part(self) -> None:
        compiled = compile_flow(
            {"flow.yaml": small("include: [words.yaml]\n"), "words.yaml": PART.encode()}, "flow.yaml"
        )
        assert compiled.diagnostics == ()
        assert compiled.flow is not None
        assert list(compiled.flow.texts) == ["hello"]
        assert set(compiled.texts) == {"flow.yaml", "words.yaml"}

    def test_broken_yaml_ends_before_shape(self) -> None:
        assert codes({"flow.yaml": b"flow: [\nstart: 1"})[0].startswith("FR1")

    def test_wrong_shape_ends_before_names(self) -> None:
        assert codes({"flow.yaml": small("strat: nowhere\n")}) == ["FR201.found flow.yaml:6:1"]

    def test_names_are_told_last(self) -> None:
        assert codes({"flow.yaml": small()}) == ["FR301.unknown_name flow.yaml:7:47"]

    def test_part_that_is_broken_is_told_in_its_own_file(self) -> None:
        sources = {"flow.yaml": small("include: [words.yaml]\n"), "words.yaml": PART.replace("part", "prat").encode()}
        assert codes(sources) == ["FR205.not_a_part flow.yaml:6:11"]
        sources["words.yaml"] = PART.replace("texts", "txets").encode()
        assert codes(sources) == ["FR201.found words.yaml:4:1"]

    def test_part_is_no_flow(self) -> None:
        assert codes({"flow.yaml": PART.encode()}) == ["FR205.not_a_flow flow.yaml:2:1"]

    def test_flow_is_no_part(self) -> None:
        assert codes({"flow.yaml": small("include: [other.yaml]\n"), "other.yaml": small()}) == [
            "FR205.not_a_part flow.yaml:6:11"
        ]

    def test_part_has_the_languages_of_the_flow(self) -> None:
        sources = {"flow.yaml": small("include: [words.yaml]\n", "en, fr"), "words.yaml": PART.encode()}
        assert codes(sources) == ["FR205.languages words.yaml:3:12"]

    @pytest.mark.parametrize(
        "name", ["../words.yaml", "/etc/passwd", "a/../../words.yaml", "~/words.yaml", "a//b", "C:\\words.yaml"]
    )
    def test_include_stays_in_the_folder(self, name: str) -> None:
        sources = {"flow.yaml": small(f"include: ['{name}']\n"), name: PART.encode()}
        assert codes(sources) == ["FR205.outside flow.yaml:6:11"]

    def test_include_is_there_once(self) -> None:
        sources = {"flow.yaml": small("include: [words.yaml, words.yaml, gone.yaml]\n"), "words.yaml": PART.encode()}
        assert codes(sources) == ["FR205.twice flow.yaml:6:23", "FR205.missing_file flow.yaml:6:35"]

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes_end_in_diagnostics(self, data: bytes) -> None:
        assert compile_flow({"flow.yaml": data}, "flow.yaml").diagnostics

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_any_words_in_any_place_end_in_a_flow_or_in_diagnostics(self, data: st.DataObject) -> None:
        path = Path(__file__).parents[1] / "flows" / "invalid" / "fr301_nouns.yaml"
        words = path.read_text(encoding="utf-8").split(" ")
        places = st.integers(min_value=0, max_value=len(words) - 1)
        for _ in range(3):
            other = data.draw(
                st.sampled_from(["back", "'{{ x }}'", "until", "1", "[a]", "{a: b}", words[data.draw(places)]])
            )
            words[data.draw(places)] = other
        compiled = compile_flow({"flow.yaml": " ".join(words).encode()}, "flow.yaml")
        assert compiled.flow is not None or compiled.diagnostics


class TestBundle:
    def write(self, folder: Path) -> Path:
        (folder / "flow.yaml").write_bytes(small("include: [parts/words.yaml, gone.yaml, ../secret.yaml, link.yaml]\n"))
        (folder / "parts").mkdir()
        (folder / "parts" / "words.yaml").write_text(PART, encoding="utf-8")
        return folder / "flow.yaml"

    def test_reads_what_stands_in_the_folder_and_nothing_else(self, tmp_path: Path) -> None:
        folder = tmp_path / "flows"
        folder.mkdir()
        path = self.write(folder)
        (tmp_path / "secret.yaml").write_text("secret", encoding="utf-8")
        (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
        bundle = read_bundle(path)
        assert bundle.entry == "flow.yaml"
        assert list(bundle.sources) == ["flow.yaml", "parts/words.yaml"]

    def test_text_is_canonical_and_comes_back(self, tmp_path: Path) -> None:
        bundle = read_bundle(self.write(tmp_path))
        again = load_bundle(bundle.text)
        assert again.digest == bundle.digest
        assert again.sources == bundle.sources
        assert len(bundle.digest) == 64
        whole = json.loads(bundle.text)
        assert load_bundle(json.dumps(whole, indent=2)).text == bundle.text

    def test_a_changed_part_is_another_version(self, tmp_path: Path) -> None:
        path = self.write(tmp_path)
        before = read_bundle(path).digest
        (tmp_path / "parts" / "words.yaml").write_text(PART.replace("Hello", "Hi"), encoding="utf-8")
        assert read_bundle(path).digest != before

    def test_no_file_is_said_by_name(self, tmp_path: Path) -> None:
        with pytest.raises(NoFlow, match=r"gone\.yaml"):
            read_bundle(tmp_path / "gone.yaml")

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"entry": "a", "files": []}'])
    def test_what_was_not_kept_by_us_is_refused(self, text: str) -> None:
        with pytest.raises(NoFlow):
            load_bundle(text)
