"""The schema of `flowrunner.yaml`: what a deployment decides."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.compiler.schema import texts
from flowrunner.compiler.schema.flow import DRAFT
from flowrunner.json_schema import Keys, Schema, described
from flowrunner.settings import LOGS
from flowrunner.sources.base import Connector
from flowrunner.sources.built_in import CONNECTORS

_PORT = "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$"


def settings_schema() -> Schema:
    """All keys may be left out."""
    folders: Schema = {"type": [*schema.SCALAR, "array"], "items": schema.scalar(), "minItems": 1, "minLength": 1}
    keys: Keys = {
        "name": schema.text("The name of the service in the header of every page."),
        "footer": schema.text("Words at the foot of every page."),
        "flows": described(folders, "The folder of flows, or several."),
        "data": schema.scalar("The folder of the database, uploads and secrets."),
        "database": schema.scalar("The database as an SQLAlchemy URL; SQLite in the data folder when it is not said."),
        "host": schema.scalar("The address to listen on."),
        "port": schema.scalar("The port to listen on.", pattern=schema.WHOLE_NUMBER),
        "max_body": schema.scalar("The largest request, such as: 20 MB."),
        "address": schema.scalar("Where browsers find the service, such as https://example.org: mails link to it."),
        "mail": described(_mail(), "How e-mail leaves; without it, e-mail goes to the tray of the data folder."),
        "calls": schema.named(
            schema.named(_call()), "For each flow, where the effect `call` of a source goes.", names=schema.FLOW_NAME
        ),
        "notify": schema.named(
            schema.mapping({"to": schema.scalar("The e-mail address of the team.")}, required=["to"]),
            "For each flow, who is told by e-mail that a case was submitted: its number, and nothing of its answers.",
            names=schema.FLOW_NAME,
        ),
        "sample_accounts": schema.named(
            schema.scalar(),
            "For each flow, a CSV file of accounts to try it with; a real deployment has none.",
            names=schema.FLOW_NAME,
        ),
        "files": described(
            _files(), "Where uploads lie: a folder, or a bucket; in the data folder when it is not said."
        ),
        "virus_scan": described(_virus_scan(), "The ClamAV that looks at every upload; without it, none does."),
        "server": described(server(), "How it is served in production: `flowrunner serve --production`."),
        "sources": schema.named(
            schema.named(schema.ref("source_configuration")),
            "For each flow, which connector answers which source.",
            names=schema.FLOW_NAME,
        ),
    }
    return {
        "$schema": DRAFT,
        "title": "The settings of a deployment of flowrunner",
        **schema.mapping(keys),
        "$defs": {**texts.definitions(), **definitions()},
    }


def _files() -> Schema:
    keys: Keys = {
        "folder": schema.scalar("A folder, relative to this file."),
        "bucket": schema.scalar("The name of a bucket of a store that speaks S3."),
        "endpoint": schema.scalar("The address of the store; that of the region when left out.", pattern="^https?://"),
        "region": schema.scalar("The region of the bucket."),
        "prefix": schema.scalar("What the names of all files in the bucket begin with."),
    }
    return {**schema.mapping(keys), "oneOf": schema.exactly_one(["folder", "bucket"])}


def _virus_scan() -> Schema:
    keys: Keys = {
        "socket": schema.scalar("The socket file of clamd."),
        "host": schema.scalar("The host of clamd."),
        "port": schema.scalar("The port of clamd: 3310 when it is not said.", pattern=_PORT),
    }
    return {**schema.mapping(keys), "oneOf": schema.exactly_one(["socket", "host"])}


def server() -> Schema:
    """How it is served; all keys may be left out."""
    hosts: Schema = {"type": [*schema.SCALAR, "array"], "items": schema.scalar(), "minItems": 1, "minLength": 1}
    return schema.mapping(
        {
            "workers": schema.whole_number("How many processes serve; 2 when it is not said."),
            "threads": schema.whole_number("How many requests a process serves side by side; 32 when it is not said."),
            "https": schema.yes_no("Whether browsers reach it by HTTPS alone; true in production."),
            "hosts": described(hosts, "The names by which it may be asked; any when it is not said."),
            "proxies": schema.whole_number("How many servers of ours stand before it and pass on who asked; 0."),
            "log": schema.one_of(LOGS, "How the log is written; json in production."),
            "grace": schema.whole_number("Seconds in which the last answers are given when it stops; 20."),
            "metrics": schema.scalar("HOST:PORT where Prometheus may ask; nowhere when it is not said."),
            "worker": schema.yes_no(
                "Whether one process also delivers mail and lets timers fire; else run `flowrunner worker`."
            ),
        }
    )


def _mail() -> Schema:
    """The server and the sender; the password is in the environment."""
    keys: Keys = {
        "host": schema.scalar("The mail server."),
        "port": schema.scalar("Its port: 587, or 465 with tls and 25 with none.", pattern=schema.WHOLE_NUMBER),
        "security": schema.one_of(
            ["starttls", "tls", "none"], "How the connection is encrypted: starttls if not said."
        ),
        "user": schema.scalar("Who signs in there; the password is FLOWRUNNER_MAIL_PASSWORD of the environment."),
        "from": schema.text("Who sends, such as: Name <name@example.org>."),
        "reply_to": schema.text("Who reads the answers; without it, nobody does."),
        "timeout": schema.duration("How long the server may take for each answer, up to 60 seconds."),
        "tray": described({"enum": [True, "true"]}, "true: e-mail goes to the tray, as it does without `mail`."),
    }
    return {
        **schema.mapping(keys),
        "oneOf": schema.exactly_one(["host", "tray"]),
        "if": {"required": ["host"]},
        "then": {"required": ["from"]},
    }


def _call() -> Schema:
    """Where a call goes, and which variable of the environment holds what signs it."""
    keys: Keys = {
        "url": schema.scalar("The address that is called.", pattern="^https?://"),
        "secret_from": schema.scalar("The variable of the environment that holds the secret.", pattern=VARIABLE),
    }
    return schema.mapping(keys, ["url", "secret_from"])


def definitions() -> dict[str, Schema]:
    """One schema for each connector."""
    schemas = {f"{connector.name}_connector": _connector(connector) for connector in CONNECTORS.values()}
    return schemas | {
        "source_configuration": schema.one_kind("connector", CONNECTORS.names, "connector", "Who answers.")
    }


def _connector(connector: Connector) -> Schema:
    keys = {"connector": described({"const": connector.name}, "Who answers.")}
    keys.update({key: dict(values) for key, values in connector.keys.items()})
    return schema.mapping(keys, ["connector", *sorted(connector.required_keys)])
