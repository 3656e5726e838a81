"""Sound flows made by chance: written as YAML, so that they are compiled like any other."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.runtime.walking import program

LAST = "end"


def _field(kind: str, label: str) -> dict[str, Any]:
    made: dict[str, Any] = {"label": label, "type": kind}
    if kind == "choice":
        made["choices"] = {value: {"label": value.upper()} for value in ("a", "b", "c")}
    if kind == "integer":
        made["rules"] = [{"max": "9"}]
    return made


def _guard(name: str, kind: str) -> str:
    return {"choice": f"{name} == 'a'", "yes_no": name, "integer": f"{name} > 4"}[kind]


class _Making:
    """One flow in the making. A step leads to a later one, and its default to the next, so that all are reached."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = draw(st.integers(3, 7))
        self.names = [f"s{number}" for number in range(self.count)]
        self.fields: dict[str, dict[str, Any]] = {}
        self.kinds: dict[str, str] = {}
        self.steps: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.source = draw(st.sampled_from(["none", "with", "without"]))
        self.waits = draw(st.integers(1, self.count)) if draw(st.booleans()) else self.count
        self.submits = draw(st.integers(1, self.count - 1))
        self.timer = draw(st.booleans())
        self.code = draw(st.booleans())

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def make(self) -> dict[str, Any]:
        for number, name in enumerate(self.names):
            self.steps[name] = self.step(number, name)
        self.steps[LAST] = {"kind": "end", "outcome": "over", "title": "End"}
        self.steps["late"] = {"kind": "end", "outcome": "late", "title": "Late"}
        flow: dict[str, Any] = {
            "flowrunner": 1,
            "flow": "chance",
            "languages": ["en", "fr"],
            "time_zone": "America/Toronto",
            "title": "Chance",
            "start": self.names[0],
            "roles": {"officer": {"staff": True}},
            "fields": self.fields,
            "steps": self.steps,
        }
        if not self.timer:
            del self.steps["late"]
        else:
            flow["timers"] = {"soon": {"after": "3 days", "since": "begun", "until": "submitted", "go": "late"}}
        if self.source != "none":
            answer: dict[str, Any] = {"asks": [self.asked[0]], "gives": {"status": ["good", "bad", "unknown"]}}
            if self.source == "with":
                answer["on_failure"] = {"status": "unknown"}
            flow["sources"] = {"register": answer}
        if self.code:
            flow["codes"] = {"shown": {"length": 6, "alphabet": "digits", "valid": "2 days"}}
        return flow

    def step(self, number: int, name: str) -> dict[str, Any]:
        after = self.names[number + 1] if number + 1 < self.count else LAST
        if number == self.waits:
            return self.wait(name, number, after)
        own = self.own_fields(number)
        made: dict[str, Any] = {"title": name, "next": self.next(number, name, after, own)}
        if own:
            made["content"] = [{"fields": own}]
        if number == 0:
            made["enter"] = [{"remember": "begun"}]
            if self.code:
                made["enter"].append({"issue_code": "shown"})
            if self.source != "none":
                made["look_up"] = ["register"]
        self.actions(number, made)
        self.summary(number, name, made)
        return made

    def own_fields(self, number: int) -> list[Any]:
        own: list[Any] = []
        for place in range(1 if number == 0 else self.draw(st.integers(0, 2))):
            kind = self.draw(st.sampled_from(["choice", "yes_no", "integer"])) if number else "choice"
            name = f"f{number}_{place}"
            self.fields[name] = _field(kind, name)
            self.kinds[name] = kind
            earlier = [known for known in self.asked if not known.startswith("x")]
            if earlier and self.chance():
                read = self.draw(st.sampled_from(earlier))
                own.append({"field": name, "when": _guard(read, self.kinds[read])})
            else:
                own.append(name)
            self.asked.append(name)
        if self.code and number == 1:
            self.fields["typed"] = {"type": "code", "code": "shown", "label": "Code"}
            own.append("typed")
        return own

    def next(self, number: int, name: str, after: str, own: list[Any]) -> list[dict[str, Any]]:
        ways: list[dict[str, Any]] = []
        later = [*self.names[number + 1 :], LAST]
        readable = [known for known in self.asked if known in self.kinds]
        for _ in range(self.draw(st.integers(0, 2))):
            read = self.draw(st.sampled_from(readable))
            ways.append({"when": _guard(read, self.kinds[read]), "go": self.draw(st.sampled_from(later))})
        if number == 0 and self.source != "none":
            ways.append({"when": "register.status == 'bad'", "go": self.draw(st.sampled_from(later))})
        default: dict[str, Any] = {"go": after}
        if number == self.submits:
            default["do"] = ["submit"]
        return [*ways, default]

    def actions(self, number: int, made: dict[str, Any]) -> None:
        found: dict[str, Any] = {}
        if number and self.chance():
            found["return_there"] = {"label": "Back there", "return": self.draw(st.sampled_from(self.names[:number]))}
        if self.chance():
            name = f"x{number}"
            self.fields[name] = {"type": "text", "label": name, "optional": True}
            found["stay_here"] = {"label": "Stay", "fields": [name]}
        if self.chance():
            found["leave"] = {"label": "Leave", "go": LAST}
        if found:
            made["actions"] = found

    def summary(self, number: int, name: str, made: dict[str, Any]) -> None:
        known = [one for one in self.asked if one in self.kinds and not one.startswith(f"f{number}_")]
        if not known or not self.chance():
            return
        field = self.draw(st.sampled_from(known))
        side = f"change_{name}"
        self.steps[side] = {"title": side, "fields": [field], "next": "back"}
        made.setdefault("content", []).append({"summary": [{"fields": [field], "change": side}]})

    def wait(self, name: str, number: int, after: str) -> dict[str, Any]:
        return {
            "kind": "wait",
            "role": "officer",
            "title": name,
            "actions": {
                "pass": {"label": "Pass", "go": after},
                "give_back": {"label": "Give back", "return": self.names[number - 1]},
            },
        }


@st.composite
def flow_texts(draw: st.DrawFn) -> str:
    """The text of a sound flow (JSON is YAML that everybody can write)."""
    return json.dumps(_Making(draw).make(), indent=1)


programs = flow_texts().map(program)
