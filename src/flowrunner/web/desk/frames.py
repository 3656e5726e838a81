"""What a page of the desk says to every officer, drawn once; what is each request's own is filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from threading import Lock

from flask import current_app
from markupsafe import Markup

FRAMES = "flowrunner.frames"
MOST = 200
# Two characters that no page holds stand around the name of a hole: HTML forbids them.
_HOLE = re.compile("\x02([^\x03]+)\x03")


class Frames:
    """The frames of one application. They hold nothing of any case. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._frames: dict[Hashable, tuple[str, ...]] = {}

    def filled(self, shape: Hashable, own: Mapping[str, Markup], draw: Callable[[], str]) -> str:
        """What `draw` gives for this shape, with holes, filled."""
        pieces = self._frames.get(shape)
        if pieces is None:
            pieces = tuple(_HOLE.split(draw()))
            with self._lock:
                if len(self._frames) >= MOST:
                    self._frames.clear()
                self._frames[shape] = pieces
        # Of the pieces every second one is the name of a hole.
        return "".join(own[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def frames() -> Frames:
    """Those of the running application."""
    found: Frames = current_app.extensions[FRAMES]
    return found


def hole(name: str) -> Markup:
    """What stands in a frame for what is each request's own."""
    return Markup(f"\x02{name}\x03")  # noqa: S704 - a name of ours
