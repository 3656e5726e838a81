"""What comes of files after they were taken in: handed out to their case alone, and let go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flowrunner.store.blobs.blob_store import FileStore, FilesUnavailable
from flowrunner.store.sealing.seal import Broken
from tests.service.conftest import Clock, count
from tests.service.papers import OTHER, SCAN, Desk


class TestHandingOut:
    def test_it_comes_as_it_was_sent(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        found = desk.uploads.open(desk.case(), desk.id_of("photo"))
        assert found is not None
        assert b"".join(found.content) == SCAN

    def test_someone_elses_id_opens_nothing(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        stranger = desk.begin("stranger")
        assert stranger.id != desk.case().id
        stolen = desk.id_of("photo")
        assert desk.uploads.open(stranger, stolen) is None
        assert not desk.uploads.remove(stranger, desk.step, stolen)
        assert desk.names("photo", "stranger") == []
        assert desk.names("photo") == ["scan.pdf"]
        for made_up in ("", "0" * 32, "../x", "\x00"):
            assert desk.uploads.open(desk.case(), made_up) is None
            assert not desk.uploads.remove(desk.case(), desk.step, made_up)

    def test_a_file_of_another_step_is_not_removed_here(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        assert not desk.uploads.remove(desk.case(), desk.program.flow.steps["living"], desk.id_of("photo"))

    def test_content_that_was_tampered_with(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        (part,) = desk.files.glob("*/0")
        part.write_bytes(part.read_bytes()[:-1] + b"x")
        with pytest.raises(Broken):
            desk.uploads.open(desk.case(), desk.id_of("photo"))


class TestLettingGo:
    def test_after_a_day_what_no_case_holds_goes(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        desk.uploads.sweep(clock.now + timedelta(hours=23))
        assert desk.stored() == 1
        desk.uploads.sweep(clock.now + timedelta(hours=25))
        assert desk.stored() == 0
        assert desk.names("photo") == []
        assert count(desk.cases._context.database, "uploads") == 0

    def test_what_a_case_holds_stays(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.send_papers()
        for days in (2, 4, 400):
            desk.uploads.sweep(clock.now + timedelta(days=days))
        assert desk.stored() == 2

    def test_a_page_that_is_being_sent_gives_it_another_day(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        case = desk.case()
        clock.now += timedelta(hours=23)
        desk.uploads.touch(case, desk.step)
        desk.uploads.sweep(clock.now + timedelta(hours=2))
        assert desk.stored() == 1
        desk.uploads.sweep(clock.now + timedelta(hours=25))
        assert desk.stored() == 0

    def test_erasing_a_case_erases_its_files(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.send_papers()
        desk.begin("stranger")
        desk.take("photo", SCAN, who="stranger")
        desk.erase()
        assert count(desk.cases._context.database, "uploads") == 3
        desk.uploads.sweep(desk.cases._context.clock())
        assert desk.stored() == 1
        assert count(desk.cases._context.database, "uploads") == 1
        assert desk.names("photo", "stranger") == ["scan.pdf"]

    def test_erasing_while_the_store_is_down(self, desk: Desk, clock: Clock, tmp_path: Path) -> None:
        """The key goes at once, so what the store keeps is noise; it goes when the store is back."""
        desk.take("photo", SCAN)
        case, kept = desk.case(), desk.id_of("photo")

        class Down(FileStore):
            def delete(self, name: str) -> None:
                raise FilesUnavailable("down")

        up = desk.uploads._files
        desk.uploads._files = Down(up._opening)
        desk.erase()
        desk.uploads.sweep(clock.now)
        assert desk.stored() == 1
        assert desk.uploads.open(case, kept) is None
        desk.uploads._files = up
        desk.uploads.sweep(clock.now)
        assert desk.stored() == 0

    def test_what_was_coming_when_we_fell_is_swept(
        self, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fall(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("flowrunner.store.uploads.keep", fall)
        with pytest.raises(KeyboardInterrupt):
            desk.take("photo", SCAN)
        assert (desk.stored(), desk.names("photo")) == (1, [])
        desk.uploads.sweep(clock.now + timedelta(days=2))
        assert desk.stored() == 0
