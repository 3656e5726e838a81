"""The catalogue: current and stored versions of flows, with hot reload. The one place that runs compile and lint."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock

from msgspec import Struct

from flowrunner.compiler.bundle import Bundle, load_bundle, read_bundle
from flowrunner.compiler.nouns import is_part, noun_of, top_level_keys
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.codes import INCLUDE, NAME_TAKEN
from flowrunner.diagnostics.diagnostic import Diagnostic, Related, has_errors, in_order
from flowrunner.errors import FlowrunnerError
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.span import Span

MOST_CACHED = 64

Stored = Callable[[str, str], str | None]
"""Flow and version → the bundle's text that is kept, or None."""

Stamp = tuple[tuple[str, int, int], ...]


class UnknownVersion(FlowrunnerError):
    """A case began with a version that is neither current nor stored."""


class Checked(Struct, frozen=True, dict=True):
    """What checking a file came to. `diagnostics` and `texts` name files as they are shown: below `path`'s folder.

    `flow` is there when it compiled; `sound` when lint found no error either.
    """

    path: Path
    flow: Flow | None
    diagnostics: tuple[Diagnostic, ...]
    bundle: Bundle
    texts: Mapping[str, str]

    @property
    def sound(self) -> bool:
        """Whether it may run: warnings and notes do not stop a flow."""
        return self.flow is not None and not has_errors(self.diagnostics)

    @property
    def version(self) -> str:
        """The id of this version, "" for a flow that is not sound."""
        return self.bundle.digest if self.sound else ""

    @property
    def watched(self) -> tuple[str, ...]:
        """The files that it depends on, relative to its folder: those that were read, then those that are missing."""
        lacking = (one for one in self.diagnostics if one.check is INCLUDE and one.variant == "missing_file")
        return (*self.bundle.sources, *dict.fromkeys(str(one.values["file"]) for one in lacking))

    @cached_property
    def program(self) -> Program | None:
        """The flow made ready to run, None when it is not sound."""
        return Program(self.flow, self.version) if self.flow is not None and self.sound else None


def check_file(path: Path) -> Checked:
    """Compile and lint the flow of a file and all that it includes. Raises NoFlow when it cannot be read."""
    return _check(path, read_bundle(path))


def _check(path: Path, bundle: Bundle) -> Checked:
    compiled = compile_flow(bundle.sources, bundle.entry)
    diagnostics = list(compiled.diagnostics)
    if compiled.flow is not None:
        from flowrunner.lint.linter import lint  # a process that only serves does without it

        diagnostics += lint(compiled.flow)
    shown = {name: str(path.parent / name) for name in bundle.sources}
    located = in_order(dict.fromkeys(_located(one, shown) for one in diagnostics))
    texts = {shown[name]: text for name, text in compiled.texts.items()}
    return Checked(path, compiled.flow, located, bundle, texts)


def is_flow_file(path: Path) -> bool:
    """Whether a YAML file is a flow or a broken one: no part that flows include, no scenario, no settings."""
    try:
        keys = top_level_keys(path.read_bytes())
    except OSError:
        return False
    return noun_of(keys, str(path)) == "flow" and not is_part(keys)


def flow_files(folder: Path) -> tuple[Path, ...]:
    """The files of the flows that stand in a folder, in the order of their names."""
    paths = (path for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern))
    return tuple(sorted(path for path in paths if path.is_file() and is_flow_file(path)))


def _located(diagnostic: Diagnostic, shown: Mapping[str, str]) -> Diagnostic:
    related = tuple(Related(_shown(other.span, shown), other.variant) for other in diagnostic.related)
    return replace(diagnostic, span=_shown(diagnostic.span, shown), related=related)


def _shown(span: Span, shown: Mapping[str, str]) -> Span:
    return replace(span, file=shown.get(span.file, span.file))


# --- The flows of a deployment ------------------------------------------------------------


