"""Registries of named, interchangeable parts (plug-ins by entry point): field types, page blocks, rules,
sources, effects, kinds of steps and timers, checks, commands.

A room has a hand-written list of its own parts; other packages add theirs through an entry point of the same name.

pluggy was weighed: it calls every plug-in that answers to a hook, and here one part is looked up by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import EntryPoints, entry_points
from typing import NoReturn, Protocol, TypeVar, cast

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


class Registry(dict[str, Part]):
    """The parts of one room by name, in the order in which they were given. Raises UnknownPart for another name."""

    def __init__(self, room: str, built_in: Iterable[Part]) -> None:
        super().__init__()
        self.room = room
        for part in (*built_in, *(entry.load()() for entry in offered(room))):
            if part.name in self:
                what = f"two parts are called {part.name!r}."
                raise FlowrunnerError(what, where=room, way_out="Rename one of them.")
            self[part.name] = part

    def __missing__(self, name: str) -> NoReturn:
        raise UnknownPart(self.room, name, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self)
