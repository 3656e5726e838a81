from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.text.parts import Piece, ShownValue, is_safe_address
from flowrunner.text.text import Form, make_words

from .speaking import SPEAKER


@dataclass(frozen=True)
class Verbatim:
    words: str
    block: bool = False

    def show(self, env: Mapping[str, Any], formatter: object, /) -> ShownValue:
        return ShownValue((Piece(self.words),), "items" if self.block else "run")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


MARKUP = [
    '"><script>x</script>',
    "<i>",
    "javascript:alert(1)",
    "//x.org",
    "' onclick='x",
    "</p><b>",
    "**a**",
    "{{ x }}",
]
HOSTILE = st.sampled_from([*MARKUP, "](javascript:x)", "&lt;", "\0", "\ud800"]) | st.text(max_size=20)
WORDS = """
{{ ** * _ ` [a]( ) " < > a http:// mailto: ``` & \\ [ ] }} é
"""
HOLES = st.sampled_from(
    ["{{ x }}", "{{ y | z }}", "[a]({{ x }})", '[{{ x }}](/a?b={{ x }} "{{ x }}")', "\n\n{{ x }}\n\n"]
)
SNIPPETS = HOLES | st.sampled_from(["# ", "- ", "1. ", "> ", "\n", "\n\n", " ", *WORDS.split()])
SOURCES = st.tuples(st.lists(SNIPPETS, max_size=8), HOLES, st.lists(SNIPPETS, max_size=8)).map(
    lambda found: "".join([*found[0], found[1], *found[2]])
)
ALLOWED = frozenset({"p", "strong", "em", "code", "pre", "a", "ul", "ol", "li", "h2", "br", "hr", "blockquote"})
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}


class TestNothingEscapes:
    @settings(deadline=None, max_examples=400)
    @given(
        SOURCES,
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

        found = tags(value)
        assert {tag for tag, _ in found} <= ALLOWED
        for tag, attributes in found:
            assert {name for name, _ in attributes} <= ATTRIBUTES.get(tag, set())
            for name, address in attributes:
                assert name != "href" or is_safe_address(address or "")
        harmless = tags("harmless" if value else "")
        assert [tag for tag, _ in found if tag != "br"] == [tag for tag, _ in harmless if tag != "br"]
