"""YAML is read as characters with the place of every piece; what the language refuses is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from flowrunner.compiler import parse as parse_room
from flowrunner.compiler import yaml_errors
from flowrunner.compiler.decode import MOST_BYTES
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, at, to_data, walk_nodes
from flowrunner.compiler.parse import MOST_DEPTH, MOST_NODES, parse_yaml
from flowrunner.diagnostics.diagnostic import Diagnostic

FLOWS = sorted((Path(__file__).parents[2] / "flows").rglob("*.yaml"))


def read(text: str) -> Mapping:
    parsed = parse_yaml(text.encode(), "f.yaml")
    assert parsed.diagnostics == ()
    assert parsed.root is not None
    return parsed.root


def found(data: bytes | str) -> list[str]:
    parsed = parse_yaml(data.encode() if isinstance(data, str) else data, "f.yaml")
    return [f"{one.message_id} {one.span.line}:{one.span.column}" for one in parsed.diagnostics]


def cut(text: str, node: Node) -> str:
    """The characters of the source that a node's span covers."""
    lines = text.split("\n")
    span = node.span
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first = lines[span.line - 1][span.column - 1 :]
    last = lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])


class TestCharacters:
    @pytest.mark.parametrize(
        "value", ["on", "no", "ON", "000000", "2026-01", "012", "1e3", "null", "~", "true", "=", "0x1F"]
    )
    def test_nothing_is_resolved(self, value: str) -> None:
        assert to_data(read(f"{value}: {value}\n")) == {value: value}

    def test_quotes_and_blocks_are_kept_apart(self) -> None:
        root = read("a: b\nc: 'd'\ne: \"f\"\ng: |\n  h\ni: >\n  j\nk:\n")
        styles = [value.style for _, value in root if isinstance(value, Scalar)]
        assert styles == ["plain", "single", "double", "literal", "folded", "plain"]
        assert [value.empty for _, value in root if isinstance(value, Scalar)] == [False] * 5 + [True]

    def test_a_byte_order_mark_is_no_character(self) -> None:
        parsed = parse_yaml(b"\xef\xbb\xbfflow: tea\n", "f.yaml")
        assert parsed.root is not None
        assert parsed.root.entries[0][0].span.column == 1
        assert parsed.text == "flow: tea\n"

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_end_of_line(self, end: str) -> None:
        parsed = parse_yaml(end.join(["a: b", "c:", "  d: |", "    e", "    f", "g: h", ""]).encode(), "f.yaml")
        assert parsed.root is not None
        assert to_data(parsed.root) == {"a": "b", "c": {"d": "e\nf\n"}, "g": "h"}
        assert parsed.root.entries[2][0].span.line == 6

    @pytest.mark.parametrize("data", [b"a: \xff\n", b"a: \xed\xa0\x80\n", b"\xc0\x80: b\n", "é: b\n".encode("latin-1")])
    def test_what_is_not_utf8_is_refused_at_its_place(self, data: bytes) -> None:
        assert [one.split()[0] for one in found(data)] == ["FR106.not_utf8"]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
    def test_another_unicode_is_refused(self, encoding: str) -> None:
        mark = "\ufeff" if encoding.endswith("be") else ""
        data = f"{mark}a: b\n".encode(encoding)
        assert found(data) == ["FR106.utf16 1:1"]

    @pytest.mark.parametrize(
        "character", ["\x01", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\x0b", "\x0c"]
    )
    def test_invisible_characters_are_refused(self, character: str) -> None:
        assert found(f"a: b\nc: d{character}e\n") == ["FR106.control 2:5"]

    def test_a_file_of_control_characters_has_few_findings(self) -> None:
        assert len(found("a\x01" * 5_000)) == 20


class TestSpans:
    SOURCE = (
        "a: plain text  # comment\n"
        "b: 'it''s'\n"
        "list:\n"
        "  - one\n"
        "  - {two: [x, y], three: 'z'}\n"
        "\n"
        "block: |\n"
        "  first\n"
        "\n"
        "  last\n"
        "\n"
        "long: several\n"
        "  lines\n"
        "none:\n"
        "end: é日本𝄞 x"
    )

    @pytest.mark.parametrize(
        ("path", "piece"),
        [
            (["a"], "plain text"),
            (["b"], "'it''s'"),
            (["list"], "- one\n  - {two: [x, y], three: 'z'}"),
            (["list", 0], "one"),
            (["list", 1], "{two: [x, y], three: 'z'}"),
            (["list", 1, "two"], "[x, y]"),
            (["list", 1, "two", 1], "y"),
            (["block"], "|\n  first\n\n  last"),
            (["long"], "several\n  lines"),
            (["none"], ""),
            (["end"], "é日本𝄞 x"),
        ],
    )
    def test_a_span_covers_what_was_written(self, path: list[str | int], piece: str) -> None:
        assert cut(self.SOURCE, at(read(self.SOURCE), path)) == piece

    def test_a_key_has_its_own_span(self) -> None:
        key = read(self.SOURCE).key("block")
        assert key is not None
        assert cut(self.SOURCE, key) == "block"

    def test_a_block_at_the_end_ends_with_its_last_line(self) -> None:
        for text in ("a: |\n  b", "a: |\n  b\n", "a: |\n  b\n\n\n", "a: |+\n  b\n\n"):
            assert cut(text, at(read(text), ["a"])).endswith("\n  b")

    @pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
    def test_every_piece_of_our_flows_is_where_its_span_says(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        root = read(text)
        lines = text.split("\n")
        for node in walk_nodes(root):
            assert (node.span.line, node.span.column) <= (node.span.end_line, node.span.end_column)
            assert node.span.end_line <= len(lines)
            if isinstance(node, Scalar) and node.plain and node.span.line == node.span.end_line:
                assert cut(text, node) == node.value


class TestNodes:
    def test_a_mapping_finds_its_keys(self) -> None:
        root = read("a: b\nc: [d, e]\n")
        assert root.keys == ("a", "c")
        assert "a" in root
        assert "b" not in root
        assert root.get("nothing") is None
        assert root.key("nothing") is None
        assert isinstance(root.get("c"), Sequence)
        assert len(root) == 2

    def test_a_path_that_leads_nowhere_stops_on_the_way(self) -> None:
        root = read("a: {b: [c]}\n")
        assert to_data(at(root, ["a", "x", "y"])) == {"b": ["c"]}
        assert to_data(at(root, ["a", "b", 7])) == ["c"]
        assert to_data(at(root, ["a", "b", 0, "z"])) == "c"

    def test_walking_gives_keys_and_values_in_the_order_of_the_file(self) -> None:
        values = [node.value for node in walk_nodes(read("a: b\nc: [d, {e: f}]\ng: h\n")) if isinstance(node, Scalar)]
        assert values == list("abcdefgh")

    def test_nodes_are_values(self) -> None:
        assert read("a: [b]\n") == read("a: [b]\n")
        assert hash(read("a: [b]\n")) == hash(read("a: [b]\n"))


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("", "FR108.empty 1:1"),
            ("# only a comment\n\n", "FR108.empty 1:1"),
            ("---\n", "FR108.not_a_mapping 2:1"),
            ("- a\n", "FR108.not_a_mapping 1:1"),
            ("tea\n", "FR108.not_a_mapping 1:1"),
            ("a: b\n---\nc: d\n", "FR108.several 2:1"),
            ("a: &x b\n", "FR103.anchor 1:4"),
            ("a: &x [b]\n", "FR103.anchor 1:4"),
            ("a: *x\n", "FR103.alias 1:4"),
            ("<<: {a: b}\n", "FR103.merge 1:1"),
            ("a: !!python/object:os.system b\n", "FR103.tag 1:4"),
            ("%TAG ! tag:example.org,2026:\n---\na: b\n", "FR103.tag 1:1"),
            ("a: b\nc: d\na: e\n", "FR102.found 3:1"),
            ("x: {a: b, a: c}\n", "FR102.found 1:11"),
            ('a: "b\\qc"\n', "FR101.escape 1:6"),
            ("a: [b, c\n", "FR101.bracket 1:9"),
            ("a: {b: c\n", "FR101.brace 1:9"),
            ("a: |x\nb: c\n", "FR107.start 1:4"),
            ("a:\n   b: c\n  d: e\n", "FR101.no_key 3:3"),
            ("a: b\n  c: d\n", "FR101.under_text 2:4"),
            ("[a]: b\n", "FR101.key_not_a_word 1:1"),
        ],
    )
    def test_is_told_at_its_place(self, text: str, what: str) -> None:
        assert found(text) == [what]
        assert parse_yaml(text.encode(), "f.yaml").root is None

    def test_a_duplicate_names_the_line_of_the_first(self) -> None:
        (one,) = parse_yaml(b"a: b\n\n'a': c\n", "f.yaml").diagnostics
        assert one.values["line"] == "1"
        assert one.related[0].span.line == 1

    def test_all_are_found_at_once(self) -> None:
        text = "a: &x b\nc: *x\na: d\ne: !t f\n<<: g\n"
        assert [one.split(".")[0] for one in found(text)] == ["FR103", "FR103", "FR102", "FR103", "FR103"]

    @pytest.mark.parametrize("version", ["1.1", "1.2"])
    def test_the_line_that_says_the_version_of_yaml_is_allowed(self, version: str) -> None:
        assert to_data(read(f"%YAML {version}\n---\na: b\n")) == {"a": "b"}


