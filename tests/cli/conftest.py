"""A program to run as it is typed, and a small deployment to run it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from flowrunner.cli import main

SOUND = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
fields:
  age: {type: integer, label: Age}
steps:
  one:
    title: One
    fields: [age]
    actions:
      stop: {label: Stop, go: left}
    next:
      - {when: age > 17, do: [submit], go: two}
      - {go: left}
  two: {kind: end, outcome: done, title: Two}
  left: {kind: end, outcome: left, title: Left}
"""
SCENARIO = """\
flow: small
walk:
  - fill: {age: 20}
    press: next
    expect: {step: two, outcome: done}
    covers: [1]
"""
ITEMS = """\
flow: small
items:
  1:
    title: An adult is done
  2:
    title: A child is not
"""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in a folder of its own, in English unless told otherwise."""
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_CA.UTF-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(list(arguments))
        told = capsys.readouterr()
        return Outcome(code, told.out, told.err)

    return run


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A deployment with one small flow and its scenario."""
    folder = tmp_path / "flows"
    (folder / "scenarios" / "small").mkdir(parents=True)
    (folder / "small.yaml").write_text(SOUND)
    (folder / "scenarios" / "small" / "adult.yaml").write_text(SCENARIO)
    (folder / "scenarios" / "small" / "items.yaml").write_text(ITEMS)
    return folder
