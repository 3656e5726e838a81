"""A real clamd, with one signature that we wrote ourselves."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowrunner.service.uploads.virus_scan import Scanner
from flowrunner.settings import VirusScan

THREAT = b"flowrunner-test-threat-7b1f"  # harmless, and found in no other file


@contextmanager
def running_clamd(folder: Path) -> Iterator[VirusScan]:
    """Run clamd with `folder` as its home until the block ends."""
    signatures = folder / "signatures"
    signatures.mkdir(parents=True)
    (signatures / "test.ndb").write_text(f"Flowrunner.Test:0:*:{THREAT.hex()}\n", "ascii")
    listens, settings = folder / "clamd.socket", folder / "clamd.conf"
    settings.write_text(
        f"Foreground yes\nLocalSocket {listens}\nDatabaseDirectory {signatures}\nStreamMaxLength 1M\n"
        "MaxThreads 4\nConcurrentDatabaseReload no\n",
        "utf-8",
    )
    with (folder / "clamd.log").open("wb") as log:
        process = subprocess.Popen(["/usr/sbin/clamd", "--config-file", settings], stdout=log, stderr=log)
    try:
        at = VirusScan(listens)
        until = time.monotonic() + 30
        while Scanner(at).check_config() is not None:
            assert process.poll() is None, (folder / "clamd.log").read_text("utf-8")
            assert time.monotonic() < until, "clamd did not answer"
            time.sleep(0.05)
        yield at
    finally:
        process.terminate()
        process.wait(timeout=10)
