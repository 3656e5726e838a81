"""A message of a flow becomes a letter in the language of the person; what was typed stays words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any, ClassVar

import pytest

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.report import as_text
from flowrunner.i18n.words import words
from flowrunner.model.case import Actor, World
from flowrunner.model.flow import Flow
from flowrunner.runtime.environment import reading
from flowrunner.scenarios.surroundings import fake_seal
from flowrunner.service.mail.letters import letter_html, letter_pdf
from tests.explaining import explained
from tests.letters.pdf_ua import faults
from tests.letters.reading import boxes, read_out

# Late in the evening in Toronto it is the next day in UTC already.
EVENING = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
FLOW = """\
    flowrunner: 1
    flow: small
    languages: [en, fr]
    title:
      en: Small
      fr: Petit
    start: one
    time_zone: America/Toronto
    fields:
      note: {type: long_text, label: Note}
    messages:
      plain:
        by: [letter]
        subject:
          en: A letter
          fr: Une lettre
        body:
          en: |
            {{ note }}
          fr: |
            {{ note }}
      dated:
        by: [letter]
        subject:
          en: A letter
          fr: Une lettre
        body:
          en: |
            {{ today | date }}, about {{ case.reference }}: until {{ today | plus('30 days') | date }}.
          fr: |
            Le {{ today | date }}, dossier {{ case.reference }}. Jusqu’au {{ today | plus('30 days') | date }}.
      later:
        by: [letter]
        subject:
          en: A letter
          fr: Une lettre
        body:
          en: |
            Until {{ today | plus('30 days') | date }}.
          fr: |
            Jusqu’au {{ today | plus('30 days') | date }}.
    steps:
      one:
        title:
          en: One
          fr: Un
        fields: [note]
        next: {do: [submit, {send: plain}], go: two}
      two:
        kind: end
        outcome: done
        title:
          en: Two
          fr: Deux
"""


@pytest.fixture(scope="module")
def flow() -> Flow:
    made = compile_flow({"flow.yaml": dedent(FLOW).encode()}, "flow.yaml")
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return made.flow


def page(flow: Flow, message: str, language: str = "en", **values: Any) -> str:
    env = {"today": date(2026, 3, 2), "case": {"reference": "ABCDE-12345"}, **values}
    return letter_html(
        flow, flow.messages[message], language, env, written=EVENING, reference="ABCDE-12345", sender="Us"
    )


class TestLetters:
    def test_it_has_the_day_in_the_zone_of_the_flow_and_the_reference(self, flow: Flow) -> None:
        day = words("fr").format.date(date(2026, 3, 2))
        made = page(flow, "plain", "fr", note="Merci.")
        assert f"<p>Le {day}</p><p>Numéro de référence\xa0: ABCDE-12345</p>" in made
        assert "<p>Merci.</p>" in made

    def test_what_the_author_wrote_is_not_said_again(self, flow: Flow) -> None:
        made = page(flow, "dated")
        assert made.count(words("en").format.date(date(2026, 3, 2))) == 1
        # Once in the words, once in the title of the window.
        assert made.count("ABCDE-12345") == 2

    def test_a_day_that_follows_from_today_is_not_the_day_of_the_letter(self, flow: Flow) -> None:
        made = page(flow, "later")
        assert words("en").format.date(date(2026, 3, 2)) in made
        assert words("en").format.date(date(2026, 4, 1)) in made

    def test_a_language_that_the_flow_lacks_becomes_its_first(self, flow: Flow) -> None:
        assert '<html lang="en">' in page(flow, "plain", "iu", note="x")

    def test_what_was_typed_is_words(self, flow: Flow, tmp_path: Path) -> None:
        note = '<b>no</b> {{ case.reference }} **x** <img src="http://127.0.0.1:9/x">\nsecond line \N{WAVING HAND SIGN}'
        made = page(flow, "plain", note=note)
        assert "<b>" not in made
        assert "<img" not in made
        assert '<b>no</b> {{ case.reference }} **x** <img src="http://127.0.0.1:9/x"> second line' in read_out(
            letter_pdf(made), tmp_path
        )

    def test_a_note_of_a_thousand_lines_fits_on_pages(self, flow: Flow) -> None:
        written = letter_pdf(page(flow, "plain", note="\n".join(f"line-{n}" for n in range(1000))))
        sheets, found = boxes(written)
        assert [word.words for word in found if word.words.startswith("line-")] == [f"line-{n}" for n in range(1000)]
        assert all(word.right <= sheets[word.page].width and word.bottom <= sheets[word.page].height for word in found)

    @pytest.mark.parametrize("typed", ["\x00", "\ud800", "\u202e", "", " ", "\x0c", "a" * 20_000])
    def test_whatever_is_typed_gives_a_letter(self, flow: Flow, typed: str) -> None:
        assert faults(letter_pdf(page(flow, "plain", note=typed))) == []


class TestLetterOfRegistration:
    SAID: ClassVar[dict[str, str]] = {
        "en": "We have read your enrolment request. To continue, we need: • Another photo ID • Another document",
        "fr": "Nous avons lu votre demande d’inscription. Pour continuer, il nous faut : "
        "• Une autre pièce d’identité avec photo • Un autre document",
    }

    @pytest.mark.parametrize("language", SAID)
    def test_the_request_letter(self, language: str, tmp_path: Path) -> None:
        found, _ = explained("registration", "review_c_two_rounds_of_documents")
        world = World(EVENING, b"0" * 16, fake_seal)
        env = {**reading(found.program, found.case, Actor(), world), "documents_wanted": ("photo_id", "other")}
        flow = found.program.flow
        made = letter_html(
            flow, flow.messages["request_letter"], language, env, written=EVENING, reference=found.case.reference
        )
        written = letter_pdf(made)
        told = read_out(written, tmp_path)
        assert faults(written) == []
        assert self.SAID[language] in told
        assert "Léa Tremblay" in told
        assert told.count(str(found.case.reference)) == 1
