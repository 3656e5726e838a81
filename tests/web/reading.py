"""A page read as a plain client reads it: its outline, its controls, and the form that it would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass(slots=True)
class Element:
    """One element with its words, those of its children among them."""

    tag: str
    attributes: dict[str, str]
    words: str = ""
    within: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass(slots=True)
class Read(HTMLParser):
    """All elements of a page in reading order."""

    source: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.source)
        assert not self.open, f"left open: {[element.tag for element in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"a doubled attribute of {tag}: {names}"
        within = tuple(element.tag for element in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, within=within)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"nothing is open that </{tag}> could close"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag: str) -> Element:
        (found,) = self.all(tag)
        return found

    @property
    def title(self) -> str:
        return self.one("title").words

    @property
    def heading(self) -> str:
        return " ".join(self.one("h1").words.split())

    @property
    def complained_of(self) -> list[str]:
        """Where the lines of the error summary lead."""
        return [link["href"] for link in self.all("a") if "section" in link.within]

    @property
    def controls(self) -> list[Element]:
        return [e for e in self.all("input", "select", "textarea") if e["type"] != "hidden"]

    def form(self) -> dict[str, list[str]]:
        """What the form of the page would send, with no button pressed; the button that signs out has its own."""
        sent: dict[str, list[str]] = {}
        chosen = ""
        for element in self.elements:
            if "main" not in element.within:
                continue
            if element.tag == "select":
                chosen = element["name"]
                sent[chosen] = [""]
            elif element.tag == "option" and "selected" in element.attributes:
                sent[chosen] = [element["value"]]
            elif element.tag == "textarea":
                sent[element["name"]] = [element.words.removeprefix("\n")]
            elif element.tag == "input" and element["name"] and _is_sent(element):
                sent.setdefault(element["name"], []).append(element["value"])
        return sent


def _is_sent(element: Element) -> bool:
    return element["type"] not in ("radio", "checkbox") or "checked" in element.attributes


def check_house_rules(html: str, language: str) -> Read:
    """What holds on every page, whatever it shows."""
    page = Read(html)
    assert page.one("html")["lang"] == language
    assert page.title.strip()
    assert page.heading
    identifiers = [element["id"] for element in page.elements if element["id"]]
    assert len(identifiers) == len(set(identifiers)), "an id stands twice"
    labelled = {element["for"] for element in page.all("label")}
    for control in page.controls:
        assert control["id"] in labelled, f"no label for {control.attributes}"
        for described in control["aria-describedby"].split():
            assert described in identifiers
    for group in page.all("fieldset"):
        for described in group["aria-describedby"].split():
            assert described in identifiers
    assert len(page.all("legend")) == len(page.all("fieldset"))
    for link in page.all("a"):
        assert link["href"]
        assert " ".join(link.words.split())
        if link["href"].startswith("#"):
            assert link["href"][1:] in identifiers
    assert not page.all("style")
    assert [(script["src"], script.words) for script in page.all("script")] == [("/static/page.js", "")]
    assert not [element for element in page.elements if element["style"] or element["onclick"]]
    assert page.all("main")[0]["id"] == "content"
    return page
