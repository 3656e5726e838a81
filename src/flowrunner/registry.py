"""Registries of named, interchangeable parts (plug-ins by entry point): field types, page blocks, rules,
sources, effects, kinds of steps and timers, checks, commands.

A room has a hand-written list of its own parts; other packages add theirs through an entry point of the same name.

pluggy was weighed: it calls every plug-in that answers to a hook, and here one part is looked up by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import EntryPoints, entry_points
from typing import Generic, Protocol, TypeVar, cast

from flowrunner.errors import FlowrunnerError


class Named(Protocol):
    """What a registry can hold."""

    @property
    def name(self) -> str: ...


Part = TypeVar("Part", bound=Named)


class UnknownPart(FlowrunnerError):
    """No part has this name; `known` lists those that do, `nearest` is the likely one or None."""

    def __init__(self, room: str, name: str, names: tuple[str, ...]) -> None:
        self.names = names
        self.nearest = nearest(name, names)
        hint = f"Did you mean {self.nearest!r}?" if self.nearest else f"Known: {', '.join(names)}."
        super().__init__(f"nothing is called {name!r}.", where=room, way_out=hint)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name that is most like `name`, or None when none is close."""
    matches = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None


@lru_cache(maxsize=1)
def _offered() -> EntryPoints:
    """What all installed packages offer: to read it takes as long as to load a room."""
    return cast("EntryPoints", entry_points())


def offered(room: str) -> EntryPoints:
    """What other packages add to a room."""
    return _offered().select(group=f"flowrunner.{room}")


class Registry(Generic[Part]):
    """The parts of one room by name, in the order in which they were given."""

    def __init__(self, room: str, built_in: Iterable[Part]) -> None:
        self.room = room
        self._parts: dict[str, Part] = {}
        for part in built_in:
            self._add(part)
        for entry in offered(room):
            self._add(entry.load()())

    def _add(self, part: Part) -> None:
        if part.name in self._parts:
            what = f"two parts are called {part.name!r}."
            raise FlowrunnerError(what, where=self.room, way_out="Rename one of them.")
        self._parts[part.name] = part

    def __getitem__(self, name: str) -> Part:
        try:
            return self._parts[name]
        except KeyError:
            raise UnknownPart(self.room, name, self.names) from None

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._parts)
