"""A package of its own adds one part of each kind and touches nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flowrunner.catalogue import check_file
from hatch_build import compile_catalogues

HERE = Path(__file__).parent
PROJECT = HERE / "office" / "pyproject.toml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package is installed, as an installer lays it down."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(HERE / "office" / "office_parts", folder / "office_parts")
    compile_catalogues(folder / "office_parts" / "locales")
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    installed = folder / "office_parts-1.0.dist-info"
    installed.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (installed / "METADATA").write_text(head, encoding="utf-8")
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in parts.items())
        for group, parts in project["entry-points"].items()
    )
    (installed / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    return folder


class TestAnotherPackage:
    def test_each_of_its_parts_works_where_it_is_installed(self, site: Path, repository: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *filter(None, sys.path)])}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "with_office.py")]
        ran = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert " passed" in ran.stdout

    def test_without_it_nobody_knows_them(self) -> None:
        found = check_file(HERE / "flows" / "lend.yaml")
        assert found.flow is None
        assert {"file_number", "refusal"} <= {str(one.values.get("found")) for one in found.diagnostics}

    def test_the_examples_of_the_guide_are_its_own(self, repository: Path) -> None:
        guide = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
        files = [path.read_text(encoding="utf-8") for path in (HERE / "office" / "office_parts").glob("*.py")]
        shown = re.findall(r"^### .*?```python\n(.*?)```", guide, re.MULTILINE | re.DOTALL)
        assert len(shown) == 10
        assert [example for example in shown if not any(example in text for text in files)] == []

    def test_it_brings_one_part_of_each_kind(self) -> None:
        project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
        rooms = [
            "fields",
            "rules",
            "sources",
            "effects",
            "checks",
            "commands",
            "blocks",
            "step_kinds",
            "timer_kinds",
            "locales",
        ]
        assert list(project["entry-points"]) == [f"flowrunner.{room}" for room in rooms]
