"""The graph, on either engine: `open_store` and what travels through it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bulian.errors import UsageError
from bulian.graph.manifest import DatasetRecord, GraphBroken
from bulian.records import Cell, Edge, Node, Row, Value
from bulian.settings import Settings

if TYPE_CHECKING:
    from bulian.graph.store import Store

__all__ = ["Cell", "DatasetRecord", "Edge", "GraphBroken", "Node", "Row", "Value", "open_store"]

SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_FORMS = "kglite:PATH.kgl, neo4j://HOST:PORT or bolt://HOST:PORT (+s, +ssc for encryption)"


def open_store(
    url: str | None = None,
    *,
    write: bool = False,
    rebuild: bool = False,
    settings: Settings | None = None,
) -> Store:
    """Opens the graph that a URL names (none: the one of the settings); use it in a `with` block.

    `rebuild`: an embedded graph starts empty, whatever the old file holds; it is replaced at the commit.
    UsageError: the URL is wrong. GraphUnavailable: no graph there, GraphBroken (with `records`, what to load)
    when there is one that cannot be used.
    """
    chosen = settings or Settings.from_env()
    where = url or chosen.graph
    scheme, colon, rest = where.partition(":")
    if scheme == "kglite" and rest.strip("/"):
        from bulian.graph.kglite_store import KGLiteStore

        return KGLiteStore(Path(rest).expanduser(), writable=write, rebuild=rebuild)
    if colon and scheme in SERVER_SCHEMES and "@" in where:
        raise UsageError(
            f"the address of the {scheme} server holds a user or password",
            "give them as BULIAN_GRAPH_USER and BULIAN_GRAPH_PASSWORD",
        )
    if colon and scheme in SERVER_SCHEMES and _is_address(where):
        from bulian.graph.neo4j_store import Neo4jStore

        return Neo4jStore(where, chosen, writable=write)
    shown = where.rpartition("@")[2]  # whatever stands before it may be a password
    raise UsageError(f"not a graph URL: {shown}", f"use {_FORMS}")


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        return False
