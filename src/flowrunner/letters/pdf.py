"""A letter as a tagged PDF: WeasyPrint lays it out, and what it leaves without a mark is marked here.

WeasyPrint needs Pango and a font of the system, so it is imported when a letter is made and not before: where they are
missing, all else works and a letter is HTML only.
"""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout
from functools import lru_cache
from hashlib import sha256
from io import StringIO
from typing import Any

from flowrunner.errors import FlowrunnerError

VARIANT = "pdf/ua-1"


class NoPdf(FlowrunnerError):
    """This machine cannot make a PDF; the letter is there as HTML. `missing` is `pango` or `font`."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"no PDF can be made here: {missing} is missing.",
            where="letters",
            way_out="Install the packages libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and fonts-liberation.",
        )
        self.missing = missing


def letters_possible() -> str | None:
    """None when letters can be made as PDF, else what is missing: `pango` (or a library that it needs) or `font`."""
    try:
        _weasyprint()
    except NoPdf as error:
        return error.missing
    return None


def letter_pdf(html: str) -> bytes:
    """The PDF of a page that `letter_page` made: the same page gives the same bytes. Raises NoPdf."""
    from flowrunner.letters.pdf_tags import well_marked

    library = _weasyprint()
    # A page has all that it needs: whatever it might want from a file or another machine is refused.
    nobody = library.urls.URLFetcher(allowed_protocols=frozenset())
    page = library.HTML(string=html, url_fetcher=nobody)
    written = page.write_pdf(pdf_variant=VARIANT, pdf_identifier=sha256(html.encode()).digest()[:16])
    return well_marked(written)


@lru_cache(maxsize=1)
def _library() -> tuple[Any, str]:
    """The library, or what is missing for it. That there is no font it says once, when it is first imported."""
    try:
        # What the library says of itself is not for whoever reads our output.
        with warnings.catch_warnings(record=True) as notices, redirect_stdout(StringIO()):
            warnings.simplefilter("always")
            import weasyprint
            import weasyprint.text.fonts
    except OSError:
        return None, "pango"
    no_font = any("FontConfig" in str(one.message) for one in notices)
    return weasyprint, "font" if no_font else ""


def _weasyprint() -> Any:
    library, missing = _library()
    if missing:
        raise NoPdf(missing)
    return library
