"""A flow as a picture: every step and way is there, and no word of the flow breaks the drawing language."""

from __future__ import annotations

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.model.diagram import as_dot, as_mermaid
from flowrunner.model.flow import Flow

FLOW = """\
flowrunner: 1
flow: small
languages: [en, fr]
title: Small
start: end
roles: {officer: {staff: true}}
fields:
  age: {type: integer, label: Age}
timers:
  late: {after: 3 days, since: begun, until: submitted, go: gone}
steps:
  end:
    title:
      en: A "quoted" [title] | with; marks
      fr: Un titre
    enter: [{remember: begun}]
    fields: [age]
    next: [{when: age > 17, go: graph}, {go: three}]
  three: {title: Three, next: four}
  four: {title: Four, actions: {back_up: {label: Back, return: three}}, next: {do: [submit], go: desk_work}}
  graph: {kind: end, outcome: done, title: Two}
  desk_work:
    kind: wait
    role: officer
    title: Wait
    actions:
      finish: {label: Finish, go: graph}
  gone: {kind: end, outcome: gone, title: Gone}
"""


def flow() -> Flow:
    compiled = compile_flow({"small.yaml": FLOW.encode()}, "small.yaml")
    assert compiled.flow is not None, compiled.diagnostics
    return compiled.flow


class TestDiagram:
    def test_mermaid_has_every_step_and_way(self) -> None:
        drawn = as_mermaid(flow(), "fr")
        assert "begin(( )) --> step_end\n" in drawn
        assert 'step_end["end<br>Un titre"]' in drawn
        assert 'step_end -->|"#91;age #62; 17#93;"| step_graph\n' in drawn
        assert "step_end --> step_three\n" in drawn
        assert 'step_four -.->|"back_up"| step_three\n' in drawn
        assert 'step_desk_work[["desk_work<br>Wait<br>#40;officer#41;"]]' in drawn

    def test_words_of_the_flow_are_escaped(self) -> None:
        assert 'A #34;quoted#34; #91;title#93; #124; with#59; marks"]' in as_mermaid(flow(), "en")
        assert 'A \\"quoted\\" [title] | with; marks"' in as_dot(flow(), "en")

    def test_a_timer_of_many_steps_is_drawn_once(self) -> None:
        drawn = as_mermaid(flow(), "en")
        assert 'timer_late(("late"))' in drawn
        assert drawn.count("step_gone") == 2
        assert as_dot(flow(), "en").count("-> step_gone") == 1

    def test_dot_names_its_nodes_so_that_no_step_is_a_word_of_dot(self) -> None:
        drawn = as_dot(flow(), "en")
        assert "    step_graph [shape=oval" in drawn
        assert 'step_end -> step_graph [label="[age > 17]"];' in drawn
        assert 'step_four -> step_desk_work [label="/ submit"];' in drawn
