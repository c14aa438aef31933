"""What is installed, reachable and misconfigured."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from bulian import __version__
from bulian.errors import BulianError, GraphUnavailable
from bulian.records import Row
from bulian.settings import Settings

if TYPE_CHECKING:
    from bulian.graph.store import Store

COLUMNS = ("check", "state", "found", "hint")
KNOWN = {
    "BULIAN_GRAPH",
    "BULIAN_GRAPH_USER",
    "BULIAN_GRAPH_PASSWORD",
    "BULIAN_GRAPH_DATABASE",
    "BULIAN_REGION",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line. `state`: ok, note (works, worth knowing), wrong, unreachable."""

    check: str
    state: str
    found: str
    hint: str = ""

    def to_row(self) -> Row:
        return {"check": self.check, "state": self.state, "found": self.found, "hint": self.hint}


def exit_status(checks: list[Check]) -> int:
    """3 when the graph cannot be reached, 1 when something is wrong, else 0."""
    states = {c.state for c in checks}
    return 3 if "unreachable" in states else 1 if "wrong" in states else 0


def examine(graph: str | None = None) -> list[Check]:
    """Every check; never raises for what it examines."""
    settings = Settings.from_env()
    checks = [Check("bulian", "ok", f"{__version__}, Python {sys.version.split()[0]}")]
    checks += [_package(name) for name in ("kglite", "neo4j", "rdflib", "pyshacl", "pyvis", "openpyxl")]
    checks += [_ontology(), *_environment()]
    checks += _graph(graph or settings.graph, settings)
    checks += [_tool(name, why) for name, why in (("java", "tests"), ("mvn", "tests"), ("chromium", "tests"))]
    return checks


def _package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "wrong", "not installed", "make env, or pip install bulian")


def _ontology() -> Check:
    from bulian.ontology import load_ontology

    try:
        o = load_ontology()
    except BulianError as e:
        return Check("ontology", "wrong", e.message, e.hint)
    return Check(
        "ontology", "ok", f"{o.version}: {len(o.concrete)} classes, {len(o.edges)} relationship types"
    )


def _environment() -> list[Check]:
    unknown = [
        k
        for k in os.environ
        if k.startswith("BULIAN_") and k not in KNOWN and not k.startswith("BULIAN_TEST_")
    ]
    checks = [
        Check(k, "wrong", "unknown variable", f"known: {', '.join(sorted(KNOWN))}") for k in sorted(unknown)
    ]
    for name in sorted(KNOWN & os.environ.keys()):
        checks.append(Check(name, "ok", "set" if "PASSWORD" in name else _safe(os.environ[name])))
    return checks


def _safe(text: str) -> str:
    """No user or password, should somebody have put one into a URL."""
    head, at, tail = text.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else text


def _graph(url: str, settings: Settings) -> list[Check]:
    from bulian.graph import open_store

    scheme, _, path = url.partition(":")
    if scheme == "kglite" and not Path(path).expanduser().exists():
        return [
            Check("graph", "note", f"{url} is not there yet", "bulian load shipped:xixian, or bulian demo")
        ]
    try:
        with open_store(url, settings=settings) as store:
            nodes, edges = store.counts()
            found = f"{store.url}: {sum(nodes.values())} nodes, {sum(edges.values())} relationships"
            checks = [
                Check(
                    "graph", "ok" if nodes else "note", found, "" if nodes else "bulian load shipped:xixian"
                )
            ]
            return [*checks, _region(store, settings)] if nodes else checks
    except GraphUnavailable as e:
        return [Check("graph", "unreachable", e.message, e.hint)]
    except BulianError as e:
        return [Check("graph", "wrong", e.message, e.hint)]


def _region(store: Store, settings: Settings) -> Check:
    from bulian.ontology import load_ontology
    from bulian.queries.lookup import find_node

    try:
        return Check("region", "ok", find_node(store, load_ontology(), "Place", settings.region))
    except BulianError as e:
        return Check("region", "wrong", e.message, f"set BULIAN_REGION; {e.hint}")


def _tool(name: str, why: str) -> Check:
    where = shutil.which(name)
    return Check(name, "ok", where) if where else Check(name, "note", "not found", f"needed for {why} only")
