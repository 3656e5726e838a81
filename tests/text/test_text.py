from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.expression.hole import Filling, compile_hole
from flowrunner.model.mistake import Mistake
from flowrunner.text.holes import Segment, split_holes
from flowrunner.text.parts import is_safe_address
from flowrunner.text.text import Text, constant_text, make_words

from .speaking import SCOPE, SPEAKER, html, plain, resolve, words


class TestMarkdown:
    def test_a_block_has_paragraphs_lists_and_headings(self) -> None:
        source = "## What next?\n\nOne **line**\nand another\n\n- a\n- b\n\n1. c\n2. d\n"
        assert html(source) == (
            "<h2>What next?</h2>\n<p>One <strong>line</strong>\nand another</p>\n"
            "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n"
        )
        assert plain(source) == "What next?\n\nOne line\nand another\n\n- a\n- b\n\n1. c\n2. d"

    def test_there_is_no_first_heading(self) -> None:
        assert html("# Title") == "<h2>Title</h2>\n"

    def test_one_line_has_no_blocks(self) -> None:
        assert html("1. not a *list*", "inline") == "1. not a <em>list</em>"
        assert plain("1. not a *list*", "inline") == "1. not a list"

    def test_links_say_where_they_lead_in_plain_words(self) -> None:
        source = "See [the site](https://example.org/a?b=1&c=2) or [a@example.org](mailto:a@example.org)."
        assert '<a href="https://example.org/a?b=1&amp;c=2">the site</a>' in html(source)
        assert plain(source) == "See the site (https://example.org/a?b=1&c=2) or a@example.org."

    @pytest.mark.parametrize(
        "source",
        [
            "<script>alert(1)</script>",
            "a <b onclick='x'>b</b>",
            "<!-- c -->",
            "<https://example.org>",
            "[x](javascript:alert(1))",
            "[x](JaVaScript:alert(1))",
            "[x](data:text/html,x)",
            "[x](//example.org)",
            "[x](&#106;avascript:alert(1))",
        ],
    )
    def test_html_and_unsafe_links_stay_characters(self, source: str) -> None:
        shown = html(source)
        assert re.sub(r"</?p>", "", shown).count("<") == 0

    def test_an_image_is_not_loaded(self) -> None:
        assert "<img" not in html("![x](https://example.org/x.png)")

    def test_nested_lists_keep_their_dashes(self) -> None:
        assert plain("- a\n  - b\n- c") == "- a\n  - b\n- c"


class TestHoles:
    def test_values_are_escaped(self) -> None:
        assert html("Hello **{{ name }}**.", name="<b>&\"'") == (
            "<p>Hello <strong>&lt;b&gt;&amp;&quot;&#x27;</strong>.</p>\n"
        )
        assert plain("Hello **{{ name }}**.", name="<b>") == "Hello <b>."

    def test_values_are_never_markdown(self) -> None:
        assert html("{{ name }} here", name="**x** [a](b)") == "<p>**x** [a](b) here</p>\n"

    def test_nothing_leaves_no_paragraph(self) -> None:
        assert html("a\n\n{{ name }}\n\nb") == "<p>a</p>\n<p>b</p>\n"
        assert plain("a\n\n{{ name }}\n\nb") == "a\n\nb"

    def test_a_paragraph_that_is_a_list_of_values_is_a_list(self) -> None:
        source = "We need:\n\n{{ colours | bullets }}\n\nSoon."
        assert html(source, colours=("red", "blue")) == (
            '<p>We need:</p>\n<ul>\n<li>Red &amp; hot</li>\n<li><span lang="fr">Bleu</span></li>\n</ul>\n<p>Soon.</p>\n'
        )
        assert plain(source, colours=("red", "blue")) == "We need:\n\n- Red & hot\n- Bleu\n\nSoon."
        assert html(source) == "<p>We need:</p>\n<p>Soon.</p>\n"

    def test_a_list_within_a_line_is_joined(self) -> None:
        assert html("{{ colours }}!", "inline", colours=("red", "blue")) == (
            'Red &amp; hot and <span lang="fr">Bleu</span>!'
        )
        assert plain("We need {{ colours | bullets }}.", colours=("red", "blue")) == "We need Red & hot and Bleu."

    def test_line_breaks_stay_in_a_block_and_go_in_a_line(self) -> None:
        assert html("To {{ name }}", name="a\r\nb\u2028c") == "<p>To a<br />\nb<br />\nc</p>\n"
        assert html("To {{ name }}", "inline", name="a\nb") == "To a b"
        assert plain("To {{ name }}", name="a\nb") == "To a\nb"
        assert plain("Subject {{ name }}", "inline", name="a\r\nBcc: x@example.org") == "Subject a Bcc: x@example.org"

    @pytest.mark.parametrize(
        ("hole", "env", "shown"),
        [
            ("number", {"number": Decimal("1.50")}, "number 1.50"),
            ("number | money", {"number": Decimal(3)}, "money 3"),
            ("born", {"born": date(2026, 3, 2)}, "date 2026-3-2"),
            ("born | plus('1 day') | date", {"born": date(2026, 3, 2)}, "date 2026-3-3"),
            ("begun", {"begun": datetime(2026, 3, 3, 3, 0, tzinfo=UTC)}, "moment 2026-03-02 22:00"),
            ("begun | date", {"begun": datetime(2026, 3, 3, 3, 0, tzinfo=UTC)}, "date 2026-3-2"),
            (
                "code.entry.expires | time",
                {"code": {"entry": {"expires": datetime(2026, 3, 3, 3, 5, tzinfo=UTC)}}},
                "time 22:05",
            ),
            ("code.entry", {"code": {"entry": {"value": "AB12"}}}, "AB12"),
            ("agreed", {"agreed": True}, "value True"),
            ("agreed", {}, "value False"),
            ("colour", {"colour": "red"}, "Red & hot"),
            ("colour", {"colour": "gone"}, "gone"),
            ("colours | length", {"colours": ("red",)}, "number 1"),
            ("name if agreed else 'nobody'", {}, "nobody"),
            ("facts.name", {}, ""),
            ("files", {"files": (type("File", (), {"name": "a.pdf"})(),)}, "a.pdf"),
            (
                "address",
                {"address": {"street": "1 Main", "unit": "2", "city": "Ottawa", "country": "CA"}},
                "2-1 Main, Ottawa, CA",
            ),
        ],
    )
    def test_values_are_shown_by_their_type(self, hole: str, env: dict[str, Any], shown: str) -> None:
        assert plain(f"{{{{ {hole} }}}}", "inline", **env) == shown

    @pytest.mark.parametrize(
        ("hole", "code"),
        [
            ("nam", "unknown_name"),
            ("name | date", "wrong_type"),
            ("colour | bullets", "wrong_type"),
            ("born | time", "wrong_type"),
            ("facts", "wrong_type"),
            ("(born | date) if agreed else name", "words_only"),
            ("born | date | upper", "words_only"),
            ("born | date('x')", "bad_arguments"),
            ("", "empty"),
        ],
    )
    def test_what_cannot_be_shown_is_a_mistake(self, hole: str, code: str) -> None:
        made = compile_hole(hole, SCOPE)
        assert not isinstance(made, Filling)
        assert isinstance(made[0], Mistake)
        assert made[0].code == code


