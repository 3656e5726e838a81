"""A real PostgreSQL server of our own, for the tests that hold on every database, and for the bench."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
PATIENCE = 30.0

# A crash of the machine may lose everything: these databases live as long as a test.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder around it is private
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "32MB",
    "max_connections": "300",
    "timezone": "America/Toronto",
    "lc_messages": "C",
}


class PostgreSQL:
    """A server on a socket in a private folder, run by `postgres` when we are root, because it refuses root."""

    def __init__(self, **settings: str) -> None:
        self._settings = _SETTINGS | settings
        # Short, because the path of a socket has at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="flowrunner-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        made = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.run("initdb", "-D", str(self.folder / "data"), *made)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = self._command("postgres", "-D", str(self.folder / "data"), "-k", str(self.folder), *given)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT breaks off what runs, SIGQUIT is as good as a loss of power."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=PATIENCE)
            self._process = None

    def close(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def create(self, template: str = "template1", name: str = "") -> str:
        """A new database, a copy of a template; its name comes back."""
        name = name or f"t{secrets.token_hex(6)}"
        # What is copied file by file needs no write-ahead log, and is the faster way without fsync.
        text = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        with self.connect("postgres") as connection:
            connection.execute(text.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        text = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self.connect("postgres") as connection:
            connection.execute(text)

    def connect(self, name: str, options: str = "") -> psycopg.Connection:
        """A connection to a database, each statement a transaction of its own."""
        return psycopg.connect(self._said(name), autocommit=True, options=options)

    def url(self, name: str) -> str:
        """The address of a database, as the settings of a deployment name it."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> bytes:
        """What one of PostgreSQL's own programs prints."""
        done = subprocess.run(self._command(program, *arguments), cwd="/", capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        return done.stdout

    def _said(self, name: str) -> str:
        return f"host={self.folder} user=postgres dbname={name} connect_timeout=5"

    def _command(self, program: str, *arguments: str) -> list[str]:
        # Whatever ends the tests ends the server.
        run = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            run += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        return [*run, "--", str(_binaries() / program), *arguments]


class Copies:
    """Databases like one that was migrated once. One that comes back is emptied and given out again, because that
    takes a few milliseconds; one whose tables were changed is thrown away."""

    def __init__(self, server: PostgreSQL, template: str) -> None:
        self.server = server
        self._template = template
        self._free: list[str] = []
        with server.connect(template) as connection:
            self._tables = _tables(connection)

    def take(self) -> str:
        """A database without rows."""
        return self._free.pop() if self._free else self.server.create(self._template)

    def give_back(self, name: str) -> None:
        """The test that took it is over."""
        # Rows may go in any order, and whoever still holds a lock on them keeps the database.
        with self.server.connect(name, "-c session_replication_role=replica -c lock_timeout=1s") as connection:
            whole = _tables(connection) == self._tables
            try:
                if whole:
                    connection.execute(sql.SQL("; ").join([*map(_delete, self._tables), _COUNT_ANEW]))
            except psycopg.Error:
                whole = False
        if whole:
            self._free.append(name)
        else:
            self.server.drop(name)


_COUNT_ANEW = sql.SQL("select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'")


def _tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute("select tablename from pg_tables where schemaname = 'public' order by tablename")
    return [name for (name,) in found.fetchall() if name != "alembic_version"]


def _delete(table: str) -> sql.Composed:
    return sql.SQL("delete from {}").format(sql.Identifier(table))


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: `make system` installs what the tests need.")
    return found[-1].parent
