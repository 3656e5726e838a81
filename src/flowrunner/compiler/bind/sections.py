"""The raw material of a flow: its file and all that it includes, laid together by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Node, Scalar, Sequence
from flowrunner.diagnostics.codes import INCLUDE, NAME_TAKEN
from flowrunner.effects.built_in import EFFECTS

# Sections of named things. Those of a part are added to those of the flow.
NAMED = (
    "roles",
    "purposes",
    "texts",
    "choices",
    "sources",
    "conditions",
    "fields",
    "codes",
    "messages",
    "timers",
    "steps",
)
# What an expression can name shares one namespace.
SHARED = ("fields", "sources", "conditions", "texts")
RESERVED = ("case", "account", "actor", "code", "timer", "today", "example")


class Entry(Struct, frozen=True):
    """One named thing as it was written."""

    key: Scalar
    node: Node

    @property
    def name(self) -> str:
        return self.key.value


Section = dict[str, Entry]


class UnboundFlow(Struct):
    """A flow before it is bound: its own file, and every named thing of all files."""

    root: MappingNode
    languages: tuple[str, ...]
    sections: dict[str, Section] = field(default_factory=dict)

    def __getitem__(self, section: str) -> Section:
        return self.sections.get(section, {})

    def moments(self) -> dict[str, Scalar]:
        """Every moment that the flow remembers, where it is first written."""
        scalars: dict[str, Scalar] = {}
        for section in ("steps", "timers"):
            for entry in self[section].values():
                for scalar in _remembered(entry.node):
                    scalars.setdefault(scalar.value, scalar)
        return scalars


def gather(files: Mapping[str, MappingNode], entry: str, findings: Findings) -> UnboundFlow:
    """Lay the flow and its parts together. A name that a part has again is told and left out."""
    root = files[entry]
    draft = UnboundFlow(root, words_of(root.get("languages")))
    for file, node in files.items():
        if file != entry:
            _check_languages(node, draft.languages, findings)
    ordered = [root, *(node for file, node in files.items() if file != entry)]
    for section in NAMED:
        draft.sections[section] = _merged(section, ordered, findings)
    _check_namespace(draft, findings)
    return draft


def words_of(node: Node | None) -> tuple[str, ...]:
    """The characters of one scalar or of a list of them."""
    return tuple(scalar.value for scalar in scalars_of(node))


def scalars_of(node: Node | None) -> tuple[Scalar, ...]:
    """One scalar, or those of a list."""
    if isinstance(node, Scalar):
        return () if node.empty else (node,)
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    return ()


def _merged(section: str, files: list[MappingNode], findings: Findings) -> Section:
    merged: Section = {}
    for file in files:
        node = file.get(section)
        if not isinstance(node, MappingNode):
            continue
        for key, value in node.entries:
            if key.value in merged:
                findings.taken(key, merged[key.value].key.span)
            else:
                merged[key.value] = Entry(key, value)
    return merged


def _check_languages(part: MappingNode, languages: tuple[str, ...], findings: Findings) -> None:
    node = part.get("languages")
    missing = [language for language in languages if language not in words_of(node)]
    if node is not None and missing:
        values = {"languages": ", ".join(missing)}
        findings.add(INCLUDE, node.span, "languages", values)


def _check_namespace(draft: UnboundFlow, findings: Findings) -> None:
    """Names that an expression can read are told apart by nothing but their characters."""
    own = draft.root.span.file
    keys = [entry.key for section in SHARED for entry in draft[section].values()]
    keys.sort(key=lambda key: (key.span.file != own, key.span.file, key.span.line, key.span.column))
    seen: dict[str, Scalar] = {}
    for key in (*keys, *draft.moments().values()):
        if key.value in RESERVED:
            findings.add(NAME_TAKEN, key.span, "reserved", {"name": key.value})
        elif key.value in seen:
            findings.taken(key, seen[key.value].span)
        seen.setdefault(key.value, key)


_REMEMBERING = tuple(effect.name for effect in EFFECTS.values() if effect.takes == "moment")


def _remembered(node: Node) -> Iterator[Scalar]:
    """What stands behind `remember` and its like in a list of effects, in the order of the file."""
    waiting = [(node, False)]
    while waiting:
        here, effect = waiting.pop()
        if isinstance(here, Sequence):
            waiting.extend((item, effect) for item in reversed(here.items))
        elif isinstance(here, MappingNode):
            named = [here.get(name) for name in _REMEMBERING] if effect else []
            yield from (name for name in named if isinstance(name, Scalar))
            waiting.extend((value, key.value in ("do", "enter")) for key, value in reversed(here.entries))
