"""The contract of a connector: one way to look facts up in an external source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.diagnostics.diagnostic import Filling
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import Words, words
from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.registry import nearest


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogues by its id, and what fills it; a sentence among the values is said along with it."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def say(self, say: Words) -> str:
        """The sentence in the language of `say`."""
        return say.say(self.id, **self._filled(say))

    def help(self, say: Words) -> str:
        """The way out, "" when there is nothing more to say."""
        way_out = f"{self.id}.help"
        return say.say(way_out, **self._filled(say)) if way_out in say else ""

    def _filled(self, say: Words) -> dict[str, object]:
        return {name: value.say(say) if isinstance(value, Sentence) else value for name, value in self.values.items()}


class SourceFailed(FlowrunnerError):
    """The source did not answer; `late` is true when it took longer than its contract allows.

    What happened is a sentence of the catalogue (`source.…`), so that an operator reads it in either language. It never
    holds what was asked or answered, nor an address with what was asked in it.
    """

    def __init__(self, what: str | Sentence, *, where: str = "", way_out: str = "", late: bool = False) -> None:
        english = words("en")
        message = what.say(english) if isinstance(what, Sentence) else what
        super().__init__(message, where=where, way_out=what.help(english) if isinstance(what, Sentence) else way_out)
        self.sentence = what if isinstance(what, Sentence) else None
        self.late = late

    def text(self, say: Words) -> str:
        """What happened, where, and the way out in the language of `say`."""
        if self.sentence is None:
            return str(self)
        return str(FlowrunnerError(self.sentence.say(say), where=self.where, way_out=self.sentence.help(say)))


def failure(ident: str, *, where: str = "", late: bool = False, **values: object) -> SourceFailed:
    """The failure that the catalogue calls `source.<ident>`."""
    return SourceFailed(Sentence(f"source.{ident}", values), where=where, late=late)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a configuration cannot serve the contract of a source.

    `FR003.<variant>` says it. `at` leads to the piece of the configuration, by keys and positions.
    """

    variant: str
    at: tuple[str | int, ...]
    values: Mapping[str, Filling] = field(default_factory=dict, hash=False)
    nearest: str | None = None


class CannotServe(FlowrunnerError):
    """The configuration of a connector cannot serve the source's contract."""

    def __init__(self, source: Source, misfit: Misfit) -> None:
        sentence = Sentence(f"FR003.{misfit.variant}", misfit.values)
        english = words("en")
        way_out = sentence.help(english) or Sentence("FR003", misfit.values).help(english)
        super().__init__(sentence.say(english), where=f"sources: {source.name}", way_out=way_out)
        self.misfit = misfit


class Connector(ABC):
    """One way to ask. `configuration` is the deployment's (`flowrunner.yaml`), of the JSON Schema `keys`."""

    name: ClassVar[str]
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    required_keys: ClassVar[frozenset[str]] = frozenset()

    def misfits(self, source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
        """Why the configuration cannot serve the source's contract; nothing outside of the two is looked at."""
        return ()

    @abstractmethod
    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        """Make ready to ask this source; paths of the configuration are relative to `folder`.

        Raises CannotServe when the configuration cannot serve the source's contract, SourceFailed when what it needs
        is not there.
        """


class Lookup(ABC):
    """A source made ready. Several threads may ask at once."""

    @abstractmethod
    def find(self, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        """Ask with the answers (by the source's own names) and give the typed values of its contract.

        Raises SourceFailed.
        """

    def check_config(self) -> SourceFailed | None:
        """Ask whether it works, without anybody's answers: None, or what is wrong."""
        return None

    def close(self) -> None:
        """Let go of what is held open, such as connections."""
        return


def refuse_misfits(connector: Connector, source: Source, configuration: Mapping[str, Any]) -> None:
    """Raises CannotServe for the first misfit."""
    for misfit in connector.misfits(source, configuration):
        raise CannotServe(source, misfit)


def unknown_names(
    configuration: Mapping[str, Any], known_of: Mapping[str, Iterable[str]], at: tuple[str | int, ...] = ()
) -> Iterable[Misfit]:
    """A misfit for each name under a key of the configuration that is none of those known there.

    `at` is where the configuration stands, when it is a piece of a larger one.
    """
    for key, declared in known_of.items():
        names = tuple(declared)
        for name in configuration.get(key, {}):
            if name not in names:
                values: Mapping[str, Filling] = {"key": key, "name": name, "known": names}
                yield Misfit("unknown_name", (*at, key, name), values, nearest(name, names))
