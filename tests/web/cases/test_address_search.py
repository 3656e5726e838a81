"""Finding an address without scripts: a list to choose from, boxes to fill by hand, nothing lost, no source needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import making
from tests.web.conftest import House
from tests.web.papers import Sender, open_house
from tests.web.reading import Read

FILES = {"photo": ("a.pdf", making.pdf(mark="a")), "second": ("b.pdf", making.pdf(mark="b"))}


@pytest.fixture
def house_with(repository: Path, tmp_path: Path) -> Iterator[list[House]]:
    """Houses to be closed at the end."""
    opened: list[House] = []
    yield opened
    for house in opened:
        house.services.close()


def at_the_address(house: House, language: str = "en") -> Sender:
    sender = Sender(house.app.test_client(), house)
    sender.begin(language)
    sender.add(FILES, "next", {"name": "Zoé"})
    return sender


@pytest.fixture
def sender(house_with: list[House], repository: Path, tmp_path: Path) -> Sender:
    house_with.append(open_house(repository, tmp_path))
    return at_the_address(house_with[0])


def matches(page: Read) -> list[str]:
    return [button.words for button in page.all("button") if button["class"] == "match"]


def options(page: Read, name: str) -> list[str]:
    found, inside = [], False
    for element in page.elements:
        if element.tag == "select":
            inside = element["name"] == name
        elif element.tag == "option" and inside:
            found.append(element["value"])
    return found


class TestSearching:
    def test_a_list_to_choose_from(self, sender: Sender) -> None:
        page = sender.press("_search:home", fill={"home.search": "12 main"})
        assert len(matches(page)) == 2
        assert sender.said().startswith("2 addresses found. Choose yours.")
        assert "main" not in sender.path.lower()
        page = sender.press(sender.button("Ottawa"))
        form = page.form()
        assert [form[f"home.{part}"] for part in ("street", "city", "province", "postal_code", "country")] == [
            ["12 Main Street"],
            ["Ottawa"],
            ["ON"],
            ["K1A 0B1"],
            ["ca"],
        ]
        assert form["home.manual"] == ["yes"]
        assert sender.press().heading == "Check what you added"

    def test_nothing_that_was_typed_is_lost(self, sender: Sender) -> None:
        typed = {"home.search": "12 main", "home.unit": "4", "home.street": "12", "home.city": "Otta"}
        page = sender.press("_search:home", fill=typed)
        assert {name: page.form()[name] for name in typed} == {name: [value] for name, value in typed.items()}
        page = sender.press(sender.button("Moncton"))
        assert (page.form()["home.unit"], page.form()["home.city"]) == (["4"], ["Moncton"])

    def test_enter_in_the_box_searches(self, sender: Sender) -> None:
        page = sender.press("next", fill={"home.search": "12 main"})
        assert (sender.status, len(matches(page))) == (200, 2)

    def test_enter_with_an_address_in_the_boxes_sends_it(self, sender: Sender) -> None:
        address = {
            "home.street": "1 rue A",
            "home.city": "Gatineau",
            "home.province": "QC",
            "home.postal_code": "J8X 1A1",
        }
        assert sender.press("next", fill={"home.search": "12 main", **address}).heading == "Check what you added"

    @pytest.mark.parametrize("typed", ["nowhere at all", "12", "\x00", "x" * 5000, "<b>"])
    def test_nothing_is_found(self, sender: Sender, typed: str) -> None:
        page = sender.press("_search:home", fill={"home.search": typed})
        assert sender.status == 200
        assert matches(page) == []
        assert sender.said() == "We could not find this address. Enter it below."
        assert page.form()["home.manual"] == ["yes"]
        assert "<b>" not in page.source

    def test_an_empty_box_searches_nothing(self, sender: Sender) -> None:
        page = sender.press("_search:home")
        assert (sender.status, sender.said(), matches(page)) == (200, "", [])

    @pytest.mark.parametrize(
        "button", ["_search:unknown", "_search:name", "_choose:home:0000", "_choose:home", "_choose:"]
    )
    def test_a_forged_button_leads_nowhere(self, sender: Sender, button: str) -> None:
        page = sender.press(button, fill={"home.search": "12 main", "home.street": "1"})
        assert (page.heading, page.form()["home.street"]) == ("Where you live", ["1"])

    @pytest.mark.parametrize("otherwise", ["fails", "late"])
    def test_a_source_that_does_not_answer(
        self, house_with: list[House], repository: Path, tmp_path: Path, otherwise: str
    ) -> None:
        house_with.append(open_house(repository, tmp_path, {"connector": "fake", "otherwise": otherwise}))
        sender = at_the_address(house_with[0], "fr")
        page = sender.press("_search:home", fill={"home.search": "12 main"})
        assert sender.status == 200
        assert sender.said() == "La recherche n’est pas offerte en ce moment. Saisissez l’adresse ci-dessous."
        assert page.form()["home.search"] == ["12 main"]
        assert page.form()["home.manual"] == ["yes"]


class TestByHand:
    def test_the_boxes_open_with_their_problem(self, sender: Sender) -> None:
        page = sender.press("next")
        assert sender.status == 422
        assert page.form()["home.manual"] == ["yes"]
        # Each box has its own problem, in the words of the summary.
        at_boxes = [one.words for one in page.elements if one["class"] == "problem"]
        assert at_boxes == sender.problems()
        assert len(at_boxes) == 4
        assert next(one["href"] for one in page.all("a") if "section" in one.within) == "#home.street"

    def test_provinces_are_a_list_in_canada(self, sender: Sender) -> None:
        page = sender.open("/en/papers/living")
        assert options(page, "home.province") == [
            "", "AB", "BC", "MB", "NB", "NL", "NT", "NS", "NU", "ON", "PE", "QC", "SK", "YT",
        ]  # fmt: skip

    def test_a_postal_code_of_another_province(self, sender: Sender) -> None:
        address = {"home.street": "1", "home.city": "A", "home.province": "QC", "home.postal_code": "K1A 0B1"}
        sender.press("next", fill=address)
        assert sender.status == 422
        assert "Check both." in sender.problems()[0]

    def test_another_country_has_no_rules(self, sender: Sender) -> None:
        page = sender.press("_country:home", fill={"home.country": "fr", "home.street": "1 rue A"})
        assert page.form()["home.street"] == ["1 rue A"]
        assert options(page, "home.province") == []
        fill = {"home.city": "Lyon", "home.province": "Rhône", "home.postal_code": "69001"}
        page = sender.press("next", fill=fill)
        assert page.heading == "Check what you added"
        assert "France" in page.source

    def test_another_country_without_showing_its_form(self, sender: Sender) -> None:
        page = sender.press("next", fill={"home.country": "fr", "home.street": "1 rue A", "home.city": "Lyon"})
        assert page.heading == "Check what you added"

    def test_a_province_that_was_typed_by_its_name_is_chosen(self, sender: Sender) -> None:
        page = sender.press("_country:home", fill={"home.province": "ontario"})
        assert page.form()["home.province"] == ["ON"]
