"""One file or several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from flowrunner.fields.base import SCALAR, Context, FieldType, Reading
from flowrunner.fields.file_kinds import KINDS, file_kind_of, read_size
from flowrunner.fields.one_input import as_characters, no_answer, refusal
from flowrunner.i18n.words import Words
from flowrunner.model.case import FileRef, Inputs, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import FILE, Type, list_of

DEFAULT_SIZE = 10 * 1024 * 1024
MOST_FILES = 100
_COUNT = re.compile(r"([0-9]{1,3})(?:\s+to\s+([0-9]{1,3}))?")
_SIZED = re.compile(r"(.+?)\s*\(([0-9]{1,6} ?[A-Za-z]+)\)")
_PLAYED_SIZE = 1024
_KINDS_SCHEMA: Mapping[str, Any] = {"type": "array", "items": {"enum": list(KINDS)}, "minItems": 1, "uniqueItems": True}


class File(FieldType):
    """The answer is the files that the shell received for this field (`Context.files`), each known by its content.

    `kinds` are those that are accepted (all that are known, when it is absent) and `refuse` those that are not;
    `max_size` is of one file (10 MB when absent); `count` is how many: `3`, or `1 to 10` (1 when absent).

    A scenario writes names. `scan.pdf` is a file of that kind and 1 kB whose content follows from its name, so that two
    of the same name are the same file; `scan.pdf (3 MB)` says the size too.
    """

    name = "file"
    widget = "file"
    drawn_as_group = drawn_anew = takes_files = True
    kept_as_draft = False
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "kinds": {**_KINDS_SCHEMA, "description": "The kinds of files that are accepted."},
        "refuse": {**_KINDS_SCHEMA, "description": "Kinds of files that are refused."},
        "max_size": {**SCALAR, "description": "The size of one file at most, such as: 2 MB."},
        "count": {**SCALAR, "description": "How many files: 3, or 1 to 10."},
    }

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return list_of(FILE)

    def options(self, keys: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        """`kinds` (tuple), `max_size` (bytes), `least` and `most` (numbers of files)."""
        accepted = _kinds(keys, "kinds") or tuple(KINDS)
        refuse = _kinds(keys, "refuse")
        kinds = tuple(kind for kind in accepted if kind not in refuse)
        if not kinds:
            raise ValueError("refuse")
        least, most = _count(keys.get("count", "1"))
        return {"kinds": kinds, "max_size": _size(keys.get("max_size")), "least": least, "most": most}

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        files = tuple({file.id: file for file in context.files}.values())
        if not files:
            return no_answer(field)
        for file in files:
            code = _wrong(field, file)
            if code:
                return refusal(
                    field,
                    code,
                    file=file.name,
                    bound=_limit(field),
                    kinds=tuple(kind.upper() for kind in _accepted(field)),
                )
        least, most = field.options.get("least", 1), field.options.get("most", 1)
        if len(files) > most:
            return refusal(field, "file_count", n=most)
        if len(files) < least:
            return refusal(field, "file_count", kind="few", n=least)
        return Reading(files)

    def write(self, field: Field, value: Value) -> Inputs:
        """The names alone: no browser sends a file again, so the shell hands the kept ones in as `Context.files`."""
        files = value if isinstance(value, tuple) else ()
        names = tuple(file.name for file in files if isinstance(file, FileRef))
        return {field.name: names} if names else {}

    def parse(self, field: Field, characters: Any, context: Context) -> Reading:
        sent = self.spell(field, characters)
        files = tuple(file_named(name) for name in sent.get(field.name, ()))
        return self.read(field, sent, Context(context.choices, context.territory, context.today, files))

    def spell(self, field: Field, characters: Any) -> Inputs:
        names = characters if isinstance(characters, (list, tuple)) else [characters]
        written = tuple(name for name in map(as_characters, names) if name)
        return {field.name: written} if written else {}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        """One file a line, its size in brackets."""
        files = value if isinstance(value, tuple) else ()
        return "\n".join(f"{file.name} ({words.format.size(file.size)})" for file in files if isinstance(file, FileRef))


def file_named(written: str) -> FileRef:
    """The file that a scenario means by a name (`scan.pdf`, `scan.pdf (3 MB)`): the same name, the same file."""
    sized = _SIZED.fullmatch(written)
    name, size = written, _PLAYED_SIZE
    if sized:
        try:
            name, size = sized[1], read_size(sized[2])
        except ValueError:
            name = written
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return FileRef(id=digest[:32], name=name, kind=file_kind_of(name), size=size, digest=digest)


def _wrong(field: Field, file: FileRef) -> str:
    """The code of what is wrong with one file, or ""."""
    if file.kind not in _accepted(field):
        return "file_kind"
    if file.size > _limit(field):
        return "file_too_big"
    return "" if file.size else "file_empty"


def _accepted(field: Field) -> tuple[str, ...]:
    kinds: tuple[str, ...] = field.options.get("kinds", tuple(KINDS))
    return kinds


def _limit(field: Field) -> int:
    return int(field.options.get("max_size", DEFAULT_SIZE))


def _kinds(keys: Mapping[str, str | tuple[str, ...]], key: str) -> tuple[str, ...]:
    written = keys.get(key, ())
    kinds = (written,) if isinstance(written, str) else tuple(written)
    if not all(kind in KINDS for kind in kinds):
        raise ValueError(key)
    return kinds


def _size(written: str | tuple[str, ...] | None) -> int:
    if written is None:
        return DEFAULT_SIZE
    if not isinstance(written, str):
        raise ValueError("max_size")
    try:
        return read_size(written)
    except ValueError:
        raise ValueError("max_size") from None


def _count(written: str | tuple[str, ...]) -> tuple[int, int]:
    match = _COUNT.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError("count")
    least, most = int(match[1]), int(match[2] or match[1])
    if not 1 <= least <= most <= MOST_FILES:
        raise ValueError("count")
    return least, most
