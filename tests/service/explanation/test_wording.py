"""A case in words: golden texts in both languages, and nothing that somebody typed unless it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flowrunner.i18n.translations import languages
from flowrunner.model.case import Value
from flowrunner.service.explanation.wording import Told, explanation_text
from tests.explaining import SCENARIOS, explained

GOLDEN = Path(__file__).parent / "golden"
# Approved at once; refused on standing, on the first page and at the end; four rounds; out of time; another domain.
TOLD = [
    ("registration", "review_a_one_match"),
    ("registration", "standing_hard_stop"),
    ("registration", "standing_hard_stop_at_review"),
    ("registration", "review_c_three_rounds_of_documents"),
    ("registration", "expired_after_account"),
    ("jardin", "question_et_refus"),
]


def written(told: tuple[Told, ...]) -> str:
    """What is told, with the line of a rule in words: its number changes with every edit above it."""
    lines = []
    for number, one in enumerate(told, 1):
        lines.append(f"{number}. {one.at}. {one.words}")
        for note in one.notes:
            place = f"{note.span.file}:{note.span.line}"
            words = note.words.replace(place, note.span.file) if note.span.file else note.words
            lines.append("  " * (note.depth + 1) + words + (f" | {note.line}" if note.kind == "rule" else ""))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("flow", "name"), TOLD, ids=[name for _, name in TOLD])
class TestGolden:
    def test_a_case_is_told_as_written(self, flow: str, name: str, language: str, tmp_path: Path) -> None:
        golden = GOLDEN / f"{flow}.{name}.{language}.txt"
        now = tmp_path / golden.name
        now.write_text(written(explanation_text(explained(flow, name)[0], language)), encoding="utf-8")
        same = golden.is_file() and golden.read_text("utf-8") == now.read_text("utf-8")
        assert same, f"another text is told now; if it is right: cp {now} {golden}"


class TestEveryBranch:
    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("name", [name for flow, name in SCENARIOS if flow == "registration"])
    def test_it_has_a_sentence_with_the_place_of_its_rule(self, name: str, language: str) -> None:
        """That each branch of the flow is among them, a test of `runtime` says."""
        for one in explanation_text(explained("registration", name)[0], language):
            if one.sentence.branch is not None:
                (rule,) = (note for note in one.notes if note.kind == "rule")
                assert f"registration.yaml:{one.sentence.span.line}" in rule.words
                assert rule.line
                assert one.words.endswith(".")

    @pytest.mark.parametrize(("flow", "name"), SCENARIOS, ids=[name for _, name in SCENARIOS])
    def test_each_language_says_the_same_things(self, flow: str, name: str) -> None:
        english, french = (explanation_text(explained(flow, name)[0], language) for language in ("en", "fr"))
        assert [[(n.kind, n.name, n.span) for n in one.notes] for one in english] == [
            [(n.kind, n.name, n.span) for n in one.notes] for one in french
        ]
        if flow != "jardin":
            assert all(one.words != other.words for one, other in zip(english, french, strict=True))

    def test_a_flow_of_one_language_is_quoted_in_it(self) -> None:
        told = explanation_text(explained("jardin", "question_et_refus")[0], "en")
        assert told[0].words == "The case began at “Demander une parcelle de jardin”."


class TestWhatWasTyped:
    TYPED = re.compile(
        r"person@example\.org|54321B|R000123|P123456789|Tremblay|Léa|613.555.014|Main Street|letter\.pdf"
    )

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("name", [name for flow, name in SCENARIOS if flow == "registration"])
    def test_it_is_not_told(self, name: str, language: str) -> None:
        found = explained("registration", name)[0]
        text = written(explanation_text(found, language))
        assert self.TYPED.findall(text) == []
        # Nor any other answer that is of some length and was not also the author's own word.
        own = "\n".join(found.sources.values())
        assert [
            value for value in _texts(found.case.trail + found.case.path) if value not in own and value in text
        ] == []

    def test_it_is_told_where_it_is_asked_for(self) -> None:
        text = written(
            explanation_text(explained("registration", "review_c_three_rounds_of_documents")[0], "en", answers=True)
        )
        assert "Email address: person@example.org" in text
        assert "Asked with (Regulatory body: Law Society of Ontario; Membership number: 54321B)." in text
        assert "letter.pdf" in text
        assert "four words in the rain" not in text

    def test_free_words_of_a_source_are_not_told_either(self) -> None:
        found = explained("jardin", "question_et_refus")[0]
        assert "Zoé Lavoie" not in written(explanation_text(found, "fr"))
        assert "Zoé Lavoie" in written(explanation_text(found, "fr", answers=True))


def _texts(visits: tuple[object, ...]) -> Iterator[str]:
    for visit in visits:
        for value in getattr(visit, "answers", {}).values():
            yield from _of_value(value)


def _of_value(value: Value) -> Iterator[str]:
    if isinstance(value, str) and len(value) > 3:
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _of_value(part)
