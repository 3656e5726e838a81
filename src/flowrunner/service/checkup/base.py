"""The contract of a concern: one thing about a deployment that may be missing or unsafe."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from flowrunner.catalogue import Checked, check_file, flow_files
from flowrunner.compiler.settings.read import SettingsRead
from flowrunner.compiler.settings.sources import check_sources
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.i18n.words import Words
from flowrunner.settings import Settings
from flowrunner.sources.base import SourceFailed

if TYPE_CHECKING:
    # Migrations are looked at where the tables are the matter, not wherever one concern is.
    from flowrunner.store.migrations.inspection import DatabaseState


@dataclass(frozen=True, slots=True)
class Finding:
    """Something missing or unsafe. `doctor.<concern>.<variant>` says what, with `.help` the way out.

    `doctor.<concern>.why` says why it matters; a variant may have its own (`.why`). An error keeps the service, or a
    part of it, from working; a warning is unsafe; a note only tells.
    """

    concern: str
    variant: str
    level: Level = Level.ERROR
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def what(self, say: Words) -> str:
        """What is missing or unsafe."""
        return say.say(self._ident, **self._filled(say))

    def why(self, say: Words) -> str:
        """Why it matters."""
        own = f"{self._ident}.why"
        return say.say(own if own in say else f"doctor.{self.concern}.why", **self._filled(say))

    def way_out(self, say: Words) -> str:
        """What to do about it."""
        return say.say(f"{self._ident}.help", **self._filled(say))

    @property
    def _ident(self) -> str:
        return f"doctor.{self.concern}.{self.variant}"

    def _filled(self, say: Words) -> dict[str, object]:
        return {
            name: value.text(say) if isinstance(value, SourceFailed) else value for name, value in self.values.items()
        }


class Installation(Struct, frozen=True, dict=True):
    """A deployment as it stands, whether it runs or not. Nothing of it is changed.

    What takes time is found out once, and only when somebody asks.
    `settings` are those that serve: of the file with the environment over it.
    """

    settings: Settings
    read: SettingsRead
    environment: Mapping[str, str]

    @cached_property
    def flows(self) -> tuple[Checked, ...]:
        """Every flow file, sound or not."""
        files = dict.fromkeys(file for folder in self.settings.flows for file in flow_files(folder))
        return tuple(check_file(file) for file in files)

    @cached_property
    def misfits(self) -> tuple[Diagnostic, ...]:
        """What in the settings does not fit the flows (FR0)."""
        if self.read.root is None:
            return ()
        compiled = tuple(one.flow for one in self.flows if one.flow is not None)
        return check_sources(
            self.read.root, compiled, tuple(one.bundle.declared_name for one in self.flows if one.flow is None)
        )

    @cached_property
    def database(self) -> DatabaseState:
        """How the database stands."""
        from flowrunner.store.migrations.inspection import database_state

        return database_state(self.settings.database_url)


class Concern(ABC):
    """One thing that is looked at."""

    name: ClassVar[str]

    @abstractmethod
    def look(self, installation: Installation) -> Iterable[Finding]:
        """What is missing or unsafe. Looks only, and changes nothing."""
