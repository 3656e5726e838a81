"""The wheel is whole: what the package reads beside its code is in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from gettext import GNUTranslations
from pathlib import Path

import pytest

from tests.house.checkout import PACKAGE, REPOSITORY, files


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


class TestWheel:
    def test_every_file_of_the_package_is_in_it(self, unpacked: Path) -> None:
        ours = {path.relative_to(PACKAGE).as_posix() for path in files() if path.is_relative_to(PACKAGE)}
        theirs = {path.relative_to(unpacked / "flowrunner").as_posix() for path in unpacked.rglob("flowrunner/**/*")}
        assert ours - theirs == set()

    def test_every_catalogue_is_in_it(self, unpacked: Path) -> None:
        ours = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "locales").rglob("*.po")}
        theirs = {path.relative_to(unpacked / "flowrunner").as_posix() for path in unpacked.rglob("*.po")}
        assert ours
        assert ours <= theirs

    def test_every_catalogue_is_in_it_as_gettext_reads_it(self, unpacked: Path) -> None:
        compiled = {path.relative_to(unpacked) for path in unpacked.rglob("*.mo")}
        assert compiled == {path.relative_to(unpacked).with_suffix(".mo") for path in unpacked.rglob("*.po")}
        for path in compiled:
            with unpacked.joinpath(path).open("rb") as file:
                assert GNUTranslations(file).info()["language"] == path.parts[-3]

    def test_its_words_are_found_without_the_checkout(self, unpacked: Path, tmp_path: Path) -> None:
        program = """
import flowrunner.i18n.translations as said
from flowrunner.i18n.words import words
print(said.__file__, words("fr").say("page.continue"), *sorted(said.languages()))
"""
        result = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={"PYTHONPATH": str(unpacked)},
            capture_output=True,
            text=True,
            check=True,
        )
        where, word, *languages = result.stdout.split()
        assert Path(where).is_relative_to(unpacked)
        assert word == "Continuer"
        assert {"en", "fr"} <= set(languages)
