"""Every file that is broken on purpose gives the FR1 diagnostics that it names, at the places that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.compiler.parse import parse_yaml
from tests.compiler.expectations import differences, invalid_flows


class TestInvalidFlows:
    @pytest.mark.parametrize("path", invalid_flows("fr1"), ids=lambda path: path.stem)
    def test_gives_what_it_names_and_nothing_else(self, path: Path) -> None:
        parsed = parse_yaml(path.read_bytes(), path.name)
        assert differences(parsed.diagnostics, path, path.name) == []
        assert parsed.root is None or all(one.level != "error" for one in parsed.diagnostics)
