"""Words in each language, shared words in place, holes."""

from __future__ import annotations

from flowrunner.model.expression.hole import Filling
from flowrunner.text.text import LocalizedText
from tests.compiler.bind.writing import flow_of, found


def holes(words: LocalizedText) -> list[str]:
    return [fill.expression.source.strip() for fill in words.fills if isinstance(fill, Filling)]


class TestTexts:
    def test_plain_string_is_the_same_in_every_language(self) -> None:
        title = flow_of("", languages="en, fr").title
        assert title.words["en"] is title.words["fr"]
        assert title.words["en"].source == "Test"

    def test_missing_and_empty_languages_have_no_words(self) -> None:
        flow = flow_of(
            """
            fields:
              a:
                type: text
                label:
                  en: Yes
              b:
                type: text
                label:
                  en:
                  fr: Oui
            """,
            languages="en, fr",
        )
        assert set(flow.fields["a"].label.words) == {"en"}
        assert set(flow.fields["b"].label.words) == {"fr"}

    def test_shared_words_are_in_place_before_markdown_is_read(self) -> None:
        flow = flow_of(
            """
            texts:
              site:
                en: https://example.org/
                fr: https://example.org/fr
              library: the {{ kind }}
              kind:
                en: '*library*'
                fr: '*bibliothèque*'
            fields: {book: {type: text, label: 'From [{{ library }}]({{ site }})'}}
            """,
            languages="en, fr",
        )
        label = flow.fields["book"].label
        assert label.words["en"].constant
        assert "https://example.org/fr" in str(label.words["fr"].html_parts[0])
        assert "<em>library</em>" in str(label.words["en"].html_parts[0])

    def test_holes_of_shared_words_are_those_of_the_text(self) -> None:
        flow = flow_of(
            """
            texts: {greeting: 'Hello {{ name }}'}
            fields: {name: {type: text, label: Name}, other: {type: text, label: '{{ greeting }} of {{ name }}'}}
            """
        )
        assert holes(flow.fields["other"].label.words["en"]) == ["name", "name"]

    def test_example_shows_the_first_valid_one(self) -> None:
        flow = flow_of(
            "fields: {a: {type: text, label: A, hint: 'Like {{ example }}', examples: {valid: [{a: x, value: B*2}]}}}"
        )
        hint = flow.fields["a"].hint
        assert hint is not None
        (fill,) = hint.words["en"].fills
        assert isinstance(fill, Filling)
        assert fill.expression.evaluate({}) == "B*2"

    def test_words_know_where_they_stand(self) -> None:
        label = (
            flow_of("fields:\n  a:\n    type: text\n    label:\n      en: Yes\n      fr: Oui\n", languages="en, fr")
            .fields["a"]
            .label
        )
        assert (label.words["fr"].span.line, label.words["fr"].span.column) == (11, 11)

    def test_note_and_language_stand_beside(self) -> None:
        flow = flow_of(
            """
            fields:
              a: {type: text, label: Barreau du Québec, lang: fr}
              b:
                type: text
                label:
                  en: Lead
                  note: The metal
            """
        )
        assert flow.fields["a"].label.lang == "fr"
        assert flow.fields["b"].label.note == "The metal"

    def test_blocks_are_read_as_blocks_and_links_as_lines(self) -> None:
        flow = flow_of(
            """
            steps:
              only:
                kind: end
                outcome: over
                title: T
                content:
                  - text: One
                    lang: fr
                  - notice: {kind: warning, text: Two}
                  - link: {address: 'https://example.org/', text: '*Three*'}
            """
        )
        text, notice, link = flow.steps["only"].content
        assert (text.kind, notice.kind, link.kind) == ("text", "notice", "link")
        assert text.content.words["en"].html_parts == ("<p>One</p>\n",)
        assert text.content.lang == "fr"
        assert notice.content.kind == "warning"
        assert link.content.text.words["en"].html_parts == ("<em>Three</em>",)

    def test_slip_in_shared_words_is_told_where_it_stands_once(self) -> None:
        body = """
        texts: {hello: 'Hello {{ nmae }}'}
        fields: {name: {type: text, label: '{{ hello }}'}, other: {type: text, label: '{{ hello }}'}}
        """
        assert found(body) == ["FR301.unknown_name nmae"]

    def test_unused_words_of_a_part_may_read_what_this_flow_lacks(self) -> None:
        part = "flowrunner: 1\npart: p\nlanguages: [en]\ntexts: {hello: 'Hello {{ nmae }}'}\n"
        assert found("include: [part.yaml]\n", part=part) == []
        used = "include: [part.yaml]\nfields: {name: {type: text, label: '{{ hello }}'}}\n"
        assert found(used, part=part) == ["FR301.unknown_name nmae"]