class TestLimits:
    def test_a_large_file_is_not_read(self) -> None:
        assert found(b"a: " + b"b" * MOST_BYTES) == ["FR104.bytes 1:1"]

    def test_a_file_at_the_limit_is_read(self) -> None:
        assert found(b"a: " + b"b" * (MOST_BYTES - 4) + b"\n") == []

    def test_too_many_values_are_refused(self) -> None:
        assert [one.split()[0] for one in found("a: [" + "b," * MOST_NODES + "]\n")] == ["FR104.nodes"]

    @pytest.mark.parametrize("depth", [MOST_DEPTH + 1, 300, 100_000])
    def test_bottomless_nesting_is_refused(self, depth: int) -> None:
        assert [one.split()[0] for one in found("a: " + "[" * depth)] == ["FR105.found"]
        assert [one.split()[0] for one in found("a: " + "{b: " * min(depth, 100_000))] == ["FR105.found"]

    def test_bottomless_lines_are_refused(self) -> None:
        assert [one.split()[0] for one in found("\n".join(" " * n + "a:" for n in range(200)))] == ["FR105.found"]
        assert [one.split()[0] for one in found("a:\n" + "- " * 5_000)] == ["FR105.found"]

    def test_nesting_within_the_limit_is_read(self) -> None:
        inner = MOST_DEPTH - 2
        assert found("a: " + "[" * inner + "]" * inner + "\n") == []

    def test_a_bomb_of_aliases_never_goes_off(self) -> None:
        lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
        assert {one.split(".")[0] for one in found("\n".join(lines))} == {"FR103"}

    def test_findings_have_an_end(self) -> None:
        assert len(found("".join("a: b\n" for _ in range(3_000)))) == 100

    def test_many_slips_are_not_looked_for_forever(self) -> None:
        assert 1 <= len(found("".join(f"k{n}: a: b\n" for n in range(20_000)))) <= 20


class TestPureReader:
    """Where the fast reader was not built, the slow one finds the same."""

    @pytest.fixture(autouse=True)
    def _pure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parse_room, "_LOADER", yaml.SafeLoader)
        monkeypatch.setattr(yaml_errors, "_LOADER", yaml.SafeLoader)

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("a: Note: x\nb: 'c\n", ["FR107.colon 1:4", "FR107.open_quote 2:4"]),
            ("a: @b\nc: {d: e, f, g: h}\n", ["FR107.start 1:4", "FR107.braces 2:11"]),
            ("a: [b\n", ["FR101.bracket 2:1"]),
            ("a: *x\n", ["FR103.alias 1:4"]),
            ("a: " + "[" * 500, ["FR105.found 1:63"]),
        ],
    )
    def test_finds_the_same(self, text: str, what: list[str]) -> None:
        told = found(text)
        assert [one.split()[0] for one in told] == [one.split()[0] for one in what]

    def test_reads_the_same(self) -> None:
        text = FLOWS[0].read_text(encoding="utf-8")
        pure = parse_yaml(text.encode(), "f.yaml").root
        assert pure is not None
        assert to_data(pure) == yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (only characters)


class TestSaid:
    def test_each_finding_can_be_said_in_both_languages(self) -> None:
        from flowrunner.diagnostics.report import as_text

        texts = ["a: [b\n", "a: Note: b\n", "- a\n", "a: b\na: c\n", "a: \x01\n", "a: " + "[" * 99]
        every: list[Diagnostic] = [one for text in texts for one in parse_yaml(text.encode(), "f.yaml").diagnostics]
        for language in ("en", "fr"):
            assert as_text(every, {"f.yaml": ""}, language).count("FR10") == len(every) == len(texts)
