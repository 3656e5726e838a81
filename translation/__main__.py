"""`make words`: update the catalogues, then tell what is missing, fuzzy or wrong; exit status 1 when something is."""

from __future__ import annotations

import sys
from pathlib import Path

from hatch_build import compile_catalogues
from translation.catalogues import update
from translation.findings import findings
from translation.ids import said

LOCALES, SOURCE = Path("locales"), Path("src/flowrunner")


def main(locales: Path = LOCALES, source: Path = SOURCE) -> int:
    """Print a line for each entry that was taken out or has something wrong."""
    removed = update(locales, said(source))
    wrong = findings(locales, source)
    for line in (*removed, *wrong):
        print(line)
    compile_catalogues(locales)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
