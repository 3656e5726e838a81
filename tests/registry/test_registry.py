from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from flowrunner import registry
from flowrunner.errors import FlowrunnerError
from flowrunner.registry import Registry, UnknownPart, nearest


@dataclass(frozen=True, slots=True)
class Part:
    name: str


def of_another_package() -> Part:
    """What an entry point of another package gives: a part when it is called."""
    return Part("signature")


@pytest.fixture
def fields() -> Registry[Part]:
    return Registry("fields_of_a_test", [Part("text"), Part("email")])


class TestRegistry:
    def test_parts_keep_their_order(self, fields: Registry[Part]) -> None:
        assert fields.names == ("text", "email")
        assert list(fields.values()) == [Part("text"), Part("email")]
        assert len(fields) == 2
        assert "email" in fields

    def test_a_part_is_found_by_its_name(self, fields: Registry[Part]) -> None:
        assert fields["email"] == Part("email")

    def test_an_unknown_name_comes_with_the_nearest(self, fields: Registry[Part]) -> None:
        with pytest.raises(UnknownPart) as raised:
            fields["emial"]
        assert raised.value.nearest == "email"
        assert raised.value.names == ("text", "email")

    def test_a_name_like_no_other_comes_with_all(self, fields: Registry[Part]) -> None:
        with pytest.raises(UnknownPart, match=r"Known: text, email\.") as raised:
            fields["zzz"]
        assert raised.value.nearest is None

    def test_two_parts_of_one_name_are_refused(self) -> None:
        with pytest.raises(FlowrunnerError, match="two parts are called 'text'"):
            Registry("fields_of_a_test", [Part("text"), Part("text")])

    def test_another_package_adds_a_part(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entry = EntryPoint("signature", f"{__name__}:of_another_package", "flowrunner.fields")
        monkeypatch.setattr(registry, "_offered", lambda: EntryPoints([entry]))
        assert Registry("fields", [Part("text")]).names == ("text", "signature")
        assert Registry("rules", [Part("text")]).names == ("text",)


class TestNearest:
    @pytest.mark.parametrize(
        ("name", "found"), [("regulater", "regulator"), ("regulator", "regulator"), ("x", None), ("", None)]
    )
    def test_only_a_close_name_is_offered(self, name: str, found: str | None) -> None:
        assert nearest(name, ["regulator", "email"]) == found
