"""Cases of written examples, explained: what the tests of the rooms start from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.report import as_text
from flowrunner.runtime.explain import explain
from flowrunner.runtime.program import Program
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_scenario
from flowrunner.scenarios.scenario import Played
from flowrunner.scenarios.surroundings import ScenarioWorld
from flowrunner.service.explanation.explain import Explained

ROOT = Path(__file__).parents[1]
FLOWS = {
    "registration": ROOT / "flows" / "registration.yaml",
    "report_problem": ROOT / "flows" / "report_problem.yaml",
    "jardin": ROOT / "tests" / "flows" / "valid" / "jardin.yaml",
}
FOLDERS = {
    "registration": ROOT / "flows" / "scenarios" / "registration",
    "report_problem": ROOT / "flows" / "scenarios" / "report_problem",
    "jardin": ROOT / "tests" / "flows" / "scenarios" / "jardin",
}
SCENARIOS = [
    (flow, path.stem)
    for flow, folder in FOLDERS.items()
    for path in sorted(folder.glob("*.yaml"))
    if path.stem != "items"
]


@lru_cache(maxsize=8)
def program_of(flow: str) -> tuple[Program, dict[str, str]]:
    """A flow of the project, and its files."""
    bundle = read_bundle(FLOWS[flow])
    made = compile_flow(bundle.sources, bundle.entry)
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return Program(made.flow, bundle.digest), {name: data.decode() for name, data in bundle.sources.items()}


@lru_cache(maxsize=256)
def explained(flow: str, name: str) -> tuple[Explained, Played]:
    """The case of a scenario as it stands at its end, explained."""
    program, sources = program_of(flow)
    scenario, wrong = read_scenario(FOLDERS[flow] / f"{name}.yaml")
    assert scenario is not None, as_text(wrong, {}, "en")
    played = play(program, scenario)
    assert played.case is not None
    world = ScenarioWorld(program, scenario).world()
    sentences = explain(program, played.case, played.events, world)
    return Explained(played.case, program, sentences, sources), played
