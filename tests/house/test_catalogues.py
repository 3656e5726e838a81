"""Our own catalogues have every sentence in every language, as `make words` leaves them."""

from __future__ import annotations

import shutil
from pathlib import Path

from flowrunner.i18n.translations import locales_folder
from tests.house.checkout import PACKAGE
from translation.catalogues import update
from translation.findings import findings
from translation.ids import said


class TestCatalogues:
    def test_nothing_is_missing_fuzzy_or_wrong(self) -> None:
        assert [str(one) for one in findings(locales_folder(), PACKAGE)] == []

    def test_they_stand_as_make_words_writes_them(self, tmp_path: Path) -> None:
        locales = tmp_path / "locales"
        shutil.copytree(locales_folder(), locales)
        assert update(locales, said(PACKAGE)) == []
        paths = [path.relative_to(locales) for path in sorted(locales.rglob("*.po"))]
        assert paths
        differ = [path for path in paths if (locales / path).read_bytes() != (locales_folder() / path).read_bytes()]
        assert differ == []
