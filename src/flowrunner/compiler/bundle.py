"""A flow with all that it includes: read from disk, kept as one canonical text, named by its digest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from flowrunner.compiler.bind.sections import scalars_of
from flowrunner.compiler.decode import MOST_BYTES
from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Scalar
from flowrunner.compiler.parse import parse_yaml
from flowrunner.errors import FlowrunnerError

MOST_FILES = 50
_NAME = re.compile(rb"^flow\s*:\s*([a-z][a-z0-9_-]*)", re.MULTILINE)
_PLAIN_NAME = re.compile(r"(?!.*//)[A-Za-z0-9_][A-Za-z0-9_./-]*")


class NoFlow(FlowrunnerError):
    """There is no file to read, or what was kept is not a bundle."""


class Bundle(Struct, frozen=True, dict=True):
    """File name → bytes, names relative to the folder of the flow; `entry` is the flow's own file."""

    entry: str
    sources: Mapping[str, bytes]

    @cached_property
    def declared_name(self) -> str:
        """The name that the flow says it has, though it may not compile; that of its file when it says none."""
        match = _NAME.search(self.sources.get(self.entry, b""))
        return match[1].decode("ascii") if match else self.entry.rpartition(".")[0]

    @cached_property
    def text(self) -> str:
        """The bundle as canonical JSON: the same files always give the same characters.

        Raises UnicodeDecodeError when a file is not UTF-8; a flow that compiled is.
        """
        files = {name: data.decode("utf-8") for name, data in self.sources.items()}
        whole = {"entry": self.entry, "files": files}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of `text` in 64 hex digits: the id of a flow version."""
        return sha256(self.text.encode("utf-8")).hexdigest()


def load_bundle(text: str) -> Bundle:
    """The bundle that `Bundle.text` was made of. Raises NoFlow."""
    try:
        whole = json.loads(text)
        sources = {str(name): words.encode("utf-8") for name, words in whole["files"].items()}
        return Bundle(str(whole["entry"]), MappingProxyType(sources))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NoFlow("this is not a kept flow version.", way_out="Restore it from a backup.") from None


def read_bundle(path: Path) -> Bundle:
    """Read a flow and the files that it includes, as far as they are there and stand in its folder or below it.

    What is missing or outside is left out: compiling tells it. Raises NoFlow when the flow itself cannot be read.
    """
    folder = path.parent
    try:
        sources = {path.name: _read(path)}
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise NoFlow(f"{why}.", where=str(path), way_out="Check the name of the file.") from None
    for scalar in includes(parse_yaml(sources[path.name], path.name).root)[:MOST_FILES]:
        if is_inside(scalar.value) and scalar.value not in sources and _stands_in(folder / scalar.value, folder):
            try:
                sources[scalar.value] = _read(folder / scalar.value)
            except OSError:
                continue
    return Bundle(path.name, MappingProxyType(sources))


def includes(root: MappingNode | None) -> tuple[Scalar, ...]:
    """The names under `include` of a flow."""
    return scalars_of(root.get("include")) if root is not None else ()


def is_inside(name: str) -> bool:
    """Whether a name is that of a file in the flow's folder or below it: plain, relative, without `..`."""
    return bool(_PLAIN_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def _stands_in(path: Path, folder: Path) -> bool:
    """Whether the file really is below the folder, wherever links lead."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _read(path: Path) -> bytes:
    """No more bytes than a flow may have and one: what is longer is refused with its own diagnostic."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
