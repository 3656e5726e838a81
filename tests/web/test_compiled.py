"""The templates as another process compiled them."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from flowrunner.web.compiled import FOLDER, CompiledTemplates, compile_templates
from tests.web.conftest import House


class TestCompiledTemplates:
    def test_the_application_compiles_none_of_them(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        code = compile_templates()
        environment = house.app.jinja_env
        environment.bytecode_cache = CompiledTemplates(code)
        compiled = []
        monkeypatch.setattr(Environment, "compile", lambda *said, **more: compiled.append(said))
        names = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
        assert len(names) == len(code)
        for name in names:
            environment.get_template(name)
        assert compiled == []

    def test_one_that_changed_since_is_compiled(self) -> None:
        code = compile_templates()
        cache = CompiledTemplates(code)
        environment = Environment(autoescape=True)
        key = cache.get_cache_key("layout.html", str(FOLDER / "layout.html"))
        assert cache.get_bucket(environment, "layout.html", str(FOLDER / "layout.html"), "changed").code is None
        source = (FOLDER / "layout.html").read_text()
        assert key in code
        assert cache.get_bucket(environment, "layout.html", str(FOLDER / "layout.html"), source).code is not None
