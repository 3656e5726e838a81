"""The schema of `flowrunner.yaml`: what a deployment decides."""

from __future__ import annotations

from flowrunner.compiler.schema import texts
from flowrunner.compiler.schema.flow import DRAFT
from flowrunner.json_schema import (
    FLOW_NAME,
    SCALAR,
    WHOLE_NUMBER,
    Keys,
    Schema,
    duration,
    exactly_one,
    mapping,
    named,
    one_of,
    ref,
    said,
    scalar,
    text,
    whole_number,
    yes_no,
)
from flowrunner.settings import LOGS
from flowrunner.sources.base import Connector
from flowrunner.sources.built_in import CONNECTORS

_PORT = "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$"


def settings_schema() -> Schema:
    """All keys may be left out."""
    folders: Schema = {"type": [*SCALAR, "array"], "items": scalar(), "minItems": 1, "minLength": 1}
    keys: Keys = {
        "name": said(text(), "The name of the service in the header of every page."),
        "footer": said(text(), "Words at the foot of every page."),
        "flows": said(folders, "The folder of flows, or several."),
        "data": said(scalar(), "The folder of the database, uploads and secrets."),
        "database": said(scalar(), "The database as an SQLAlchemy URL; SQLite in the data folder when it is not said."),
        "host": said(scalar(), "The address to listen on."),
        "port": said(scalar(pattern=WHOLE_NUMBER), "The port to listen on."),
        "max_body": said(scalar(), "The largest request, such as: 20 MB."),
        "address": said(scalar(), "Where browsers find the service, such as https://example.org: mails link to it."),
        "mail": said(_mail(), "How e-mail leaves; without it, e-mail goes to the tray of the data folder."),
        "calls": said(
            named(named(_call()), names=FLOW_NAME),
            "For each flow, where the effect `call` of a source goes.",
        ),
        "notify": said(
            named(mapping({"to": said(scalar(), "The e-mail address of the team.")}, required=["to"]), names=FLOW_NAME),
            "For each flow, who is told by e-mail that a case was submitted: its number, and nothing of its answers.",
        ),
        "sample_accounts": said(
            named(scalar(), names=FLOW_NAME),
            "For each flow, a CSV file of accounts to try it with; a real deployment has none.",
        ),
        "files": said(_files(), "Where uploads lie: a folder, or a bucket; in the data folder when it is not said."),
        "virus_scan": said(_virus_scan(), "The ClamAV that looks at every upload; without it, none does."),
        "server": said(server(), "How it is served in production: `flowrunner serve --production`."),
        "sources": said(
            named(named(ref("source_configuration")), names=FLOW_NAME),
            "For each flow, which connector answers which source.",
        ),
    }
    return {
        "$schema": DRAFT,
        "title": "The settings of a deployment of flowrunner",
        **mapping(keys),
        "$defs": {**texts.definitions(), **definitions()},
    }


def _files() -> Schema:
    keys: Keys = {
        "folder": said(scalar(), "A folder, relative to this file."),
        "bucket": said(scalar(), "The name of a bucket of a store that speaks S3."),
        "endpoint": said(scalar(pattern="^https?://"), "The address of the store; that of the region when left out."),
        "region": said(scalar(), "The region of the bucket."),
        "prefix": said(scalar(), "What the names of all files in the bucket begin with."),
    }
    return {**mapping(keys), "oneOf": exactly_one(["folder", "bucket"])}


def _virus_scan() -> Schema:
    keys: Keys = {
        "socket": said(scalar(), "The socket file of clamd."),
        "host": said(scalar(), "The host of clamd."),
        "port": said(scalar(pattern=_PORT), "The port of clamd: 3310 when it is not said."),
    }
    return {**mapping(keys), "oneOf": exactly_one(["socket", "host"])}


def server() -> Schema:
    """How it is served; all keys may be left out."""
    hosts: Schema = {"type": [*SCALAR, "array"], "items": scalar(), "minItems": 1, "minLength": 1}
    return mapping(
        {
            "workers": said(whole_number(), "How many processes serve; 2 when it is not said."),
            "threads": said(whole_number(), "How many requests a process serves side by side; 32 when it is not said."),
            "https": said(yes_no(), "Whether browsers reach it by HTTPS alone; true in production."),
            "hosts": said(hosts, "The names by which it may be asked; any when it is not said."),
            "proxies": said(whole_number(), "How many servers of ours stand before it and pass on who asked; 0."),
            "log": said(one_of(LOGS), "How the log is written; json in production."),
            "grace": said(whole_number(), "Seconds in which the last answers are given when it stops; 20."),
            "metrics": said(scalar(), "HOST:PORT where Prometheus may ask; nowhere when it is not said."),
            "worker": said(
                yes_no(), "Whether one process also delivers mail and lets timers fire; else run `flowrunner worker`."
            ),
        }
    )


def _mail() -> Schema:
    """The server and the sender; the password is in the environment."""
    keys: Keys = {
        "host": said(scalar(), "The mail server."),
        "port": said(scalar(pattern=WHOLE_NUMBER), "Its port: 587, or 465 with tls and 25 with none."),
        "security": said(one_of(["starttls", "tls", "none"]), "How the connection is encrypted: starttls if not said."),
        "user": said(scalar(), "Who signs in there; the password is FLOWRUNNER_MAIL_PASSWORD of the environment."),
        "from": said(text(), "Who sends, such as: Name <name@example.org>."),
        "reply_to": said(text(), "Who reads the answers; without it, nobody does."),
        "timeout": said(duration(), "How long the server may take for each answer, up to 60 seconds."),
        "tray": said({"enum": [True, "true"]}, "true: e-mail goes to the tray, as it does without `mail`."),
    }
    return {
        **mapping(keys),
        "oneOf": exactly_one(["host", "tray"]),
        "if": {"required": ["host"]},
        "then": {"required": ["from"]},
    }


def _call() -> Schema:
    """Where a call goes, and which variable of the environment holds what signs it."""
    keys: Keys = {
        "url": said(scalar(pattern="^https?://"), "The address that is called."),
        "secret_from": said(scalar(pattern=VARIABLE), "The variable of the environment that holds the secret."),
    }
    return mapping(keys, ["url", "secret_from"])


def definitions() -> dict[str, Schema]:
    """One schema for each connector."""
    found = {f"{connector.name}_connector": _connector(connector) for connector in CONNECTORS.values()}
    found["source_configuration"] = {
        "type": "object",
        "required": ["connector"],
        "properties": {"connector": said(one_of(CONNECTORS.names), "Who answers.")},
        "allOf": [_if_connector(connector.name) for connector in CONNECTORS.values()],
    }
    return found


def _if_connector(connector: str) -> Schema:
    is_connector = {"properties": {"connector": {"const": connector}}, "required": ["connector"]}
    return {"if": is_connector, "then": ref(f"{connector}_connector")}


def _connector(connector: Connector) -> Schema:
    keys = {"connector": said({"const": connector.name}, "Who answers.")}
    keys.update({key: dict(schema) for key, schema in connector.keys.items()})
    return mapping(keys, ["connector", *sorted(connector.required_keys)])
