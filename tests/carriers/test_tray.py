"""The tray: each mail one file that its owner alone can read."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from flowrunner.carriers.tray import Tray, sweep, tray_mail, tray_mails
from flowrunner.model.record import replace
from tests.carriers.test_mail import EN, FR, MAIL, SENDER, WRITTEN


class TestTray:
    def test_the_newest_comes_first_and_one_that_comes_twice_is_one(self, tmp_path: Path) -> None:
        tray = Tray(tmp_path / "mail", SENDER)
        newer = replace(MAIL, key="2", sections=(FR, EN), written=WRITTEN + timedelta(hours=1))
        for mail in (MAIL, newer, MAIL):
            tray.carry(mail)
        tray.rest()
        first, second = tray_mails(tmp_path / "mail")
        assert (first.subject, second.subject) == ("Votre code à six chiffres / Your code", "Your code")
        assert first.to == "person@example.org"
        assert first.written == newer.written
        assert "Voici : 123456." in first.plain
        assert "<strong>123456</strong>" in second.html
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mail").iterdir()}
        assert modes == {0o600}

    @pytest.mark.parametrize("name", ["", "../secrets", "20260302T140000-0123456789abcdef", "x/../../etc/passwd"])
    def test_only_a_mail_of_the_tray_is_read(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "secrets.eml").write_text("Subject: x\n\n")
        assert tray_mail(tmp_path / "mail", name) is None
        assert tray_mails(tmp_path / "nowhere") == []

    def test_old_ones_go(self, tmp_path: Path) -> None:
        tray = Tray(tmp_path, SENDER)
        tray.carry(MAIL)
        sweep(tmp_path, WRITTEN)
        assert len(tray_mails(tmp_path)) == 1
        sweep(tmp_path, WRITTEN + timedelta(seconds=1))
        assert tray_mails(tmp_path) == []
