"""The flows of a deployment: a broken one never replaces a sound one, and old versions stay to be had."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue, UnknownVersion, check_file, flow_files
from flowrunner.compiler.bundle import NoFlow, load_bundle

FLOW = """\
flowrunner: 1
flow: {name}
languages: [en]
title: {title}
include: [shared.yaml]
start: one
steps:
  one: {{title: '{{{{ greeting }}}}', next: two}}
  two: {{kind: end, outcome: done, title: Two}}
"""
SHARED = "flowrunner: 1\npart: shared\nlanguages: [en]\ntexts: {{greeting: {word}}}\n"


def write(folder: Path, *, name: str = "small", title: str = "Small", file: str = "small.yaml") -> Path:
    path = folder / file
    _replace(path, FLOW.format(name=name, title=title))
    if not (folder / "shared.yaml").exists():
        share(folder, "Hello")
    return path


def share(folder: Path, word: str) -> None:
    _replace(folder / "shared.yaml", SHARED.format(word=word))


def _replace(path: Path, text: str) -> None:
    """Write as editors do, with a time that differs from the one before."""
    later = path.stat().st_mtime_ns + 1_000_000 if path.exists() else None
    path.write_text(text, encoding="utf-8")
    if later is not None:
        os.utime(path, ns=(later, later))


class TestCheckFile:
    def test_a_sound_flow_can_run(self, tmp_path: Path) -> None:
        checked = check_file(write(tmp_path))
        assert checked.sound
        assert checked.program is not None
        assert checked.program.version == checked.version == checked.bundle.digest

    def test_findings_name_files_as_they_are_shown(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        (tmp_path / "shared.yaml").write_text("flowrunner: 1\npart: shared\nlanguages: [en]\ntxets: {}\n")
        checked = check_file(path)
        assert not checked.sound
        assert (checked.program, checked.version) == (None, "")
        assert {one.span.file for one in checked.diagnostics} == {str(tmp_path / "shared.yaml")}
        assert str(path) in checked.texts

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NoFlow):
            check_file(tmp_path / "none.yaml")

    def test_parts_are_no_flows(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        (tmp_path / "broken.yaml").write_bytes(b"\xff\x00")
        assert flow_files(tmp_path) == (tmp_path / "broken.yaml", path)


class TestCatalogue:
    def test_holds_the_sound_flows(self, tmp_path: Path) -> None:
        write(tmp_path)
        (tmp_path / "broken.yaml").write_text("flow: broken\n")
        catalogue = Catalogue([tmp_path])
        assert catalogue.names() == ("small",)
        assert catalogue.current("broken") is None
        assert [checked.sound for checked in catalogue.checked] == [False, True]

    def test_nothing_changed_is_not_checked_again(self, tmp_path: Path) -> None:
        write(tmp_path)
        catalogue = Catalogue([tmp_path])
        before = catalogue.current("small")
        assert catalogue.reload() == ()
        assert catalogue.current("small") is before

    @pytest.mark.parametrize("what", ["flow", "part"])
    def test_a_changed_file_is_taken_over(self, tmp_path: Path, what: str) -> None:
        write(tmp_path)
        catalogue = Catalogue([tmp_path])
        before = catalogue.current("small")
        if what == "flow":
            write(tmp_path, title="Smaller")
        else:
            share(tmp_path, "Good day")
        assert [checked.sound for checked in catalogue.reload()] == [True]
        after = catalogue.current("small")
        assert before is not None
        assert after is not None
        assert after.version != before.version
        assert catalogue.program("small", before.version) is before

    def test_a_broken_flow_never_replaces_a_sound_one(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        catalogue = Catalogue([tmp_path])
        before = catalogue.current("small")
        for text in ("flow: [", "", "\x00", path.read_text().replace("two}", "nowhere}")):
            _replace(path, text)
            assert [checked.sound for checked in catalogue.reload()] == [False]
            assert catalogue.current("small") is before
            assert catalogue.serves(path)
        write(tmp_path)
        catalogue.reload()
        after = catalogue.current("small")
        assert after is not None
        assert before is not None
        assert after.version == before.version

    def test_a_missing_part_that_comes_back_is_seen(self, tmp_path: Path) -> None:
        write(tmp_path)
        (tmp_path / "shared.yaml").unlink()
        catalogue = Catalogue([tmp_path])
        assert catalogue.names() == ()
        share(tmp_path, "Hello")
        catalogue.reload()
        assert catalogue.names() == ("small",)

    def test_a_flow_whose_file_is_gone_cannot_be_started(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        catalogue = Catalogue([tmp_path])
        before = catalogue.current("small")
        path.unlink()
        catalogue.reload()
        assert catalogue.names() == ()
        assert before is not None
        assert catalogue.program("small", before.version) is before

    def test_of_two_flows_with_one_name_the_first_is_served(self, tmp_path: Path) -> None:
        first = write(tmp_path, file="a.yaml")
        second = write(tmp_path, file="b.yaml", title="Other")
        catalogue = Catalogue([tmp_path])
        assert catalogue.serves(first)
        assert not catalogue.serves(second)
        told = {checked.path: [one.message_id for one in checked.diagnostics] for checked in catalogue.checked}
        assert told == {first: [], second: ["FR305.flow"]}

    def test_a_stored_version_is_compiled_once(self, tmp_path: Path) -> None:
        write(tmp_path)
        catalogue = Catalogue([tmp_path])
        kept = catalogue.bundle("small")
        version = load_bundle(kept).digest
        asked: list[tuple[str, str]] = []

        def stored(flow: str, version: str) -> str | None:
            asked.append((flow, version))
            return kept if flow == "small" else None

        other = Catalogue([tmp_path / "none"], stored)
        assert other.names() == ()
        assert other.program("small", version).flow.title.words["en"].source == "Small"
        assert other.program("small", version) is other.program("small", version)
        assert asked == [("small", version)]
        with pytest.raises(UnknownVersion):
            other.program("large", version)

    def test_threads_share_it(self, tmp_path: Path) -> None:
        write(tmp_path)
        catalogue = Catalogue([tmp_path])

        def use(number: int) -> bool:
            if number % 3 == 0:
                write(tmp_path, title=f"Small {number}")
            catalogue.reload()
            return catalogue.current("small") is not None

        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(use, range(24)))
