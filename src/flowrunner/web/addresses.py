"""Where things are, and the buttons that lead there without losing what was typed."""

from __future__ import annotations

from msgspec import Struct

from flowrunner.model.case import Case
from flowrunner.web.languages import speaks
from flowrunner.web.site import services

# Buttons of the interpreter. Those of a flow never begin with an underscore.
STAY, SAVE, BACK = "_stay", "_save", "_back"
CHANGE, STEP, FLOW, PAGE = "_change:", "_step:", "_flow:", "_page:"
UPLOAD, REMOVE = "_upload:", "_remove:"
SEARCH, CHOOSE, COUNTRY = "_search:", "_choose:", "_country:"

# The places that every flow can link to.
PLACE = "page/"
PAGES = frozenset({"home", "sign_in", "resume", "recover", "profile", "submitted", "saved"})


class PageLink(Struct, frozen=True):
    """A way out of a page: its address, the button that keeps what was typed and then leads there, and the language
    that it leads to when it is another one ("")."""

    href: str
    button: str = ""
    language: str = ""


class Addresses(Struct, frozen=True):
    """The ways out of one page of a flow, in one language: of its step `here`, or of a place (`of_place`)."""

    language: str
    flow: str
    here: str

    @classmethod
    def of_place(cls, language: str, flow: str, name: str) -> Addresses:
        """Those of a place that every flow has."""
        return cls(language, flow, f"{PLACE}{name}")

    def step(self, name: str) -> PageLink:
        """To another step of the case."""
        return PageLink(step_address(self.language, self.flow, name), f"{STEP}{name}")

    def change(self, name: str) -> PageLink:
        """To the step where an answer is changed, and back here."""
        return PageLink(f"{step_address(self.language, self.flow, name)}?change={self.here}", f"{CHANGE}{name}")

    def page(self, name: str) -> PageLink:
        """To a place that every flow has."""
        return PageLink(page_address(self.language, self.flow, name), f"{PAGE}{name}")

    def other(self, name: str) -> PageLink:
        """To another flow, which is told from where it was opened."""
        target = services().catalogue.current(name)
        spoken = speaks(target, self.language) if target else self.language
        opened = "" if name == self.flow else f"?from={self.flow}/{self.here}"
        language = spoken if spoken != self.language else ""
        return PageLink(f"/{spoken}/{name}{opened}", f"{FLOW}{name}", language)


def step_address(language: str, flow: str, step: str) -> str:
    """Where a step is. Its address names nothing else, so a case can be seen by who holds it alone."""
    return f"/{language}/{flow}/{step}"


def where(case: Case, step: str) -> str:
    """Where a step of a case is, in the language of the case."""
    return step_address(case.language, case.flow, step)


def page_address(language: str, flow: str, name: str) -> str:
    """Where a place that every flow has is."""
    return f"/{language}/{flow}/page/{name}"


def message_address(language: str, flow: str, number: int) -> str:
    """Where a message of an account is read."""
    return f"{page_address(language, flow, 'message')}/{number}"


def file_address(language: str, flow: str, upload: str) -> str:
    """Where an upload is handed out."""
    return f"/{language}/{flow}/file/{upload}"
