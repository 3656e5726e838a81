"""The layout of a file: what is put in order, what stays where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flowrunner.compiler.format import layout
from flowrunner.compiler.format.layout import format_file
from flowrunner.errors import FlowrunnerError

CASES = sorted(Path(__file__).parent.glob("cases/*.before.yaml"))
HEAD = "flowrunner: 1\nflow: small\nlanguages: [en, fr]\n"


def formatted(text: str, name: str = "flow.yaml") -> str:
    """What comes of a text; formatting it again changes nothing."""
    found = format_file(text.encode(), name)
    assert found.text is not None, [one.message_id for one in found.diagnostics]
    assert format_file(found.text.encode(), name).text == found.text
    return found.text


def meaning(data: Any) -> Any:
    """Data without what typography may change."""
    if isinstance(data, dict):
        return {key: meaning(value) for key, value in data.items()}
    if isinstance(data, list):
        return [meaning(item) for item in data]
    return "".join(str(data).split()).replace("’", "'")


class TestCases:
    @pytest.mark.parametrize("before", CASES, ids=lambda path: path.name.partition(".")[0])
    def test_before_becomes_after(self, before: Path) -> None:
        after = before.with_name(before.name.replace("before", "after")).read_text("utf-8")
        text = before.read_text("utf-8")
        assert formatted(text) == after
        assert meaning(yaml.safe_load(after)) == meaning(yaml.safe_load(text))

    @pytest.mark.parametrize("end", ["", "\n", "\n\n"])
    def test_blank_lines_that_a_text_keeps_stay(self, end: str) -> None:
        inside = f"fields:\n  a:\n    label: |+\n      b\n{end}  c:\n    label: C\n"
        for text in (inside, f"texts:\n  a: |+\n    b\n{end}"):
            assert yaml.safe_load(formatted(HEAD + text)) == yaml.safe_load(HEAD + text)

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_ends_of_lines_and_a_byte_order_mark_go(self, end: str) -> None:
        text = HEAD + "texts:\n  a: |\n    b\n\n    c\n"
        assert formatted("\ufeff" + text.replace("\n", end)) == formatted(text)

    def test_settings_have_a_layout_too(self) -> None:
        text = "port: 80\nname:\n    fr: L'eau ?\n    en: Water ?\n"
        assert formatted(text, "flowrunner.yaml") == "name:\n  fr: L’eau?\n  en: Water ?\nport: 80\n"

    def test_scenarios_have_a_layout_too(self) -> None:
        text = "walk:\n- expect: {step: b, answers: {a: x}}\n  press: next\n  fill: {a: x}\nflow: a\n"
        assert formatted(text) == (
            "flow: a\nwalk:\n  - fill: {a: x}\n    press: next\n    expect: {step: b, answers: {a: x}}\n"
        )


class TestLanguages:
    def test_in_a_flow_of_one_language_plain_words_are_in_it(self) -> None:
        text = "flowrunner: 1\nflow: a\nlanguages: [fr]\ntitle: L'eau ?\n"
        assert formatted(text).endswith("title: L’eau?\n")
        assert formatted(text.replace("[fr]", "[en]")).endswith("title: L'eau ?\n")

    def test_plain_words_in_a_flow_of_several_say_their_language(self) -> None:
        text = HEAD + "fields:\n  a:\n    type: text\n    label: L'eau ?\n    lang: {}\n"
        assert "L’eau?" in formatted(text.format("fr"))
        assert "L'eau ?" in formatted(text.format("en"))
        assert "L'eau ?" in formatted(text.replace("    lang: {}\n", ""))


class TestRefusals:
    def test_what_cannot_be_read_is_told_as_check_tells_it(self) -> None:
        found = format_file(b"a: [b\n", "flow.yaml")
        assert found.text is None
        assert [one.code for one in found.diagnostics] == ["FR101"]

    def test_a_formatter_that_goes_wrong_changes_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The fault is seeded: words that are set to other words."""
        monkeypatch.setattr(layout, "set_words", lambda characters, rules: characters + "x")
        with pytest.raises(FlowrunnerError, match="without changing what it means"):
            format_file((HEAD + "title:\n  fr: Un\n").encode(), "flow.yaml")
