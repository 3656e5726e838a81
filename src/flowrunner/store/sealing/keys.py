"""The secrets of a deployment: the master keys that wrap data keys, and the keys of digests and codes.

They stand in one file of mode 600 in the data folder, made once. A new master key is added beside the old ones and
becomes the current one; what the old ones sealed stays readable. A process that runs takes it over by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flowrunner.errors import FlowrunnerError

FILE = "secrets.json"
SIZE = 32

Stamp = tuple[int, int, int]


class NoKey(FlowrunnerError):
    """A key that something was made with is not among the deployment's keys."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by id, 32 bytes each; `current` is the id of the one for what is new. None of them is ever shown.

    `lookup` is one key that does not rotate, because digests made with it are searched for. `path` is the file that
    they were read from, as it was at `stamp`.
    """

    current: str
    masters: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)
    path: Path | None = field(default=None, repr=False, compare=False)
    stamp: Stamp | None = field(default=None, repr=False, compare=False)

    def newest(self) -> Keys:
        """The keys as their file has them now: these, unless a rotation added one."""
        if self.path is None or _stamp(self.path) in (self.stamp, None):
            return self
        return _read(self.path)

    def master(self, key_id: str) -> bytes:
        """Raises NoKey."""
        # A rotation may have begun after these keys were read, and a row may show it before the file is looked at.
        master = self.masters.get(key_id) or self.newest().masters.get(key_id)
        if master is None:
            raise NoKey(f"there is no key {key_id!r}.", where=FILE, way_out="Put the retired key back into the file.")
        return master

    def seal(self, key_id: str, message: bytes) -> bytes:
        """An HMAC-SHA256 for codes and the like: what `World.seal` gives the core. Raises NoKey."""
        return hmac.digest(self.derive(f"code:{key_id}", self.master(key_id)), message, "sha256")

    def digest(self, purpose: str, *parts: object) -> str:
        """A keyed digest (64 hex digits) by which a row is found; texts differ neither by case nor by outer spaces."""
        plain = json.dumps([purpose, *(_plain(part) for part in parts)], ensure_ascii=True).encode()
        return hmac.new(self.lookup, plain, hashlib.sha256).hexdigest()

    def derive(self, purpose: str, key: bytes | None = None) -> bytes:
        """A key of 32 bytes for one purpose."""
        return hmac.digest(key or self.lookup, f"flowrunner:{purpose}".encode(), "sha256")


def _plain(part: object) -> object:
    if isinstance(part, str):
        return part.strip().casefold()
    if isinstance(part, tuple | list):
        return [_plain(item) for item in part]
    return str(part)


def open_keys(folder: Path) -> Keys:
    """Read the keys of a data folder, or make them when there are none. Raises FlowrunnerError for a spoilt file."""
    path = folder / FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return _read(path)


def add_key(folder: Path) -> Keys:
    """Add a master key to those of a data folder and make it the current one; the others stay. Raises FlowrunnerError.

    When it returns the file is on the disk: what is wrapped with the new key can be opened after a loss of power.
    """
    with _alone(folder):
        keys = open_keys(folder)
        fresh = str(1 + max((int(key_id) for key_id in keys.masters if key_id.isdecimal()), default=0))
        masters = {**keys.masters, fresh: os.urandom(SIZE)}
        path = folder / FILE
        _draft(path, Keys(fresh, masters, keys.lookup)).replace(path)
        _settle(folder)
        return _read(path)


# --- The file -----------------------------------------------------------------------------


def _read(path: Path) -> Keys:
    stamp = _stamp(path)
    try:
        read = json.loads(path.read_text("ascii"))
        masters = {key_id: bytes.fromhex(key) for key_id, key in read["masters"].items()}
        keys = Keys(read["current"], masters, bytes.fromhex(read["lookup"]), path, stamp)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FlowrunnerError(
            "the keys cannot be read.", where=FILE, way_out="Restore the file from a backup."
        ) from error
    if keys.current not in masters:
        raise NoKey(f"there is no key {keys.current!r}.", where=FILE, way_out="Restore the file from a backup.")
    return keys


def _stamp(path: Path) -> Stamp | None:
    """What changes when the file is replaced; None while it cannot be looked at, and then what was read holds."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size


def _make(path: Path) -> None:
    draft = _draft(path, Keys("1", {"1": os.urandom(SIZE)}, os.urandom(SIZE)))
    try:
        # A link fails when another process was faster; its keys then hold.
        os.link(draft, path)
        _settle(path.parent)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, keys: Keys) -> Path:
    """A file beside `path`, for its owner only, that holds these keys."""
    draft = path.with_name(f"{FILE}.{os.getpid()}.{os.urandom(4).hex()}")
    masters = {key_id: key.hex() for key_id, key in keys.masters.items()}
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"current": keys.current, "masters": masters, "lookup": keys.lookup.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """Have the names of a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else adds a key to this folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
