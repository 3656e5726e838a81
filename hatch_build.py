"""The catalogues of `locales/`, compiled by Babel to what gettext reads: hatchling runs this for a wheel and for an
editable install, make for a checkout, and pytest before it collects."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(locales: Path) -> None:
    """Write each `.mo` that is missing or older than its `.po`. What is empty or fuzzy is not in it: Babel leaves it
    out. Raises PoFileError for a catalogue that cannot be read."""
    for po in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parts[-3], abort_invalid=True)
        # Whoever reads meanwhile has all of the old one or all of the new one.
        unfinished = mo.with_suffix(f".{os.getpid()}.mo")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(mo)


class CompileCatalogues(BuildHookInterface[Any]):
    """Compiles before hatchling collects what goes into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile what is stale."""
        compile_catalogues(Path(self.root) / "locales")


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent / "locales")
