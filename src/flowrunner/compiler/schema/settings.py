"""The schema of `flowrunner.yaml`: what a deployment decides."""

from __future__ import annotations

from flowrunner.compiler.schema import texts
from flowrunner.compiler.schema.flow import DRAFT
from flowrunner.compiler.schema.pieces import (
    FLOW_NAME,
    SCALAR,
    WHOLE_NUMBER,
    Keys,
    Schema,
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
from flowrunner.compiler.server_settings import LOGS
from flowrunner.sources.base import Connector
from flowrunner.sources.built_in import CONNECTORS


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
        "sample_accounts": said(
            named(scalar(), names=FLOW_NAME),
            "For each flow, a CSV file of accounts to try it with; a real deployment has none.",
        ),
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
        }
    )


def definitions() -> dict[str, Schema]:
    """One schema for each connector."""
    found = {f"{connector.name}_connector": _connector(connector) for connector in CONNECTORS}
    found["source_configuration"] = {
        "type": "object",
        "required": ["connector"],
        "properties": {"connector": said(one_of(CONNECTORS.names), "Who answers.")},
        "allOf": [_if_connector(connector.name) for connector in CONNECTORS],
    }
    return found


def _if_connector(connector: str) -> Schema:
    is_connector = {"properties": {"connector": {"const": connector}}, "required": ["connector"]}
    return {"if": is_connector, "then": ref(f"{connector}_connector")}


def _connector(connector: Connector) -> Schema:
    keys = {"connector": said({"const": connector.name}, "Who answers.")}
    keys.update({key: dict(schema) for key, schema in connector.keys.items()})
    return mapping(keys, ["connector", *sorted(connector.required_keys)])
