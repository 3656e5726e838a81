"""The content of a file, sealed in numbered parts, so that neither a file nor a person's patience sets how much memory
it takes.

Each part is sealed with the file's own data key for its place: the file's name, its number and how many there are. A
part that was changed, moved, left out or taken from another file does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import BinaryIO

from flowrunner.store.blobs.blob_store import FileStore, NoFile
from flowrunner.store.sealing import seal

PART = 1024 * 1024


def new_name() -> str:
    """A name under which nothing lies, and that nobody guesses."""
    return secrets.token_hex(32)


def write(files: FileStore, name: str, key: bytes, content: BinaryIO, size: int) -> None:
    """Seal `size` bytes of `content`, read from where it stands, under a new name. Raises FilesUnavailable."""
    count = _count(size)
    remaining = size
    for number in range(count):
        part = content.read(min(PART, remaining))
        remaining -= len(part)
        files.put(name, number, seal.seal(key, part, _place(name, number, count)))
    if remaining:
        raise ValueError("the content is shorter than was said")


def read(files: FileStore, name: str, key: bytes, size: int) -> Iterator[bytes]:
    """The content of a file of `size` bytes, part by part. Raises seal.Broken and FilesUnavailable."""
    count = _count(size)
    for number in range(count):
        try:
            sealed = files.get(name, number)
        except NoFile as error:
            raise seal.Broken("what is stored is not whole.", where="files") from error
        yield seal.unseal(key, sealed, _place(name, number, count))


def _count(size: int) -> int:
    return max(1, -(-size // PART))


def _place(name: str, number: int, count: int) -> str:
    return f"files:{name}:{number}:{count}"
