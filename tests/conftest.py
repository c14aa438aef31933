"""Fixtures: an empty store on each engine, and the real Neo4j server that the whole run shares."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j_server import CannotStart, Server, start_server

from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.ontology.model import Ontology
from bulian.settings import Settings


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings (`graph`, `user`, `password`) of an empty Neo4j: one started for this run, on free ports.

    BULIAN_TEST_NEO4J_URI, _USER and _PASSWORD name a server of your own instead. Its default database is
    EMPTIED again and again; so it must be empty when the run starts, or the run refuses to touch it.
    """
    if own := os.environ.get("BULIAN_TEST_NEO4J_URI"):
        user = os.environ.get("BULIAN_TEST_NEO4J_USER", "neo4j")
        settings = Settings(graph=own, user=user, password=os.environ.get("BULIAN_TEST_NEO4J_PASSWORD", ""))
        _require_empty(settings)
        yield settings
        with open_store(settings=settings, write=True) as store:
            store.wipe()
        return
    server, why_not = _start(tmp_path_factory.mktemp("neo4j"))
    if server is None:
        pytest.fail(why_not, pytrace=False)
    try:
        yield Settings(graph=server.uri, user=server.user, password=server.password)
    finally:
        server.kill()  # nothing of it is kept


def _start(home: Path) -> tuple[Server | None, str]:
    try:
        return start_server(home), ""
    except CannotStart as error:
        return None, str(error)


def _require_empty(settings: Settings) -> None:
    auth = (settings.user, settings.password)
    with GraphDatabase.driver(settings.graph, auth=auth) as driver, driver.session() as session:
        record = session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)
    if record["n"]:
        pytest.exit(
            f"the database at {settings.graph} holds {record['n']} nodes; the tests delete everything,"
            " so give them an empty one (emptied by hand: MATCH (n) DETACH DELETE n)",
            returncode=3,
        )


StoreMaker = Callable[[str], Store]


@pytest.fixture
def make_store(tmp_path: Path, ontology: Ontology, request: pytest.FixtureRequest) -> Iterator[StoreMaker]:
    """Makes an empty writable store of an engine, schema declared. A warning on any query fails the test."""
    made: list[Store] = []

    def make(engine: str) -> Store:
        if engine == "kglite":
            store = open_store(f"kglite:{tmp_path / 'graph.kgl'}", write=True)
        else:
            store = open_store(settings=request.getfixturevalue("neo4j_server"), write=True)
            store.wipe()
        made.append(store)
        store.ensure_schema(ontology)
        return store

    yield make
    warnings = [text for store in made for text in store.warnings]
    for store in made:
        store.close()
    assert warnings == []


@pytest.fixture(params=["kglite", "neo4j"])
def store(request: pytest.FixtureRequest, make_store: StoreMaker) -> Store:
    """An empty writable store, once on each engine."""
    return make_store(request.param)


@pytest.fixture
def both_stores(make_store: StoreMaker) -> tuple[Store, Store]:
    """Empty writable stores on the embedded engine and on the server."""
    return make_store("kglite"), make_store("neo4j")