class TestAddresses:
    def test_a_value_in_an_address_is_percent_encoded(self) -> None:
        shown = html("[x](https://example.org/{{ name }}?q={{ name }})", name='a/b?c&"<é')
        assert 'href="https://example.org/a%2Fb%3Fc%26%22%3C%C3%A9?q=a%2Fb%3Fc%26%22%3C%C3%A9"' in shown

    def test_a_value_may_be_a_whole_address(self) -> None:
        assert '<a href="https://example.org/a?b=1&amp;c">' in html(
            "[x]({{ site }})", site="https://example.org/a?b=1&c"
        )
        assert html("{{ site }}", "address", site="https://example.org/") == "https://example.org/"

    @pytest.mark.parametrize(
        "site",
        [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JAVASCRIPT:x",
            "//example.org",
            "data:x",
            "\\\\x:y",
            "java\nscript:x",
        ],
    )
    def test_an_unsafe_address_leads_nowhere(self, site: str) -> None:
        found = re.search('href="([^"]*)"', html("[x]({{ site }})", site=site))
        assert found
        assert found[1] == "#" or is_safe_address(found[1])
        assert html("{{ site }}:{{ name }}", "address", site="javascript", name="alert(1)") == "#"

    def test_a_mailbox_stays_readable(self) -> None:
        shown = html("[{{ name }}](mailto:{{ name }})", name="a+b@example.org")
        assert shown == '<p><a href="mailto:a%2Bb@example.org">a+b@example.org</a></p>\n'


class TestSplitting:
    def test_segments_know_where_they_stand(self) -> None:
        source = "a {{ b }}{{c}} d {{ e"
        assert split_holes(source) == (
            Segment("words", "a ", 0),
            Segment("hole", " b ", 4),
            Segment("hole", "c", 11),
            Segment("words", " d ", 14),
            Segment("unclosed", "{{ e", 17),
        )

    @given(st.text("ab{} ", max_size=30))
    def test_nothing_is_lost(self, source: str) -> None:
        made = "".join(f"{{{{{one.source}}}}}" if one.kind == "hole" else one.source for one in split_holes(source))
        assert made == source
        for one in split_holes(source):
            assert source[one.offset : one.offset + len(one.source)] == one.source

    def test_the_resolver_gets_the_inside_and_its_offset(self) -> None:
        seen: list[tuple[str, int]] = []

        def note(inside: str, offset: int) -> Filling:
            seen.append((inside, offset))
            return resolve(inside, offset)

        make_words("a {{ name }}, {{ name }}", "inline", note)
        assert seen == [(" name ", 4), (" name ", 16)]


class TestTexts:
    def test_a_text_speaks_each_of_its_languages(self) -> None:
        text = Text({"en": words("Hello {{ name }}", "inline"), "fr": words("Bonjour", "inline")})
        assert text.html("en", {"name": "<"}, SPEAKER) == "Hello &lt;"
        assert text.plain("fr", {}, SPEAKER) == "Bonjour"
        assert not text.is_constant("en")
        assert text.is_constant("fr")

    def test_constant_words_are_one_chunk(self) -> None:
        made = words("a **b**\n\n- c\n")
        assert len(made.html_parts) == len(made.plain_parts) == 1
        assert made.constant

    def test_a_constant_text_is_data(self) -> None:
        text = constant_text({"en": "**a** {{ b }} <c>"})
        assert text.plain("en", {}, SPEAKER) == "**a** {{ b }} <c>"
        assert text.html("en", {}, SPEAKER) == "**a** {{ b }} &lt;c&gt;"

    def test_no_text_can_hold_its_own_marks(self) -> None:
        from flowrunner.text.markdown import mark, mark_prefix

        source = "a {{ name }}"
        forged = mark(mark_prefix(source), 0)
        assert plain(f"{source} {forged}", "inline", name="x") == f"a x {forged}"
        assert plain(source, "inline", name=forged) == f"a {forged}"
