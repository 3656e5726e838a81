"""Content at rest: written once, readable only whole, in order and with its key, in a folder and in a bucket."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from flowrunner.settings import Bucket
from flowrunner.store.blobs import sealed_blobs
from flowrunner.store.blobs.blob_store import FileStore, FilesUnavailable, NoFile, open_bucket, open_folder
from flowrunner.store.blobs.sealed_blobs import PART
from flowrunner.store.sealing import seal

BUCKET = "uploads"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3, with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    httpx.put(f"{address}/{BUCKET}").raise_for_status()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    if request.param == "folder":
        return open_folder(tmp_path / "files")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    bucket = Bucket(BUCKET, endpoint=request.getfixturevalue("s3"), region="us-east-1", prefix=f"test/{os.getpid()}")
    return open_bucket(bucket)


def written(files: FileStore, content: bytes, key: bytes) -> str:
    name = sealed_blobs.new_name()
    sealed_blobs.write(files, name, key, BytesIO(content), len(content))
    return name


class TestFiles:
    def test_nothing_is_written_over(self, files: FileStore) -> None:
        name = sealed_blobs.new_name()
        files.put(name, 0, b"first")
        with pytest.raises(FilesUnavailable, match="AlreadyExists"):
            files.put(name, 0, b"second")
        assert files.get(name, 0) == b"first"

    def test_deleting(self, files: FileStore) -> None:
        name, other = sealed_blobs.new_name(), sealed_blobs.new_name()
        for number in range(3):
            files.put(name, number, b"part")
        files.put(other, 0, b"other")
        files.delete(name)
        files.delete(name)
        assert files.parts(name) == []
        with pytest.raises(NoFile):
            files.get(name, 0)
        assert files.get(other, 0) == b"other"

    @pytest.mark.parametrize("size", [1, PART - 1, PART, PART + 1, 2 * PART + 7])
    def test_what_was_written_is_read(self, files: FileStore, size: int) -> None:
        content, key = os.urandom(size), seal.new_key()
        name = written(files, content, key)
        parts = list(sealed_blobs.read(files, name, key, size))
        assert b"".join(parts) == content
        assert max(map(len, parts)) <= PART
        # A few bytes are found in anything.
        assert size < 8 or content[:64] not in files.get(name, 0)


class TestSealedParts:
    """What somebody with a hand in the store can do: nothing that goes unnoticed."""

    SIZE = 2 * PART + 7

    def tampered(self, tmp_path: Path) -> tuple[FileStore, Path, str, bytes]:
        files, key = open_folder(tmp_path / "files"), seal.new_key()
        name = written(files, os.urandom(self.SIZE), key)
        return files, tmp_path / "files" / name, name, key

    def test_a_changed_byte(self, tmp_path: Path) -> None:
        files, folder, name, key = self.tampered(tmp_path)
        changed = bytearray((folder / "1").read_bytes())
        changed[PART // 2] ^= 1
        (folder / "1").write_bytes(changed)
        with pytest.raises(seal.Broken):
            list(sealed_blobs.read(files, name, key, self.SIZE))

    def test_parts_that_changed_places(self, tmp_path: Path) -> None:
        files, folder, name, key = self.tampered(tmp_path)
        (folder / "0").rename(folder / "x")
        (folder / "1").rename(folder / "0")
        (folder / "x").rename(folder / "1")
        with pytest.raises(seal.Broken):
            list(sealed_blobs.read(files, name, key, self.SIZE))

    def test_a_missing_end(self, tmp_path: Path) -> None:
        files, folder, name, key = self.tampered(tmp_path)
        (folder / "2").unlink()
        with pytest.raises(seal.Broken, match="not whole"):
            list(sealed_blobs.read(files, name, key, self.SIZE))
        # Nor does a row that says less make it whole.
        with pytest.raises(seal.Broken):
            list(sealed_blobs.read(files, name, key, 2 * PART))

    def test_another_file_or_key(self, tmp_path: Path) -> None:
        files, folder, name, key = self.tampered(tmp_path)
        other = written(files, os.urandom(self.SIZE), key)
        (folder / "0").write_bytes((folder.parent / other / "0").read_bytes())
        for tried in (key, seal.new_key()):
            with pytest.raises(seal.Broken):
                list(sealed_blobs.read(files, name, tried, self.SIZE))

    def test_content_that_is_shorter_than_was_said(self, tmp_path: Path) -> None:
        files = open_folder(tmp_path / "files")
        with pytest.raises(ValueError, match="shorter"):
            sealed_blobs.write(files, sealed_blobs.new_name(), seal.new_key(), BytesIO(b"12"), 3)


class TestPlaces:
    def test_nobody_else_looks_into_the_folder(self, tmp_path: Path) -> None:
        open_folder(tmp_path / "files")
        assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700

    def test_an_emptied_file_leaves_no_folder(self, tmp_path: Path) -> None:
        files = open_folder(tmp_path / "files")
        name = written(files, b"content", seal.new_key())
        files.delete(name)
        assert list((tmp_path / "files").iterdir()) == []

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(FilesUnavailable, match="Choose another folder"):
            open_folder(tmp_path / "file" / "files")

    def test_a_name_cannot_lead_elsewhere(self, tmp_path: Path) -> None:
        files = open_folder(tmp_path / "files")
        with pytest.raises(ValueError, match="illegal character sequence"):
            files.put("../outside", 0, b"content")
        assert not (tmp_path / "outside").exists()

    def test_a_store_that_is_down_says_nothing_of_what_it_was_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
        files = open_bucket(Bucket(BUCKET, endpoint="http://127.0.0.1:9", region="us-east-1"))
        with pytest.raises(FilesUnavailable) as caught:
            files.put("name", 0, b"content")
        assert "very-secret" not in str(caught.value)
        assert caught.value.__cause__ is None
