"""What a page of the desk says to every officer, drawn once; what is each request's own is filled in."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from threading import Lock

from flask import current_app
from markupsafe import Markup, escape

FRAMES = "flowrunner.frames"
MOST = 500
# Two characters that no page holds stand around the name of a hole: HTML forbids them.
_HOLE = re.compile("\x02([^\x03]+)\x03")


class Frames:
    """The frames of one application. They hold nothing of any case. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._frames: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()

    def filled(self, shape: Hashable, own: Mapping[str, Markup], draw: Callable[[], str]) -> str:
        """What `draw` gives for this shape, with holes, filled."""
        return _filled(self._pieces(shape, draw), own)

    def each_filled(self, shape: Hashable, every: Iterable[Mapping[str, Markup]], draw: Callable[[], str]) -> str:
        """The same for several of one shape, one after the other."""
        pieces = self._pieces(shape, draw)
        return "".join([_filled(pieces, own) for own in every])

    def _pieces(self, shape: Hashable, draw: Callable[[], str]) -> tuple[str, ...]:
        with self._lock:
            pieces = self._frames.get(shape)
            if pieces is not None:
                self._frames.move_to_end(shape)
        if pieces is None:
            pieces = tuple(_HOLE.split(draw()))
            with self._lock:
                self._frames[shape] = pieces
                while len(self._frames) > MOST:
                    self._frames.popitem(last=False)
        return pieces


def _filled(pieces: tuple[str, ...], own: Mapping[str, Markup]) -> str:
    found = list(pieces)
    # Of the pieces every second one is the name of a hole.
    found[1::2] = [own[name] for name in pieces[1::2]]
    return "".join(found)


class Holes:
    """Takes what is a case's own out of a part of a page, and puts holes there: they have the same names in every part
    of the same shape. `own` is what was taken out."""

    def __init__(self) -> None:
        self.own: dict[str, Markup] = {}

    def __call__(self, words: str) -> Markup:
        name, made = _numbered(len(self.own))
        self.own[name] = escape(words)
        return made


@lru_cache(maxsize=1_000)
def _numbered(number: int) -> tuple[str, Markup]:
    return str(number), hole(str(number))


def frames() -> Frames:
    """Those of the running application."""
    found: Frames = current_app.extensions[FRAMES]
    return found


def hole(name: str) -> Markup:
    """What stands in a frame for what is each request's own."""
    return Markup(f"\x02{name}\x03")  # noqa: S704 - a name of ours
