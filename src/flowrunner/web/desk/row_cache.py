"""The rows of the queue, drawn once for each state of a case.

The same cases are listed again and again until somebody decides on them, and opening one costs more than the rest of
the page. So a few hundred rows are kept in memory, for as long as their cases do not change and for ten minutes at
most: the one place where the web keeps what people typed. What is erased is listed no more, so its row is never shown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app, render_template
from markupsafe import Markup
from msgspec import Struct

from flowrunner.service.desk.queue import QueueEntry, QueueRow
from flowrunner.web.desk.columns import Column, moment, value_of
from flowrunner.web.desk.request import case_address, desk_words
from flowrunner.web.languages import speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.site import services

ROWS = "flowrunner.rows"
MOST = 400
LASTS = timedelta(minutes=10)


class RowKey(Struct, frozen=True):
    """What a row depends on beside its case: the language of the page, its columns, whether it names the service."""

    language: str
    columns: tuple[Column, ...]
    several: bool


# A case's id and revision, and the number of the row's shape.
Key = tuple[str, int, int]


class RowCache:
    """The rows of one application, the ones used last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: OrderedDict[Key, tuple[datetime, Markup]] = OrderedDict()
        self._shapes: dict[RowKey, int] = {}

    def html(self, listed: Iterable[QueueRow], row: RowKey) -> list[tuple[str, Markup]]:
        """The rows of these cases, with their ids, in order; without cases that are not there any more."""
        wanted, now = list(listed), services().context.clock()
        found = self._find(wanted, row, now)
        missing = {each.id: each for each in wanted if each.id not in found}
        for waiting in services().casework.read(missing.values()) if missing else ():
            each = missing[waiting.case.id]
            made = _draw(waiting, row)
            found[each.id] = made
            self._keep(each, row, made, now)
        return [(each.id, html) for each in wanted if (html := found.get(each.id)) is not None]

    def _find(self, wanted: Iterable[QueueRow], row: RowKey, now: datetime) -> dict[str, Markup]:
        found = {}
        with self._lock:
            shape = self._shape(row)
            for each in wanted:
                key = (each.id, each.revision, shape)
                kept = self._rows.get(key)
                if kept is not None and now - kept[0] <= LASTS:
                    self._rows.move_to_end(key)
                    found[each.id] = kept[1]
        return found

    def _shape(self, row: RowKey) -> int:
        """The number of a shape; each new flow version may bring one."""
        if len(self._shapes) >= MOST:
            self._shapes.clear()
            self._rows.clear()
        return self._shapes.setdefault(row, len(self._shapes))

    def _keep(self, listed: QueueRow, row: RowKey, html: Markup, now: datetime) -> None:
        with self._lock:
            self._rows[listed.id, listed.revision, self._shape(row)] = now, html
            old = [each for each, (at, _) in self._rows.items() if now - at > LASTS]
            for each in old:
                del self._rows[each]
            while len(self._rows) > MOST:
                self._rows.popitem(last=False)


def row_cache() -> RowCache:
    """Those of the running application."""
    found: RowCache = current_app.extensions[ROWS]
    return found


def _draw(waiting: QueueEntry, row: RowKey) -> Markup:
    case, program = waiting.case, waiting.program
    speaking = localizer(program, speaks(program, row.language))
    said = desk_words(row.language)
    html = render_template(
        "desk/row.html",
        say=said.say,
        href=case_address(row.language, case.id),
        reference=case.reference or said.say("desk.no_reference"),
        service=speaking.plain(program.flow.title) if row.several else "",
        cells=[(each.heading, value_of(each.name, case, waiting.reading, speaking)) for each in row.columns],
        since=moment(case.path[-1].since, speaking),
        lang=speaking.language if speaking.language != row.language else "",
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes
