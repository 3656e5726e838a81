from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.text import (
    Form,
    Piece,
    Shown,
    is_safe_address,
    make_words,
)

from .speaking import SPEAKER


@dataclass(frozen=True)
class Verbatim:
    words: str
    block: bool = False

    def show(self, env: Mapping[str, Any], formatter: object, /) -> Shown:
        return Shown((Piece(self.words),), "items" if self.block else "run")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


HOSTILE = st.text(max_size=20) | st.sampled_from(
    [
        '"><script>',
        "javascript:alert(1)",
        "' onclick='x",
        "</p>",
        "**a**",
        "{{ x }}",
        "](javascript:x)",
        "&lt;",
        "\0",
        "\ud800",
    ]
)
WORDS = """
{{ ** * _ ` [a]( ) " < > a http:// mailto: ``` & \\ [ ] }} é
"""
SNIPPETS = st.sampled_from(
    ["{{ x }}", "{{ y | z }}", "# ", "- ", "1. ", "> ", "\n", "\n\n", " ", *WORDS.split()]
)


class TestNothingEscapes:
    @settings(deadline=None, max_examples=400)
    @given(
        st.lists(SNIPPETS, max_size=20).map("".join),
        HOSTILE,
        st.booleans(),
        st.sampled_from(["block", "inline", "address"]),
    )
    def test_what_fills_a_hole_makes_no_markup(self, source: str, value: str, block: bool, form: Form) -> None:
        def tags(filling: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
            parser = Tags()
            made = make_words(source, form, lambda inside, offset: Verbatim(filling, block))
            parser.feed(made.html({}, SPEAKER))
            made.plain({}, SPEAKER)
            return parser.found

        allowed = {
            "p",
            "strong",
            "em",
            "code",
            "pre",
            "a",
            "ul",
            "ol",
            "li",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "br",
            "hr",
            "blockquote",
        }
        found = tags(value)
        assert {tag for tag, _ in found} <= allowed
        assert [tag for tag, _ in found if tag != "br"] == [
            tag for tag, _ in tags("harmless" if value else "") if tag != "br"
        ]
        for tag, attributes in found:
            assert {name for name, _ in attributes} <= {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}.get(
                tag, set()
            )
            for name, address in attributes:
                assert name != "href" or is_safe_address(address or "")
