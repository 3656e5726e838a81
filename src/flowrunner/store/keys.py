"""The secrets of a deployment: the master keys that wrap data keys, and the keys of digests and codes.

They stand in one file of mode 600 in the data folder, made once. A new master key is added beside the old ones and
becomes the current one; what the old ones sealed stays readable.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowrunner.errors import FlowrunnerError

FILE = "secrets.json"
SIZE = 32


class NoKey(FlowrunnerError):
    """A key that something was made with is not among the deployment's keys."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by id, 32 bytes each; `current` is the id of the one for what is new. None of them is ever shown.

    `lookup` is one key that does not rotate, because digests made with it are searched for.
    """

    current: str
    masters: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)

    def master(self, key_id: str) -> bytes:
        """Raises NoKey."""
        try:
            return self.masters[key_id]
        except KeyError:
            raise NoKey(
                f"there is no key {key_id!r}.", where=FILE, way_out="Put the retired key back into the file."
            ) from None

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
    try:
        read = json.loads(path.read_text("ascii"))
        masters = {key_id: bytes.fromhex(key) for key_id, key in read["masters"].items()}
        keys = Keys(read["current"], masters, bytes.fromhex(read["lookup"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FlowrunnerError(
            "the keys cannot be read.", where=FILE, way_out="Restore the file from a backup."
        ) from error
    keys.master(keys.current)
    return keys


def _make(path: Path) -> None:
    fresh = {"current": "1", "masters": {"1": os.urandom(SIZE).hex()}, "lookup": os.urandom(SIZE).hex()}
    draft = path.with_name(f"{FILE}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(fresh, file)
    try:
        # A link fails when another process was faster; its keys then hold.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
