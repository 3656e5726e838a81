"""What a real clamd finds; and that a scanner which is not there, or says nothing, lets nothing through."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from flowrunner.service.uploads.virus_scan import ScanFailed, Scanner
from flowrunner.settings import VirusScan
from tests.service.making import packed, pdf
from tests.service.scanning import THREAT, running_clamd


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirusScan]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as at:
        yield at


class TestScanner:
    def test_a_clean_file(self, clamd: VirusScan) -> None:
        content = BytesIO(pdf())
        assert Scanner(clamd).is_clean(content)
        assert content.tell() == 0

    @pytest.mark.parametrize("content", [b"x" * 300_000 + THREAT, packed({"a": THREAT})])
    def test_a_threat(self, clamd: VirusScan, content: bytes) -> None:
        assert not Scanner(clamd).is_clean(BytesIO(content))

    def test_a_file_that_the_scanner_will_not_take(self, clamd: VirusScan) -> None:
        with pytest.raises(ScanFailed):
            Scanner(clamd).is_clean(BytesIO(bytes(5 << 20)))

    @pytest.mark.parametrize("at", [VirusScan(Path("/nowhere/clamd.socket")), VirusScan(host="127.0.0.1", port=9)])
    def test_a_scanner_that_is_not_there(self, at: VirusScan) -> None:
        scanner = Scanner(at)
        with pytest.raises(ScanFailed, match="See that it runs"):
            scanner.is_clean(BytesIO(b"content"))
        assert "no result" in (scanner.check_config() or "")

    @pytest.mark.parametrize("answer", [b"", b"stream: \0", b"OK FOUND\0", b"INSTREAM size limit exceeded. ERROR\0"])
    def test_an_answer_that_is_none(self, answer: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def reply() -> None:
                asking, _ = listener.accept()
                with asking:
                    asking.recv(1 << 16)
                    asking.sendall(answer)

            threading.Thread(target=reply).start()
            with pytest.raises(ScanFailed):
                Scanner(VirusScan(port=listener.getsockname()[1])).is_clean(BytesIO(b""))

    def test_one_that_never_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            at = VirusScan(port=listener.getsockname()[1])
            with pytest.raises(ScanFailed, match="TimeoutError"):
                Scanner(at, patience=0.2).is_clean(BytesIO(b"content"))
