"""Telling, while flows are served, what in the settings does not fit them."""

from __future__ import annotations

from collections.abc import Iterable

from flowrunner.catalogue import Checked
from flowrunner.cli.flows import settings_against
from flowrunner.cli.output import tell_findings
from flowrunner.compiler.settings.read import SettingsRead
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.words import Words


class SettingsFit:
    """Tells findings of FR0, the same ones once. With `all_flows` false, settings of flows that are not served are no
    finding."""

    def __init__(self, read: SettingsRead, say: Words, *, all_flows: bool = True) -> None:
        self._read = read
        self._say = say
        self._all_flows = all_flows
        self._reported: tuple[Diagnostic, ...] = ()

    def tell(self, flows: Iterable[Checked]) -> None:
        diagnostics = settings_against(self._read, flows)
        if not self._all_flows:
            diagnostics = tuple(one for one in diagnostics if one.variant != "unknown_flow")
        if diagnostics and diagnostics != self._reported:
            tell_findings(diagnostics, self._read.texts or {}, self._say.language)
        self._reported = diagnostics
