"""Where the content of uploads lies: a folder of the deployment, or a bucket that speaks S3.

This file knows parts and their bytes alone; `sealed_blobs` says what they hold. A part is written once and never over
another: names are random, and the store is told to refuse what is there already.

The library is large: it is loaded when the first part is touched, which most deployments' processes never do.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flowrunner.errors import FlowrunnerError
from flowrunner.settings import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from obstore.store import ObjectStore

# The person waits: what a store cannot do in this time is told to them, and they try again.
_PATIENCE = timedelta(seconds=20)
_RETRIES = 3


class FilesUnavailable(FlowrunnerError):
    """The store of files did not do what it was asked; nothing that was there is lost by that."""


class NoFile(FlowrunnerError):
    """There is no such part."""


class FileStore:
    """Parts of files, each under `<name>/<number>`. Safe for threads. `opening` gives the store when it is needed."""

    def __init__(self, opening: Callable[[], ObjectStore], folder: Path | None = None) -> None:
        self._opening = opening
        self._folder = folder

    @cached_property
    def _store(self) -> ObjectStore:
        return self._opening()

    def put(self, name: str, number: int, content: bytes) -> None:
        """Write one part, on the disk before this returns. Raises FilesUnavailable, also when it is there already."""
        import obstore

        path = f"{name}/{number}"
        with _translated():
            obstore.put(self._store, path, content, mode="create")
            if self._folder is not None:
                _make_last(self._folder / path)

    def get(self, name: str, number: int) -> bytes:
        """Raises NoFile and FilesUnavailable."""
        import obstore

        with _translated():
            return bytes(obstore.get(self._store, f"{name}/{number}").bytes())

    def delete(self, name: str) -> None:
        """Delete all parts of a file; none is no error. Raises FilesUnavailable."""
        import obstore

        with _translated():
            for number in self.parts(name):
                try:
                    obstore.delete(self._store, f"{name}/{number}")
                except FileNotFoundError:
                    # Another sweep was faster.
                    continue

    def parts(self, name: str) -> list[str]:
        """The numbers of the parts that are there. Raises FilesUnavailable."""
        import obstore

        with _translated():
            paths = [meta["path"] for batch in obstore.list(self._store, name) for meta in batch]
        return [path.rpartition("/")[2] for path in paths]


def open_folder(folder: Path) -> FileStore:
    """A folder of this machine, made when it is missing; nobody else can look into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FilesUnavailable(
            f"{error.strerror}.", where=str(folder), way_out="Choose another folder under `files`."
        ) from None
    return FileStore(lambda: _local(folder), folder)


def _local(folder: Path) -> ObjectStore:
    from obstore.store import LocalStore

    return LocalStore(folder, automatic_cleanup=True)


def open_bucket(bucket: Bucket) -> FileStore:
    """A bucket. Credentials come from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role."""
    return FileStore(lambda: _remote(bucket))


def _remote(bucket: Bucket) -> ObjectStore:
    from obstore.store import S3Store

    plain = bucket.endpoint.startswith("http://")
    settings = {"endpoint": bucket.endpoint, "region": bucket.region}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config={key: value for key, value in settings.items() if value},  # type: ignore[arg-type]
        client_options={"allow_http": plain, "timeout": _PATIENCE, "connect_timeout": timedelta(seconds=5)},
        retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
    )


@contextmanager
def _translated() -> Iterator[None]:
    """The store's own exceptions hold addresses, names and what it was sent: none of that is passed on."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise NoFile("a file that should be there is missing.", where="files") from None
    except (BaseError, OSError) as error:
        raise FilesUnavailable(
            f"the store of files did not answer as it should ({type(error).__name__}).",
            where="files",
            way_out="See that it can be reached and has room.",
        ) from None


def _make_last(path: Path) -> None:
    """Let the part and the entry of its folder outlive a loss of power."""
    for place in (path, path.parent, path.parent.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
