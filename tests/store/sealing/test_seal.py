"""What is sealed opens in its own row, with its own key, and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from flowrunner.errors import FlowrunnerError
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.keys import FILE, Keys, NoKey, open_keys


class TestSeal:
    def test_another_row_cannot_open_it(self) -> None:
        key = seal.new_key()
        sealed = seal.seal(key, b"answers", "cases:1")
        assert seal.unseal(key, sealed, "cases:1") == b"answers"
        with pytest.raises(seal.Broken):
            seal.unseal(key, sealed, "cases:2")

    def test_a_changed_byte_is_refused(self) -> None:
        key = seal.new_key()
        sealed = bytearray(seal.seal(key, b"answers", "cases:1"))
        for at in (0, 20, len(sealed) - 1):
            spoilt = bytes(byte ^ (position == at) for position, byte in enumerate(sealed))
            with pytest.raises(seal.Broken):
                seal.unseal(key, spoilt, "cases:1")

    def test_the_master_key_rotates(self, keys: Keys) -> None:
        wrapped = seal.wrap(keys, b"k" * 32, "cases:1")
        rotated = Keys("2", {**keys.masters, "2": b"n" * 32}, keys.lookup)
        again = seal.rewrap(rotated, wrapped, "cases:1")
        assert seal.unwrap(rotated, again, "cases:1") == b"k" * 32
        only_new = Keys("2", {"2": b"n" * 32}, keys.lookup)
        assert seal.unwrap(only_new, again, "cases:1") == b"k" * 32
        with pytest.raises(NoKey):
            seal.unwrap(only_new, wrapped, "cases:1")

    def test_a_wrapped_key_belongs_to_its_row(self, keys: Keys) -> None:
        wrapped = seal.wrap(keys, b"k" * 32, "cases:1")
        with pytest.raises(seal.Broken):
            seal.unwrap(keys, wrapped, "cases:2")


class TestKeys:
    def test_they_are_made_once_and_for_the_owner_only(self, tmp_path: Path) -> None:
        first = open_keys(tmp_path / "data")
        assert open_keys(tmp_path / "data") == first
        assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
        assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]

    def test_a_spoilt_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text("{}")
        with pytest.raises(FlowrunnerError, match="cannot be read"):
            open_keys(tmp_path)

    def test_nothing_of_them_is_shown(self, keys: Keys) -> None:
        assert keys.lookup.hex() not in repr(keys)
        assert "masters" not in repr(keys)

    def test_a_digest_tells_purposes_and_parts_apart(self, keys: Keys) -> None:
        assert keys.digest("a", "b", "c") != keys.digest("a", "bc", "")
        assert keys.digest("a", "b") != keys.digest("b", "b")
        assert keys.digest("a", ["b"], ["c"]) != keys.digest("a", ["b", "c"], [])
        assert keys.digest("a", " Person@Example.org ") == keys.digest("a", "person@example.org")
        assert keys.digest("a", "\ud800")
