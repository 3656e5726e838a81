"""What is printed by a real `serve --production` holds nothing that anybody typed, whatever goes wrong."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import yaml

from tests.web.producing import Browser, Production, ask, free_port, producing

JARDIN = {
    "carte_citoyenne": "2045678901",
    "naissance.year": "1984",
    "naissance.month": "5",
    "naissance.day": "17",
}
TYPED = {
    "email": "zephirine.quatrevents@example.org",
    "number": "R741852",
    "card": "2045678901",
    "name": "Zéphirine Quatrevents",
    "phone": "819-555-0173",
    "street": "417 chemin des Épinettes-Bleues",
    "secret": "correct-cheval-pile-agrafe-7319",
    "code": "QK7RM2WD",
    "remark": "mon remboursement secret",
    "path": "chemin-secret-4471",
    "query": "requete-secrete-5582",
    "cookie": "biscuit-secret-6693",
    "header": "entete-secrete-7704",
}


@pytest.fixture
def deployment(repository: Path, tmp_path: Path) -> Path:
    """The project's flows and those of the tests; one source fails and another cannot even be opened."""
    read = yaml.safe_load((repository / "flowrunner.yaml").read_text("utf-8"))["sources"]
    read |= yaml.safe_load((repository / "tests/flows/flowrunner.yaml").read_text("utf-8"))["sources"]
    for flow, folder in (("registration", repository), ("jardin", repository / "tests/flows")):
        for source in read[flow].values():
            if "file" in source:
                source["file"] = str(folder / source["file"])
    read["jardin"]["disponibilite"] = {"connector": "fake", "otherwise": "fails"}
    read["registration"]["party"]["file"] = str(tmp_path / "missing.csv")
    settings = {
        "flows": [str(repository / "flows"), str(repository / "tests/flows/valid")],
        "data": str(tmp_path / "data"),
        "sources": read,
        "server": {"https": False, "workers": 1, "metrics": free_port()},
        "mail": {"tray": True},
    }
    (tmp_path / "flowrunner.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))
    return tmp_path / "flowrunner.yaml"


@pytest.fixture
def served(deployment: Path) -> Iterator[Production]:
    metrics = yaml.safe_load(deployment.read_text("utf-8"))["server"]["metrics"]
    with producing(deployment, metrics) as production:
        yield production


class TestNothingTyped:
    def test_a_whole_walk_with_everything_that_can_go_wrong(self, served: Production) -> None:
        browser = served.browser()
        walk_registration(browser)
        walk_jardin(browser)
        provoke(served, browser)
        break_the_database(served, browser)
        figures = ask(served.metrics, "/metrics").text
        assert served.stop() == 0
        statuses = {line["status"] for line in served.lines("request")}
        assert {200, 303, 400, 404, 405, 422, 500} <= statuses
        assert found_in(served.printed) == []
        assert found_in(figures) == []
        assert re.search(r'source_answers_total\{flow="jardin",source="disponibilite",why="failed"\}', figures)

    def test_a_request_is_a_line_that_an_operator_can_use(self, served: Production) -> None:
        browser = served.browser()
        walk_registration(browser)
        sent = next(line for line in served.lines("request") if line["step"] == "access_request" and line["came"])
        assert sent["level"] == "info"
        assert sent["route"] == "/<language>/<flow>/<step>"
        assert (sent["method"], sent["flow"], sent["endpoint"]) == ("POST", "registration", "cases.send_step")
        assert 0 < sent["ms"] < 60_000
        assert re.fullmatch("[0-9a-f]{32}", sent["id"])
        answer = served.ask("/en/registration")
        assert answer.headers["X-Request-Id"] in {line["id"] for line in served.lines("request")}


class TestTheSearch:
    def test_it_finds_what_it_is_to_find(self) -> None:
        for value in TYPED.values():
            for written in (value, quote(value), quote_plus(value), value.encode("unicode_escape").decode()):
                assert found_in(f"GET /x?{written} HTTP/1.1")


def found_in(text: str) -> list[str]:
    """The names of the typed values that stand in a text, in any way of writing them."""
    return [
        name
        for name, value in TYPED.items()
        if any(
            written.lower() in text.lower()
            for written in (value, quote(value), quote_plus(value), value.encode("unicode_escape").decode())
        )
    ]


def walk_registration(browser: Browser) -> None:
    browser.open("/en/registration")
    browser.press()
    browser.press(fill={"email": TYPED["email"], "regulator": "lsbc", "membership_number": "?"})
    assert browser.status == 422
    browser.press(fill={"email": TYPED["email"], "regulator": "cicc", "membership_number": TYPED["number"]})
    assert browser.status == 200
    browser.open("/fr/registration/access_request")


def walk_jardin(browser: Browser) -> None:
    browser.open("/fr/jardin")
    browser.press()
    browser.press(fill={**JARDIN, "carte_citoyenne": "20456789"})
    assert browser.status == 422
    browser.press(fill=JARDIN)
    assert browser.path == "/fr/jardin/parcelle", browser.page.source
    plot: dict[str, str | list[str]] = {
        "jardin_choisi": "bouleau",
        "exposition": "autre",
        "exposition_precise": TYPED["remark"],
        "largeur": "4",
        "longueur": "7.31",
        "outils": ["beche"],
        "don": "123.45",
    }
    browser.press(fill=plot)
    assert browser.path == "/fr/jardin/liste_d_attente", browser.page.source
    browser.press()
    person = {
        "nom_complet": TYPED["name"],
        "courriel": TYPED["email"],
        "telephone": TYPED["phone"],
        "adresse.street": TYPED["street"],
        "secret": TYPED["secret"],
        "secret_encore": TYPED["secret"],
    }
    if browser.page.all("form"):
        browser.press(fill=person)
    else:
        browser._go("/fr/jardin/coordonnees", "POST", "&".join(f"{k}={quote_plus(v)}" for k, v in person.items()))


def provoke(served: Production, browser: Browser) -> None:
    """Everything that can be wrong with a request."""
    path, query = TYPED["path"], TYPED["query"]
    headers = {"Cookie": f"session={TYPED['cookie']}", "X-Request-Id": TYPED["header"], "Referer": f"/{query}"}
    for address in (f"/en/{path}", f"/{path}/", f"/en/registration/{path}?{query}", f"/en/registration/page/{path}"):
        served.ask(address, headers=headers)
        served.ask(address, "POST", f"email={quote_plus(TYPED['email'])}&code={TYPED['code']}", headers)
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "SECRET"):
        served.ask(f"/en/registration?{query}", method, headers=headers)
    browser.open(f"/en/registration?from={path}")
    for raw in (
        f"GET /{path}\r\n\r\n",
        f"GET /{path} HTTP/9.9\r\n\r\n",
        f"GET /{path} HTTP/1.1\r\nHost: x\r\n{TYPED['header']}\r\n\r\n",
        f"GET /{path}{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {TYPED['header']}{'x' * 9000}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{TYPED['secret']}\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {TYPED['code']}\r\n\r\n",
        f"{TYPED['code']} / HTTP/1.1\r\nHost: {path}\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as plain:
            plain.sendall(raw.encode())
            plain.settimeout(20)
            plain.recv(65536)


def break_the_database(served: Production, browser: Browser) -> None:
    """A fault of ours in the middle of a decision: a table is not there any more."""
    browser.open("/en/registration/access_request")
    with sqlite3.connect(served.folder / "data" / "flowrunner.sqlite") as database:
        database.execute("alter table form_ids rename to lost")
    browser.press(fill={"email": TYPED["email"], "regulator": "cicc", "membership_number": TYPED["number"]})
    assert browser.status == 500
