"""Flows ready to run, for the figures that need no server."""

from __future__ import annotations

from pathlib import Path

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.runtime.program import Program

FLOWS = Path(__file__).parent.parent / "flows"
REGISTRATION = FLOWS / "registration.yaml"


def program(path: Path = REGISTRATION) -> Program:
    """The program of a flow file."""
    bundle = read_bundle(path)
    flow = compile_flow(bundle.sources, bundle.entry).flow
    if flow is None:
        raise SystemExit(f"{path} does not compile: run `flowrunner check` first.")
    return Program(flow, bundle.digest)
