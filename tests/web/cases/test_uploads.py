"""Files on a page without scripts: added, listed, kept over whatever a person does, removed, saved again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from flowrunner.model.record import replace
from tests.service import making
from tests.web.conftest import House
from tests.web.papers import Sender, open_house

SCAN, OTHER = making.pdf(mark="scan"), making.pdf(mark="other")
ADDRESS = {"home.street": "12 Main Street", "home.city": "Ottawa", "home.province": "ON", "home.postal_code": "K1A 0B1"}


@pytest.fixture
def papers(repository: Path, tmp_path: Path) -> Iterator[House]:
    house = open_house(repository, tmp_path)
    yield house
    house.services.close()


@pytest.fixture
def sender(papers: House) -> Sender:
    made = Sender(papers.app.test_client(), papers)
    made.begin()
    return made


class TestAdding:
    def test_add_file_stays_and_keeps_what_was_typed(self, sender: Sender) -> None:
        page = sender.add({"photo": ("My scan.pdf", SCAN)}, "_upload:photo", {"name": "Zoé"})
        assert (sender.status, sender.files()) == (200, ["My scan.pdf"])
        assert page.form()["name"] == ["Zoé"]
        assert sender.said() == "1 file uploaded."
        assert "Uploaded" in page.source
        # One file is all that this question takes.
        assert "photo" not in [control["id"] for control in page.controls]

    def test_continue_takes_files_too(self, sender: Sender) -> None:
        page = sender.add({"photo": ("a.pdf", SCAN), "second": ("b.pdf", OTHER)}, "next", {"name": "Zoé"})
        assert page.heading == "Where you live"

    def test_several_at_once_and_more_later(self, sender: Sender) -> None:
        sender.add({"others": [("a.pdf", SCAN), ("b.png", making.picture("PNG"))]}, "_upload:others")
        assert sender.said() == "2 files uploaded."
        page = sender.add({"others": ("c.pdf", OTHER)}, "_upload:others")
        assert sender.files() == ["a.pdf", "b.png", "c.pdf"]
        assert "others" not in [control["id"] for control in page.controls]

    def test_the_question_says_what_it_takes(self, sender: Sender) -> None:
        page = sender.open("/en/papers/papers")
        assert "Kinds of files: PDF, JPG or PNG. Maximum file size: 300 KB." in page.source.replace(
            "\N{NO-BREAK SPACE}", " "
        )
        box = next(control for control in page.controls if control["id"] == "photo")
        assert box["accept"] == ".pdf,.jpg,.jpeg,.png"
        assert page.one("form")["enctype"] == "multipart/form-data"
        french = sender.open("/fr/papers/papers").source.replace("\N{NO-BREAK SPACE}", " ")
        assert "Types de fichiers : PDF, JPG ou PNG. Taille maximale d’un fichier : 300 ko." in french

    def test_pressing_add_twice_adds_once(self, sender: Sender) -> None:
        for _ in range(2):
            sender.add({"others": ("a.pdf", SCAN)}, "_upload:others")
        assert sender.files() == ["a.pdf"]


class TestRefusing:
    def test_what_is_wrong_stands_at_the_question_and_nothing_is_lost(self, sender: Sender) -> None:
        page = sender.add({"photo": ("a.pdf", b"MZ\x90\0"), "second": ("b.pdf", OTHER)}, "next", {"name": "Zoé"})
        assert sender.status == 422
        assert sender.problems() == ["We cannot accept “a.pdf”. Choose a file of one of these kinds: PDF, JPG or PNG."]
        assert page.form()["name"] == ["Zoé"]
        assert sender.files() == ["b.pdf"]

    def test_every_file_that_is_refused_is_told(self, sender: Sender) -> None:
        page = sender.add({"others": [("a.exe", b"MZ\x90\0"), ("b.pdf", b"")]}, "_upload:others")
        assert len(sender.problems()) == 2
        for name in ("a.exe", "b.pdf"):
            assert page.source.count(f"“{name}”") == 2

    def test_a_large_file_is_counted_and_not_kept(self, sender: Sender, papers: House) -> None:
        sender.add({"photo": ("a.pdf", bytes(400_000))}, "_upload:photo", {"name": "Zoé"})
        assert sender.status == 422
        assert sender.problems() == ["“a.pdf” is too large. Choose a file of 300\N{NO-BREAK SPACE}KB or less."]
        assert papers.count("uploads") == 0

    def test_a_name_is_words_and_no_markup(self, sender: Sender) -> None:
        page = sender.add({"photo": ("<b>x.pdf", SCAN)}, "_upload:photo")
        assert sender.files() == ["<b>x.pdf"]
        assert "<b>" not in page.source

    def test_two_that_must_differ(self, sender: Sender) -> None:
        page = sender.add({"photo": ("a.pdf", SCAN), "second": ("b.pdf", SCAN)}, "next", {"name": "Zoé"})
        assert sender.status == 422
        assert sender.problems() == ["Choose a file that is not the same as the other one."]
        # The link of the summary leads to something that can be pressed.
        assert [one.tag for one in page.elements if one["id"] == "second"] == ["button"]
        sender.press(sender.button("Remove b.pdf"))
        assert sender.add({"second": ("c.pdf", OTHER)}).heading == "Where you live"

    def test_a_required_file(self, sender: Sender) -> None:
        sender.add({"second": ("b.pdf", OTHER)}, "next", {"name": "Zoé"})
        assert sender.problems() == ["You must upload a file to continue."]
        assert sender.files() == ["b.pdf"]

    def test_files_that_no_question_asks_for(self, sender: Sender, papers: House) -> None:
        sender.add({"name": ("a.pdf", SCAN), "unknown": ("b.pdf", SCAN), "_button": ("c.pdf", SCAN)}, "_stay")
        assert papers.count("uploads") == 0

    @pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=é", "; boundary=none"])
    def test_a_form_that_is_none(self, sender: Sender, boundary: str) -> None:
        answer = sender.client.post(sender.action, data=b"--x\r\n", content_type=f"multipart/form-data{boundary}")
        assert answer.status_code == 400


class TestKeeping:
    def test_refresh_language_back_and_saving(self, sender: Sender) -> None:
        sender.add({"photo": ("a.pdf", SCAN)}, "_upload:photo", {"name": "Zoé"})
        for path in ("/en/papers/papers", "/fr/papers/papers", "/en/papers/papers"):
            page = sender.open(path)
            assert sender.files() == ["a.pdf"]
            assert page.form()["name"] == ["Zoé"]
        assert "Téléversé" in sender.open("/fr/papers/papers").source

    def test_a_file_that_was_chosen_when_somebody_leaves_comes_along(self, sender: Sender) -> None:
        sender.add({"photo": ("a.pdf", SCAN)}, "_save", {"name": "Zoé"})
        sender.open("/en/papers/papers")
        assert sender.files() == ["a.pdf"]

    def test_going_back_to_a_page_that_was_sent(self, sender: Sender) -> None:
        sender.add({"photo": ("a.pdf", SCAN), "second": ("b.pdf", OTHER)}, "next", {"name": "Zoé"})
        sender.open("/en/papers/papers")
        assert sender.files() == ["a.pdf", "b.pdf"]
        assert sender.add({}).heading == "Where you live"

    def test_removing(self, sender: Sender, papers: House) -> None:
        sender.add({"photo": ("a.pdf", SCAN)}, "_upload:photo", {"name": "Zoé"})
        page = sender.press(sender.button("Remove a.pdf"))
        assert (sender.files(), sender.said()) == ([], "File removed.")
        assert page.form()["name"] == ["Zoé"]
        assert papers.count("uploads") == 0
        assert "photo" in [control["id"] for control in page.controls]

    def test_documents_show_their_status(self, sender: Sender) -> None:
        files = {"photo": ("a.pdf", SCAN), "second": ("b.pdf", OTHER), "others": ("c.png", making.picture("PNG"))}
        sender.add(files, "next", {"name": "Zoé"})
        page = sender.press("next", fill=ADDRESS)
        assert page.heading == "Check what you added"
        assert sender.files() == ["c.png"]
        assert "Uploaded" in page.source
        sender.press()
        assert sender.files() == ["a.pdf"]

    def test_a_page_that_changed_in_another_window_is_told_from_one_that_did_not(self, sender: Sender) -> None:
        sender.add({"photo": ("a.pdf", SCAN), "second": ("b.pdf", OTHER)}, "next", {"name": "Zoé"})
        sender.open("/en/papers/papers")
        old = sender.form("next", {"name": "Zoé"})
        sender.press("next", fill={"name": "Zoë"})
        answer = sender.client.post("/en/papers/papers", data={**old, "_form": ["again"]})
        assert answer.status_code == 409
        assert answer.text.count("Saved in another window") == 1


class TestSaving:
    @pytest.mark.parametrize(
        ("name", "plain", "whole"),
        [
            ("scan.pdf", "scan.pdf", "scan.pdf"),
            ("Pièce d’identité.pdf", "Pi_ce d_identit_.pdf", "Pièce d’identité.pdf"),
            ("évil?X-Y: z.html", "_vil_X-Y_ z.html.pdf", "évil_X-Y_ z.html.pdf"),
            ("a%22;b.exe", "a_;b.exe.pdf", "a_;b.exe.pdf"),  # a browser's way to send a quotation mark
        ],
    )
    def test_it_is_something_to_save(self, sender: Sender, name: str, plain: str, whole: str) -> None:
        sender.add({"photo": (name, SCAN)}, "_upload:photo")
        assert sender.page is not None
        (link,) = [one for one in sender.page.all("a") if "/file/" in one["href"]]
        answer = sender.client.get(link["href"])
        assert answer.data == SCAN
        headers = answer.headers
        saved = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"
        assert headers["Content-Disposition"] == saved
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Length"] == str(len(SCAN))

    def test_nobody_else_gets_it(self, sender: Sender, papers: House) -> None:
        sender.add({"photo": ("a.pdf", SCAN)}, "_upload:photo")
        assert sender.page is not None
        (link,) = [one["href"] for one in sender.page.all("a") if "/file/" in one["href"]]
        stranger = Sender(papers.app.test_client(), papers)
        assert stranger.client.get(link).status_code == 404
        stranger.begin()
        assert stranger.client.get(link).status_code == 404
        remove = "_remove:" + link.rpartition("/")[2]
        stranger.press(remove)
        assert sender.client.get(link).status_code == 200
        for made_up in ("0" * 32, "..", "%00", "é"):
            assert sender.client.get(f"/en/papers/file/{made_up}").status_code == 404


class TestNoPlace:
    def test_without_a_place_for_files_the_page_is_not_open(self, papers: House, sender: Sender) -> None:
        papers.app.extensions["flowrunner"] = replace(papers.app.extensions["flowrunner"], uploads=None)
        page = sender.open("/en/papers/papers")
        assert page.heading == "This part of the service is not open yet"
