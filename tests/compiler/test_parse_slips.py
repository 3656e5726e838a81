"""The usual slips are named, and the lines that are shown instead read as what was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.quoting import quote, split_comment
from flowrunner.diagnostics.diagnostic import Diagnostic

FILE = Path(__file__).parent / "cases" / "slips.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SLIPS = [case for case in CASES if case["found"] != "none"]


def found(lines: str) -> tuple[Diagnostic, ...]:
    """What is found in lines of a flow; a list at the first column stands under a key."""
    if not lines.startswith("- "):
        return parse_yaml(lines.encode(), "f.yaml").diagnostics
    return parse_yaml(f"list:\n{lines}".encode(), "f.yaml").diagnostics


def told(one: Diagnostic, shift: int) -> str:
    return f"{one.message_id.removesuffix('.found')} {one.span.line - shift}:{one.span.column}"


class TestSlips:
    @pytest.mark.parametrize("case", CASES, ids=[case["is"] for case in CASES])
    def test_is_named_at_its_place_with_the_corrected_lines(self, case: dict[str, Any]) -> None:
        shift = 1 if case["lines"].startswith("- ") else 0
        diagnostics = found(case["lines"])
        wanted = [] if case["found"] == "none" else [case["found"]]
        assert [told(one, shift) for one in diagnostics] == wanted
        assert [list(one.corrected) for one in diagnostics] == [case["corrected"] for _ in wanted]

    @pytest.mark.parametrize("case", SLIPS, ids=[case["is"] for case in SLIPS])
    def test_the_corrected_lines_are_sound(self, case: dict[str, Any]) -> None:
        number = int(case["found"].split(" ")[1].split(":")[0])
        lines = case["lines"].splitlines()
        mended = "\n".join([*lines[: number - 1], *case["corrected"], *lines[number:]]) + "\n"
        assert [one for one in found(mended) if one.message_id != "FR101.under_text"] == []

    def test_all_slips_of_a_file_are_found_at_once(self) -> None:
        lines = ["a: Note: x", 'b: "Yes" or no', "c: 'L'eau'", "d: {{ e }} f", "g: @h", "i:j", "k: l #5"]
        diagnostics = found("\n".join(lines) + "\n")
        assert [one.span.line for one in diagnostics] == [1, 2, 3, 4, 5, 6, 7]

    def test_a_block_is_not_blamed_for_what_comes_after_it(self) -> None:
        diagnostics = found("body: |\n  Note: see: this\n  'quote' me\ntitle: Tea: hot\n")
        assert [(one.message_id, one.span.line) for one in diagnostics] == [("FR107.colon", 4)]

    def test_the_languages_of_the_flow_decide_what_a_language_is(self) -> None:
        assert found("languages: [es]\nnotes: {en: a, fr: b}\n") == ()
        assert [one.variant for one in found("languages: [es]\nnotes: {es: a}\n")] == ["braces"]

    def test_a_text_that_may_be_torn_is_a_warning(self) -> None:
        parsed = parse_yaml(b"hint: Bring the form # and a cup\n", "f.yaml")
        assert [(one.variant, one.level) for one in parsed.diagnostics] == [("torn", "warning")]
        assert parsed.root is not None


class TestWriting:
    @pytest.mark.parametrize(
        "text",
        [
            "Tea",
            "L'eau",
            "a: b",
            "a #b",
            '"a"',
            'it\'s "hot"',
            "- a",
            "{a}",
            "a:",
            "",
            " a",
            "a\\b: c",
            "#",
            "'",
            "%",
            "é",
        ],
    )
    def test_a_text_reads_back_as_itself(self, text: str) -> None:
        assert yaml.load(f"key: {quote(text)}\n", Loader=yaml.BaseLoader) == {"key": text}  # noqa: S506 (only characters)

    def test_a_comment_keeps_the_space_before_it(self) -> None:
        assert split_comment("a b  # c") == ("a b", "  # c")
        assert split_comment("a#b ") == ("a#b", "")
