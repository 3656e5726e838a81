"""The rows of the queue, drawn once for each state of a case.

The same cases are listed again and again until somebody decides on them, and opening one costs more than the rest of
the page. So a few hundred rows are kept in memory, for as long as their cases do not change and for ten minutes at
most: the one place where the web keeps what people typed. What is erased is listed no more, so its row is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app
from markupsafe import Markup
from msgspec import Struct, structs

from flowrunner.i18n.words import Words
from flowrunner.service.desk.queue import QueueEntry, QueueRow
from flowrunner.web.desk.columns import Column, moment, value_of
from flowrunner.web.desk.request import case_address
from flowrunner.web.languages import speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.page.page_cache import RecentlyUsed, Recorder, Shape, Values, page_cache
from flowrunner.web.site import services

ROWS = "flowrunner.rows"
MOST = 400
LASTS = timedelta(minutes=10)


class RowShape(Struct, frozen=True):
    """On what a row depends beside its case: the words of the page, its columns, whether it names the service."""

    words: Words
    columns: tuple[Column, ...]
    several: bool


class _Row(Shape, frozen=True):
    """A row with holes for what is its case's own. `lang` is the language of the case when it is not the page's."""

    words: Words
    href: str
    reference: str
    service: str
    cells: tuple[tuple[str, tuple[str, ...]], ...]
    since: str
    lang: str

    def draw(self, recorder: Recorder) -> str:
        return recorder.render("desk/row.html", say=self.words.say, **structs.asdict(self))


class RowCache:
    """The rows of one application, the ones used last, by the case's id and revision and by shape."""

    def __init__(self) -> None:
        self._rows: RecentlyUsed[tuple[str, int, RowShape], Markup] = RecentlyUsed(MOST, LASTS)

    def html(self, listed: Iterable[QueueRow], row: RowShape) -> list[tuple[str, Markup]]:
        """The rows of these cases, with their ids, in order; without cases that are not there any more."""
        queue_rows, now = list(listed), services().context.clock()
        by_id = {each.id: self._rows.get((each.id, each.revision, row), now) for each in queue_rows}
        missing = {each.id: each for each in queue_rows if by_id[each.id] is None}
        for waiting in services().casework.read(missing.values()) if missing else ():
            ident, drawn = waiting.case.id, _draw(waiting, row)
            by_id[ident] = drawn
            self._rows.keep((ident, missing[ident].revision, row), drawn, now)
        return [(each.id, html) for each in queue_rows if (html := by_id[each.id]) is not None]


def row_cache() -> RowCache:
    """Those of the running application."""
    rows: RowCache = current_app.extensions[ROWS]
    return rows


def _draw(waiting: QueueEntry, row: RowShape) -> Markup:
    case, program, language = waiting.case, waiting.program, row.words.language
    speaking = localizer(program, speaks(program, language))
    own = Values()
    values = ((each.heading, value_of(each.name, case, waiting.reading, speaking)) for each in row.columns)
    shape = _Row(
        row.words,
        own.take(case_address(language, case.id)),
        own.take(case.reference or row.words.say("desk.no_reference")),
        speaking.plain(program.flow.title) if row.several else "",
        tuple((heading, tuple(map(own.take, lines))) for heading, lines in values),
        own.take(moment(case.path[-1].since, speaking)),
        speaking.language if speaking.language != language else "",
    )
    return page_cache().html(shape, own)
