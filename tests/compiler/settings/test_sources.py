"""Settings that do not fit the flows are told with file, line, column and help."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.catalogue import check_file
from flowrunner.compiler.settings.read import read_settings
from flowrunner.compiler.settings.sources import check_sources
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words

FLOW = """\
flowrunner: 1
flow: garden
languages: [en]
title: Garden
start: one
fields:
  card: {type: text, label: Card}
sources:
  people:
    asks: {number: card}
    gives: {lives_here: yes_no, status: [active, gone]}
    on_failure: {status: gone}
steps:
  one: {title: One, fields: [card], look_up: [people], next: two}
  two: {kind: end, outcome: done, title: Two}
"""
SOUND = "sources:\n  garden:\n    people:\n      connector: http\n      url: https://x.org/\n"


def other(connector: str, *lines: str) -> str:
    """The settings of another connector."""
    return "".join(
        [f"sources:\n  garden:\n    people:\n      connector: {connector}\n", *(f"      {line}\n" for line in lines)]
    )


def check(folder: Path, settings: str) -> tuple[Diagnostic, ...]:
    (folder / "garden.yaml").write_text(FLOW)
    (folder / "flowrunner.yaml").write_text(settings)
    checked = check_file(folder / "garden.yaml")
    assert checked.flow is not None
    read = read_settings(folder / "flowrunner.yaml", {"A_SECRET": "x"})
    assert read.root is not None, read.diagnostics
    return check_sources(read.root, [checked.flow], ["broken"])


class TestSettingsAgainstFlows:
    def test_sound_settings(self, tmp_path: Path) -> None:
        assert check(tmp_path, SOUND) == ()

    @pytest.mark.parametrize(
        ("settings", "found"),
        [
            ("port: 80\n", "FR002.found 1:1"),
            (SOUND.replace("garden", "gardn"), "FR002.found 1:1, FR001.unknown_flow 2:3"),
            (SOUND.replace("people", "poeple"), "FR002.found 2:3, FR001.unknown_source 3:5"),
            (SOUND + "  broken: {}\n  other: {}\n", "FR001.unknown_flow 7:3"),
            (SOUND + "sample_accounts: {gardn: a.csv}\n", "FR001.unknown_flow 6:19"),
            (
                SOUND + "calls: {garden: {poeple: {url: 'https://x.org/', secret_from: A_SECRET}}}\n",
                "FR001.unknown_source 6:18",
            ),
            (SOUND.replace("https", "http"), "FR003.url_not_encrypted 5:12"),
            (SOUND + "      match: {numbre: n}\n", "FR003.unknown_name 6:15"),
            (SOUND + "      gives:\n        colour: x\n", "FR003.unknown_name 7:9"),
            (SOUND + "      gives: {status: {path: s, values: {A: activ}}}\n", "FR003.not_a_value 6:45"),
            (SOUND + "      gives: {lives_here: {count: rows}}\n", "FR003.count 6:15, FR003.no_rows 6:15"),
            (SOUND + "      none: {lives_here: perhaps}\n", "FR003.not_of_type 6:26"),
            (SOUND + "      send: json\n", "FR003.get_with_body 6:13"),
            (SOUND + "      headers:\n        Cookie: a=b\n", "FR003.secret_in_file 7:17"),
            (other("csv", "file: none.csv", "match: {card: a}"), "FR003.unknown_name 6:15"),
            (other("fake", "otherwise: perhaps"), "FR003.not_an_answer 5:18"),
            (
                other("fake", "answers: [{given: {numbr: 1}, gives: {status: blue}}]"),
                "FR003.unknown_name 5:26, FR003.not_a_value 5:53",
            ),
        ],
    )
    def test_what_does_not_fit_is_told_where_it_stands(self, tmp_path: Path, settings: str, found: str) -> None:
        told = check(tmp_path, settings)
        places = [f"{one.message_id} {one.span.line}:{one.span.column}" for one in told]
        assert sorted(places) == sorted(found.split(", "))
        for one in told:
            assert all(one.message(words(language)) and one.help(words(language)) for language in languages())
            assert (one.level is Level.WARNING) is (one.code == "FR002")

    def test_the_likely_name_is_told(self, tmp_path: Path) -> None:
        assert [one.nearest for one in check(tmp_path, SOUND.replace("people", "poeple"))] == [None, "people"]
