"""A case as bytes and back, exactly.

The encoding follows the records of `model.case`: each becomes an object without what equals its default, so that a
case stored before a part was added is read with that part's default. Typed values carry a one-letter tag.

msgspec's own JSON was weighed: an answer is of no one type, so a date would come back as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct, structs

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, FileRef, Place, Value

VERSION = 1


class UnknownCodec(FlowrunnerError):
    """What is stored was written by a later version."""


class Codec(NamedTuple):
    """How one type is written as plain JSON data and read back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def encode(case: Case) -> bytes:
    """The case as JSON. Texts that are not Unicode (lone surrogates) survive."""
    return _dump({"codec": VERSION, "case": codec_of(Case).write(case)})


def decode(stored: bytes) -> Case:
    """The case that `encode` wrote. Raises UnknownCodec."""
    read = _load(stored)
    if read.get("codec") != VERSION:
        raise UnknownCodec("this case was written by another version.", way_out="Use the version that wrote it.")
    case: Case = codec_of(Case).read(read["case"])
    return case


def encode_values(values: Mapping[str, Any]) -> bytes:
    """Named values (a profile, what a message reads) as JSON."""
    return _dump({name: write_value(value) for name, value in values.items()})


def decode_values(stored: bytes) -> dict[str, Any]:
    """The values that `encode_values` wrote."""
    return {name: read_value(value) for name, value in _load(stored).items()}


def _dump(plain: Any) -> bytes:
    try:
        return msgspec.json.encode(plain)
    except UnicodeEncodeError:
        # Escaped to ASCII, what is half of a character can be written.
        return json.dumps(plain, separators=(",", ":")).encode("ascii")


def _load(stored: bytes) -> Any:
    try:
        return msgspec.json.decode(stored)
    except msgspec.DecodeError:
        return json.loads(stored)


# --- Typed values -------------------------------------------------------------------------


def write_value(value: Any) -> Any:
    """A typed value as plain data."""
    match value:
        case None | bool() | str():
            return value
        case Decimal() | int():
            return {"n": str(value)}
        case datetime():
            return {"m": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case FileRef():
            return {"f": [value.id, value.name, value.kind, value.size, value.digest]}
        case Mapping():
            return {"r": {name: write_value(part) for name, part in value.items()}}
        case tuple() | list() | frozenset():
            return [write_value(item) for item in value]
    raise TypeError(f"{type(value).__name__} is no value of an answer")


def read_value(plain: Any) -> Value:
    """The typed value that `write_value` wrote."""
    if isinstance(plain, list):
        return tuple(read_value(item) for item in plain)
    if not isinstance(plain, dict):
        return plain  # type: ignore[no-any-return]
    ((tag, value),) = plain.items()
    return _READERS[tag](value)


_READERS: Mapping[str, Callable[[Any], Value]] = {
    "n": Decimal,
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "f": lambda parts: FileRef(*parts),
    "r": lambda parts: {name: read_value(part) for name, part in parts.items()},
}


# --- The dataclasses ----------------------------------------------------------------------


def _same(plain: Any) -> Any:
    return plain


_SAME = Codec(_same, _same)
# Most answers are characters, which are written as they are.
_ANSWERS = Codec(
    lambda value: {name: each if type(each) is str else write_value(each) for name, each in value.items()},
    lambda plain: {name: each if type(each) is str else read_value(each) for name, each in plain.items()},
)


@lru_cache(maxsize=64)
def codec_of(kind: Any) -> Codec:
    """The codec of a type as it stands in an annotation."""
    if kind is Any:
        return Codec(write_value, read_value)
    if kind in (str, int, bool, float, NoneType) or get_origin(kind) is Literal:
        return _SAME
    if kind in (date, datetime):
        return Codec(kind.isoformat, kind.fromisoformat)
    if kind is Place:
        return Codec(list, lambda parts: Place(*parts))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _of_record(kind)
    return _of_generic(kind, get_origin(kind), get_args(kind))


def _of_generic(kind: Any, origin: Any, arguments: tuple[Any, ...]) -> Codec:
    if origin in (Union, UnionType):
        (inner,) = (codec_of(each) for each in arguments if each is not NoneType)
        if inner is _SAME:
            return _SAME
        return Codec(
            lambda value: None if value is None else inner.write(value),
            lambda plain: None if plain is None else inner.read(plain),
        )
    if origin is tuple and arguments[1:] == (...,):
        return _of_items(codec_of(arguments[0]), tuple)
    if origin is tuple:
        parts = tuple(codec_of(each) for each in arguments)
        return Codec(
            lambda value: [part.write(item) for part, item in zip(parts, value, strict=True)],
            lambda plain: tuple(part.read(item) for part, item in zip(parts, plain, strict=True)),
        )
    if origin is frozenset:
        inner = codec_of(arguments[0])
        return Codec(lambda value: sorted(inner.write(item) for item in value), _of_items(inner, frozenset).read)
    if origin is not None and issubclass(origin, Mapping):
        return _of_mapping(*arguments)
    raise TypeError(f"no codec for {kind}")


def _of_items(inner: Codec, make: Callable[[Any], Any]) -> Codec:
    return Codec(
        lambda value: [inner.write(item) for item in value], lambda plain: make(inner.read(item) for item in plain)
    )


def _of_mapping(key: Any, kind: Any) -> Codec:
    inner = codec_of(kind)
    if key is str and kind is Any:
        return _ANSWERS
    if key is str:
        return Codec(
            lambda value: {name: inner.write(item) for name, item in value.items()},
            lambda plain: {name: inner.read(item) for name, item in plain.items()},
        )
    named = codec_of(key)
    return Codec(
        lambda value: [[named.write(name), inner.write(item)] for name, item in value.items()],
        lambda plain: {named.read(name): inner.read(item) for name, item in plain},
    )


def _of_record(kind: type[Struct]) -> Codec:
    hints = get_type_hints(kind, localns={"Value": Any})
    parts = [(part.name, codec_of(hints[part.name]), _default_of(part)) for part in structs.fields(kind)]
    read_anew = [(name, codec) for name, codec, _ in parts if codec is not _SAME]
    names = frozenset(name for name, _, _ in parts)
    values_of = attrgetter(*kind.__struct_fields__)

    def write(value: Any) -> dict[str, Any]:
        plain = {}
        for (name, codec, default), part_value in zip(parts, values_of(value), strict=True):
            if part_value is not default and (default is NODEFAULT or part_value != default):
                plain[name] = part_value if codec is _SAME else codec.write(part_value)
        return plain

    def read(plain: dict[str, Any]) -> Any:
        parts_read = plain.copy()
        for name, codec in read_anew:
            if name in parts_read:
                parts_read[name] = codec.read(parts_read[name])
        # A later release may have written a part that this one does not know.
        return kind(
            **(
                parts_read
                if parts_read.keys() <= names
                else {name: parts_read[name] for name in parts_read if name in names}
            )
        )

    return Codec(write, read)


def _default_of(part: structs.FieldInfo) -> Any:
    return part.default_factory() if part.default_factory is not NODEFAULT else part.default
