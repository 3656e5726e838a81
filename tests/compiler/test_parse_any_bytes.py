"""Whatever bytes are given, they end in a tree or in diagnostics that can be said; nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowrunner.compiler.nodes import Scalar, to_data, walk_nodes
from flowrunner.compiler.parse import Parsed, parse_yaml
from flowrunner.diagnostics.report import as_json, as_text

FLOW = (Path(__file__).parents[2] / "flows" / "common.yaml").read_bytes()
LINES = FLOW.splitlines(keepends=True)
BITS = [
    *(b"{", b"}", b"[", b"]", b"{{", b"}}", b": ", b":", b" #", b"#", b"- ", b"'", b'"', b"|", b">", b"*a", b"&a "),
    *(b"!t ", b"<<: ", b"\t", b"\r", b"\r\n", b"\n", b"\n\n", b"  ", b"---\n", b"...\n", b"%YAML 1.2\n", b"? ", b", "),
    *(b"\x00", b"\xff", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xf0\x9d\x84\x9e", b"\\", b"`", b"@", b"en: "),
]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(data: bytes) -> Parsed:
    """Parse, and hold what came to its promises."""
    parsed = parse_yaml(data, "f.yaml")
    assert (parsed.root is None) == any(one.level == "error" for one in parsed.diagnostics)
    texts = {"f.yaml": parsed.text}
    lines = parsed.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in parsed.diagnostics:
        assert 1 <= one.span.line <= one.span.end_line <= len(lines)
        assert 1 <= one.span.column <= len(lines[one.span.line - 1]) + 1
        assert (one.span.line, one.span.column) <= (one.span.end_line, one.span.end_column)
    for language in ("en", "fr"):
        assert as_text(parsed.diagnostics, texts, language)
    assert as_json(parsed.diagnostics, texts, "fr").encode()
    if parsed.root is not None:
        to_data(parsed.root)
        assert all(node.span.line <= node.span.end_line <= len(lines) for node in walk_nodes(parsed.root))
        assert not any(isinstance(node, Scalar) and "\x00" in node.value for node in walk_nodes(parsed.root))
    return parsed


class TestAnyBytes:
    @QUICK
    @given(st.binary(max_size=300))
    def test_bytes(self, data: bytes) -> None:
        judged(data)

    @QUICK
    @given(st.text(max_size=200))
    def test_characters(self, text: str) -> None:
        judged(text.encode("utf-8", errors="surrogatepass"))

    @QUICK
    @given(st.lists(st.sampled_from(BITS) | st.sampled_from([b"a", b"b c", b"1"]), max_size=60))
    def test_the_signs_of_yaml_in_any_order(self, bits: list[bytes]) -> None:
        judged(b"".join(bits))

    @QUICK
    @given(st.data())
    def test_a_flow_with_signs_put_in_and_taken_out(self, data: st.DataObject) -> None:
        flow = FLOW
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(flow)))
            taken = data.draw(st.integers(0, 8))
            flow = flow[:place] + data.draw(st.sampled_from(BITS)) + flow[place + taken :]
        judged(flow)

    @QUICK
    @given(st.data())
    def test_a_flow_with_lines_moved(self, data: st.DataObject) -> None:
        lines = list(LINES)
        for _ in range(data.draw(st.integers(1, 5))):
            line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
            indent = data.draw(st.sampled_from([b"", b" ", b"  ", b"    ", b"\t"]))
            lines.insert(data.draw(st.integers(0, len(lines))), indent + line)
        judged(b"".join(lines))

    @QUICK
    @given(st.integers(0, len(FLOW)))
    def test_a_flow_that_ends_too_soon(self, end: int) -> None:
        judged(FLOW[:end])

    @pytest.mark.parametrize(
        "data", [b"?", b"? ", b"a: b\n? ", b":", b"-", b"a: [?", b"{", b"---", b"%", b"'", b'"\\', b"|"]
    )
    def test_what_ends_before_it_began(self, data: bytes) -> None:
        judged(data)

    def test_the_flow_itself_is_sound(self) -> None:
        assert judged(FLOW).diagnostics == ()
