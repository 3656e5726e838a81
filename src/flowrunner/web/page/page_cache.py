"""Pages are drawn once: what a page says is drawn for the first person, with holes, and filled in for everybody.

All on which a drawing depends is its `Shape`, which is also its key: nothing can be left out of it. A shape is drawn
where neither the request nor its session nor the services can be read; what is one person's stands in a hole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextvars import Context
from datetime import datetime, timedelta
from functools import lru_cache
from operator import methodcaller
from threading import Lock
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from flask import current_app
from jinja2 import Environment
from markupsafe import Markup, escape
from msgspec import Struct

PAGES = "flowrunner.pages"
MOST, MOST_RARE = 1_000, 250
# Two characters that no page holds stand around the name of a hole: HTML forbids them.
_OPEN, _CLOSE = "\x02", "\x03"

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


# --- What is kept -------------------------------------------------------------------------


class RecentlyUsed(Generic[K, T]):
    """The values that were used last, `most` of them, each for as long as `lasts`. Safe to share between threads."""

    def __init__(self, most: int, lasts: timedelta | None = None) -> None:
        self._most, self._lasts = most, lasts
        self._lock = Lock()
        self._kept: OrderedDict[K, tuple[T, datetime | None]] = OrderedDict()

    def get(self, key: K, now: datetime | None = None) -> T | None:
        """The value of a key; None when there is none, or it has lasted."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is None or self._is_over(entry[1], now):
                return None
            self._kept.move_to_end(key)
            return entry[0]

    def keep(self, key: K, value: T, now: datetime | None = None) -> None:
        """Keep a value; what has lasted goes, and what was not used for longest."""
        with self._lock:
            self._kept[key] = value, now
            if self._lasts is not None:
                for old in [each for each, (_, at) in self._kept.items() if self._is_over(at, now)]:
                    del self._kept[old]
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def values(self) -> list[T]:
        """All that is kept."""
        with self._lock:
            return [value for value, _ in self._kept.values()]

    def _is_over(self, at: datetime | None, now: datetime | None) -> bool:
        return self._lasts is not None and at is not None and now is not None and now - at > self._lasts


# --- Holes --------------------------------------------------------------------------------


class Filler(Protocol):
    """Whatever fills the holes of a template."""

    def own(self, name: str) -> Markup:
        """What stands in the hole of this name, escaped."""
        ...


class Values(dict[str, Markup]):
    """What stands in the holes of a template, by name, escaped."""

    def own(self, name: str) -> Markup:
        return self[name]

    def take(self, words: str) -> Markup:
        """Take words out of a value that is to be a shape: the hole that stands there for them comes back. Holes have
        the same names in every value of the same shape."""
        name, mark = _numbered(len(self))
        self[name] = escape(words)
        return mark


@lru_cache(maxsize=1_000)
def _numbered(number: int) -> tuple[str, Markup]:
    return str(number), hole(str(number))


def hole(name: str) -> Markup:
    """What stands in a template for what its filler has under a name."""
    return Markup(f"{_OPEN}{name}{_CLOSE}")  # noqa: S704 - a name of ours


class Template(Struct, frozen=True):
    """Literal pieces, with a hole between every two of them."""

    pieces: tuple[str, ...]
    holes: tuple[Callable[[Any], Markup], ...]

    def fill(self, filler: Filler) -> str:
        """The page of one request."""
        parts: list[str] = [""] * (2 * len(self.holes) + 1)
        parts[::2] = self.pieces
        parts[1::2] = [fill(filler) for fill in self.holes]
        return "".join(parts)


class Recorder:
    """What a shape is drawn with: it renders templates, and leaves holes."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._fills: dict[str, Callable[[Any], Markup]] = {}

    def render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(values)

    def anew(self, fill: Callable[[Any], Markup]) -> Markup:
        """A hole that is filled by this."""
        name = f"anew {len(self._fills)}"
        self._fills[name] = fill
        return hole(name)

    def template(self, html: str) -> Template:
        """What was drawn with this recorder; a hole may stand in it several times."""
        first, *rest = html.split(_OPEN)
        parts = [part.partition(_CLOSE) for part in rest]
        holes = [self._fills.get(name) or methodcaller("own", name) for name, _, _ in parts]
        return Template((first, *(piece for _, _, piece in parts)), tuple(holes))


# --- Shapes -------------------------------------------------------------------------------


class Shape(Struct, frozen=True):
    """All on which a drawing depends beside what fills its holes."""

    @property
    def is_rare(self) -> bool:
        """Whether a sender can provoke many of them: these are kept apart, so that they do not displace the others."""
        return False

    def draw(self, recorder: Recorder) -> str:
        """The page or part of this shape, with holes."""
        raise NotImplementedError


class Objects(tuple[T, ...]):
    """Parts of a flow, told apart by which they are: what they hold need not be compared."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Objects) and tuple(map(id, self)) == tuple(map(id, other))

    def __ne__(self, other: object) -> bool:
        return not self == other


class PersonalRead(RuntimeError):
    """A drawing that everybody shares reads what is one person's."""


class _Personal:
    def __repr__(self) -> str:
        return "PERSONAL"

    def _refuse(self, *_: object) -> NoReturn:
        raise PersonalRead("a page that is kept for everybody reads what is one person's: leave a hole for it.")

    __getattr__ = __getitem__ = __iter__ = __len__ = __contains__ = __bool__ = __str__ = __eq__ = __hash__ = _refuse


PERSONAL: Any = _Personal()
"""Stands in a page that is drawn for everybody where a person's own is: whatever reads it fails."""


class PageCache:
    """The templates of one application, the ones used last. Safe to share between threads."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.templates: RecentlyUsed[Shape, Template] = RecentlyUsed(MOST)
        self.rare: RecentlyUsed[Shape, Template] = RecentlyUsed(MOST_RARE)

    def html(self, shape: Shape, filler: Filler) -> Markup:
        """A page or part of this shape, filled in."""
        return Markup(self._template(shape).fill(filler))  # noqa: S704 - templates of ours, filled with what was escaped

    def each(self, shape: Shape, fillers: Iterable[Filler]) -> Markup:
        """The same for several of one shape, one after the other."""
        template = self._template(shape)
        return Markup("".join(map(template.fill, fillers)))  # noqa: S704 - as `html`

    def _template(self, shape: Shape) -> Template:
        templates = self.rare if shape.is_rare else self.templates
        template = templates.get(shape)
        if template is None:
            template = self.record(shape)
            templates.keep(shape, template)
        return template

    def record(self, shape: Shape) -> Template:
        """Draw a shape, in a context of its own: there is no request, no session and no application in it."""
        recorder = Recorder(self._environment)
        return recorder.template(Context().run(shape.draw, recorder))


def page_cache() -> PageCache:
    """That of the running application."""
    cache: PageCache = current_app.extensions[PAGES]
    return cache