class Catalogue:
    """The current sound version of every flow in some folders, and the versions that cases began with.

    A flow that breaks keeps its last sound version running; `checked` tells what is wrong with the new one. Safe to
    share between threads.
    """

    def __init__(self, folders: Iterable[Path], stored: Stored | None = None) -> None:
        self._folders = tuple(folders)
        self._stored = stored
        self._lock = RLock()
        self._checked: dict[Path, tuple[Stamp, Checked]] = {}
        self._current: dict[str, Checked] = {}
        self._versions: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self.reload()

    def store_with(self, stored: Stored) -> None:
        """Say where kept versions are; they are read when a case needs one."""
        self._stored = stored

    @property
    def checked(self) -> tuple[Checked, ...]:
        """The newest state of every file, sound or not."""
        with self._lock:
            return tuple(checked for _, checked in self._checked.values())

    def serves(self, path: Path) -> bool:
        """Whether some version of the flow of this file runs."""
        with self._lock:
            return any(checked.path == path for checked in self._current.values())

    def names(self) -> tuple[str, ...]:
        """The flows that can be started, in the order of their files."""
        with self._lock:
            return tuple(self._current)

    def current(self, flow: str) -> Program | None:
        """The newest sound version of a flow, or None when there is no such flow."""
        with self._lock:
            checked = self._current.get(flow)
            return checked.program if checked else None

    def bundle(self, flow: str, version: str = "") -> str:
        """The text of a version, to be kept with the cases that begin with it; the current one when none is named.

        Raises UnknownVersion.
        """
        with self._lock:
            checked = self._current.get(flow)
            if checked is not None and version in ("", checked.version):
                return checked.bundle.text
        text = self._stored(flow, version) if self._stored and version else None
        if text is None:
            raise _unknown(flow, version)
        return text

    def program(self, flow: str, version: str) -> Program:
        """The version that a case began with, compiled if need be and kept for next time. Raises UnknownVersion."""
        with self._lock:
            current = self.current(flow)
            if current is not None and current.version == version:
                return current
            if (flow, version) in self._versions:
                self._versions.move_to_end((flow, version))
                return self._versions[flow, version]
        program = _compiled(flow, version, self.bundle(flow, version))
        self._remember(flow, program)
        return program

    def reload(self) -> tuple[Checked, ...]:
        """Check again the files that changed since, or whose parts did; what was checked comes back."""
        with self._lock:
            again = []
            paths = [path for folder in self._folders for path in flow_files(folder)]
            for path in paths:
                before = self._checked.get(path)
                if before is None or before[0] != _stamp(path, before[1].watched):
                    self._checked[path] = _stamped(path)
                    again.append(self._checked[path][1])
            gone = [path for path in self._checked if path not in paths]
            for path in gone:
                del self._checked[path]
            if again or gone:
                self._settle()
            return tuple(again)

    def take(self, bundles: Mapping[Path, str | None]) -> None:
        """Serve what another process of this program found sound, in place of reading files.

        `bundles` is file → bundle, or None for a file that is not sound: its last sound version goes on.
        """
        with self._lock:
            before = {checked.path: checked for checked in self._current.values()}
            sound = (_taken(path, text) if text is not None else before.get(path) for path, text in bundles.items())
            current: dict[str, Checked] = {}
            for checked in sound:
                if checked is not None and checked.flow is not None:
                    current.setdefault(checked.flow.name, checked)
            for name, old in self._current.items():
                if old.program is not None:
                    self._remember(name, old.program)
            self._current = current

    def _settle(self) -> None:
        """Work out what is current: of two files with one flow's name, the first."""
        current: dict[str, Checked] = {}
        for path, (stamp, checked) in sorted(self._checked.items()):
            name = checked.flow.name if checked.flow is not None else None
            if name is None or not checked.sound:
                continue
            if name in current:
                taken = _name_taken(checked, current[name])
                self._checked[path] = (stamp, replace(checked, diagnostics=in_order((*checked.diagnostics, *taken))))
                continue
            current[name] = checked
        for name, old in self._current.items():
            if name not in current and old.path in self._checked and not self._checked[old.path][1].sound:
                current[name] = old
            elif old.program is not None and current.get(name) is not old:
                self._remember(name, old.program)
        self._current = dict(sorted(current.items(), key=lambda item: item[1].path))

    def _remember(self, flow: str, program: Program) -> None:
        with self._lock:
            self._versions[flow, program.version] = program
            while len(self._versions) > MOST_CACHED:
                self._versions.popitem(last=False)


def _stamped(path: Path) -> tuple[Stamp, Checked]:
    """Check a file; its stamp is taken before, so that a change made meanwhile is seen the next time."""
    bundle = read_bundle(path)
    stamp = _stamp(path, bundle.sources)
    checked = _check(path, bundle)
    missing = checked.watched[len(bundle.sources) :]
    return (*stamp, *_stamp(path, missing)), checked


def _stamp(path: Path, names: Iterable[str]) -> Stamp:
    """What changes when the flow or a file that it includes does; a file that is not there has a stamp too."""
    states = []
    for name in names:
        try:
            state = (path.parent / name).stat()
            states.append((name, state.st_mtime_ns, state.st_size))
        except OSError:
            states.append((name, 0, -1))
    return tuple(states)


def _taken(path: Path, text: str) -> Checked:
    bundle = load_bundle(text)
    return Checked(path, compile_flow(bundle.sources, bundle.entry, sound=True).flow, (), bundle, {})


def _compiled(flow: str, version: str, text: str) -> Program:
    """A stored version is compiled and never linted again: it was sound when it was kept."""
    bundle = load_bundle(text)
    compiled = compile_flow(bundle.sources, bundle.entry)
    if compiled.flow is None:
        raise FlowrunnerError(
            "a stored version cannot be read by this flowrunner.",
            where=f"{flow} {version[:12]}",
            way_out="Run the flowrunner that the case began with.",
        )
    return Program(compiled.flow, version)


def _name_taken(checked: Checked, first: Checked) -> tuple[Diagnostic, ...]:
    if checked.flow is None or first.flow is None:
        return ()
    span = Span(str(checked.path), 1, 1, 1, 1)
    values = {"name": checked.flow.name, "file": str(first.path)}
    return (Diagnostic(NAME_TAKEN, span, "flow", values),)


def _unknown(flow: str, version: str) -> UnknownVersion:
    return UnknownVersion(
        "this version is not stored.", where=f"{flow} {version[:12]}", way_out="Restore the database from a backup."
    )
