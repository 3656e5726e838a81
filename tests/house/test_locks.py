"""The locks hold what pyproject.toml asks for, no more and no less."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import REPOSITORY

LOCKS = ("build", "runtime", "dev")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def lock_file(name: str) -> Path:
    return REPOSITORY / "requirements" / f"{name}.txt"


def pins(name: str) -> dict[str, str]:
    """The version of each package of a lock."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock_file(name).read_text(encoding="utf-8"), re.MULTILINE))


def asked_for_directly(name: str) -> set[str]:
    """The packages that the lock says pyproject.toml asked for (`# via flowrunner (pyproject.toml)`)."""
    found, package = set(), ""
    for line in lock_file(name).read_text(encoding="utf-8").splitlines():
        if pinned := re.match(r"([a-z0-9.-]+)==", line):
            package = pinned[1]
        elif "flowrunner (pyproject.toml)" in line:
            found.add(package)
    return found


def wanted(*extras: str) -> list[Requirement]:
    project = PROJECT["project"]
    lines: Iterable[str] = [
        *project["dependencies"],
        *(line for extra in extras for line in project["optional-dependencies"][extra]),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("name", "extras"), [("runtime", ()), ("dev", tuple(PROJECT["project"]["optional-dependencies"]))]
)
class TestStep:
    def test_every_requirement_is_pinned_as_it_asks(self, name: str, extras: tuple[str, ...]) -> None:
        versions = pins(name)
        unmet = [str(each) for each in wanted(*extras) if not each.specifier.contains(versions.get(each.name, "0"))]
        assert unmet == []

    def test_nothing_is_pinned_that_is_no_longer_asked_for(self, name: str, extras: tuple[str, ...]) -> None:
        assert asked_for_directly(name) == {canonicalize_name(each.name) for each in wanted(*extras)}


class TestLocks:
    def test_what_builds_the_package_is_locked(self) -> None:
        versions = pins("build")
        needed = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
        assert [str(each) for each in needed if not each.specifier.contains(versions.get(each.name, "0"))] == []

    def test_the_locks_agree_on_every_version(self) -> None:
        everywhere: dict[str, set[str]] = {}
        for name in LOCKS:
            for package, version in pins(name).items():
                everywhere.setdefault(package, set()).add(version)
        assert {package: versions for package, versions in everywhere.items() if len(versions) > 1} == {}

    @pytest.mark.parametrize("name", LOCKS)
    def test_every_pin_has_a_hash(self, name: str) -> None:
        entries = re.split(r"\n(?=[a-z0-9])", lock_file(name).read_text(encoding="utf-8"))
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []

    @pytest.mark.parametrize("name", LOCKS)
    def test_no_lock_says_where_packages_come_from(self, name: str) -> None:
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", lock_file(name).read_text("utf-8"))
