"""One of many people: walks the first pages of `jardin` with answers of their own, as a plain client does."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

START = "/fr/jardin"
STEPS = ("accueil", "qui_etes_vous", "parcelle")
END = "coordonnees"
PATIENCE = 120.0
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


@dataclass(slots=True)
class Person:
    """Somebody with a browser of their own. `patient` sends again what was not answered; `hasty` presses twice."""

    port: int
    number: int
    patient: bool = False
    hasty: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    again: int = 0
    answered: Callable[[], None] = lambda: None

    @property
    def born(self) -> date:
        return date(1930, 1, 1) + timedelta(days=self.number)

    @property
    def gift(self) -> Decimal:
        return self.number + Decimal("0.25")

    def walk(self) -> None:
        """Send the three pages, one after the other; each must be acknowledged."""
        path = START
        for step, answers in zip(STEPS, self._answers(), strict=True):
            status, page, _ = self.ask("GET", path)
            assert status == 200, (step, status)
            path = self._send(path, {**_hidden(page), **answers})
            assert path.startswith(f"{START}/"), path
        assert path == f"{START}/{END}", path

    def _answers(self) -> tuple[Mapping[str, str | list[str]], ...]:
        born = self.born
        identity = {
            "carte_citoyenne": "2045678901",
            "naissance.year": str(born.year),
            "naissance.month": str(born.month),
            "naissance.day": str(born.day),
        }
        plot: dict[str, str | list[str]] = {
            "jardin_choisi": "erable",
            "exposition": "autre",
            "exposition_precise": f"Personne {self.number}",
            "largeur": "4",
            "longueur": "6",
            "partage": "no",
            "outils": ["beche", "rateau"],
            "don": f"{self.gift}",
        }
        return {}, identity, plot

    def _send(self, path: str, form: Mapping[str, str | list[str]]) -> str:
        body = urlencode({**form, "_button": "next"}, doseq=True)
        if not self.hasty:
            return self._acknowledged(path, body)
        with ThreadPoolExecutor(2) as hands:
            both = {one.result() for one in [hands.submit(self._acknowledged, path, body) for _ in range(2)]}
        assert len(both) == 1, both
        return both.pop()

    def _acknowledged(self, path: str, body: str) -> str:
        status, _, to = self.ask("POST", path, body)
        assert status == 303, (path, status)
        return to

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        """The status, the page, and where it leads."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(method, path, body)
            except (OSError, HTTPException):
                if not self.patient or time.monotonic() > until:
                    raise
                self.again += 1
                time.sleep(0.05)

    def _once(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self.statuses[answer.status] += 1
        self.answered()
        return answer.status, page, answer.headers.get("Location", "")


def _hidden(page: str) -> dict[str, str]:
    found = [(_NAME.search(tag), _VALUE.search(tag)) for tag in _HIDDEN.findall(page)]
    return {name[1]: unescape(value[1]) for name, value in found if name and value}
