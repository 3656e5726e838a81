"""A catalogue that serves what another process found sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue, UnknownVersion

FLOW = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
steps:
  one: {title: Before, next: two}
  two: {kind: end, outcome: done, title: Two}
"""


@pytest.fixture
def found(tmp_path: Path) -> Catalogue:
    (tmp_path / "small.yaml").write_text(FLOW)
    return Catalogue([tmp_path])


def bundles(found: Catalogue) -> dict[Path, str | None]:
    return {checked.path: checked.bundle.text if checked.sound else None for checked in found.checked}


class TestTaking:
    def test_it_serves_the_same_versions(self, found: Catalogue) -> None:
        taken = Catalogue(())
        taken.take(bundles(found))
        ours, theirs = taken.current("small"), found.current("small")
        assert ours is not None
        assert theirs is not None
        assert (taken.names(), ours.version) == (found.names(), theirs.version)
        assert taken.bundle("small") == found.bundle("small")

    def test_a_flow_that_is_not_sound_keeps_its_last_sound_version(self, found: Catalogue, tmp_path: Path) -> None:
        taken = Catalogue(())
        taken.take(bundles(found))
        before = taken.current("small")
        (tmp_path / "small.yaml").write_text(FLOW.replace("next: two", "next: tow"))
        found.reload()
        assert bundles(found) == {tmp_path / "small.yaml": None}
        taken.take(bundles(found))
        assert taken.current("small") == before

    def test_a_changed_flow_takes_over_and_the_old_version_runs_on(self, found: Catalogue, tmp_path: Path) -> None:
        taken = Catalogue(())
        taken.take(bundles(found))
        old = taken.current("small")
        assert old is not None
        (tmp_path / "small.yaml").write_text(FLOW.replace("Before", "After"))
        found.reload()
        taken.take(bundles(found))
        new = taken.current("small")
        assert new is not None
        assert new.version != old.version
        assert taken.program("small", old.version) is old

    def test_a_file_that_is_gone_is_served_no_more(self, found: Catalogue) -> None:
        taken = Catalogue(())
        taken.take(bundles(found))
        taken.take({})
        assert taken.names() == ()
        with pytest.raises(UnknownVersion):
            taken.bundle("small")
