"""The server engine when things go wrong: each cause has its own message, soon, and never the password."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import exceptions as failures
from neo4j_server import start_server

from bulian.errors import GraphUnavailable, QueryError, UsageError
from bulian.graph import Node, open_store
from bulian.graph.neo4j_store import explain
from bulian.graph.upsert import BATCH
from bulian.ontology.model import Ontology
from bulian.settings import Settings

PASSWORD = "s3cret-Pa55"


def refusal(url: str, **settings: str) -> GraphUnavailable:
    """What opening says; it must come within 15 s and keep the password."""
    start = time.monotonic()
    with pytest.raises(GraphUnavailable) as caught:
        open_store(url, settings=replace(Settings(password=PASSWORD), **settings))
    assert time.monotonic() - start < 15
    error = caught.value
    assert error.exit_code == 3
    assert PASSWORD not in f"{error.message} {error.hint} {error!r}"
    assert "\n" not in error.message
    return error


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+ssc"])
def test_a_server_that_is_away(scheme: str, closed_port: int) -> None:
    error = refusal(f"{scheme}://127.0.0.1:{closed_port}")
    assert f"Neo4j at 127.0.0.1:{closed_port} cannot be reached" in error.message


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s"])
def test_a_server_that_does_not_answer(scheme: str, silent_port: int) -> None:
    assert "cannot be reached" in refusal(f"{scheme}://127.0.0.1:{silent_port}").message


def test_an_unknown_host() -> None:
    assert "nowhere.invalid:7687 cannot be reached" in refusal("bolt://nowhere.invalid:7687").message


def test_wrong_password_wrong_user_and_missing_database(neo4j_server: Settings) -> None:
    url = neo4j_server.graph
    wrong = refusal(url)
    assert f"refuses user {neo4j_server.user} or the password" in wrong.message
    assert "BULIAN_GRAPH_PASSWORD" in wrong.hint
    assert "refuses user nobody" in refusal(url, user="nobody").message
    missing = refusal(url, user=neo4j_server.user, password=neo4j_server.password, database="nope")
    assert "no database nope" in missing.message
    assert neo4j_server.password not in f"{missing.message}{missing.hint}"


def test_encryption_that_the_server_does_not_speak(neo4j_server: Settings) -> None:
    encrypted = neo4j_server.graph.replace("://", "+s://")
    assert "encryption" in refusal(encrypted).message


def test_a_user_who_may_not(neo4j_server: Settings) -> None:
    """A new user who must first change the password may log in and do nothing."""
    with open_store(settings=neo4j_server, write=True) as store:
        store.write(
            "CREATE USER newcomer IF NOT EXISTS SET PASSWORD $password CHANGE REQUIRED",
            {"password": PASSWORD},
        )
        try:
            error = refusal(neo4j_server.graph, user="newcomer")
            assert "does not allow this to user newcomer" in error.message
        finally:
            store.write("DROP USER newcomer")


class Refused(failures.Forbidden):
    """What an enterprise server answers to a user without the privilege."""

    code = "Neo.ClientError.Security.Forbidden"
    message = "Read operations on database 'neo4j' are not allowed for user 'guest'."


def test_a_forbidden_operation_is_told_with_the_server_s_reason() -> None:
    settings = Settings(user="guest", password=PASSWORD, database="region")
    error = explain(Refused(), "neo4j+s://db.example:7687", settings)
    assert isinstance(error, GraphUnavailable)
    assert "db.example:7687 does not allow this to user guest in region: Read operations" in error.message


def test_a_defect_of_the_program_is_not_explained_away() -> None:
    assert explain(KeyError("x"), "bolt://h", Settings()) is None


@pytest.mark.parametrize(
    "url",
    ["bolt://", "neo4j://:7687", "bolt://host:99999", "bolt://host:port", "bolt://host?a=b", "neo4j+x://h"],
)
def test_a_wrong_address_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url)


@pytest.mark.parametrize(
    "url", [f"bolt://neo4j:{PASSWORD}@h:1", f"neo4j+s://{PASSWORD}@h", f"http://u:{PASSWORD}@h"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert PASSWORD not in f"{caught.value.message} {caught.value.hint}"


def test_settings_hide_the_password_and_come_from_the_environment() -> None:
    assert PASSWORD not in repr(Settings(password=PASSWORD))
    found = Settings.from_env(
        {
            "BULIAN_GRAPH": "bolt://h",
            "BULIAN_GRAPH_USER": "u",
            "BULIAN_GRAPH_PASSWORD": PASSWORD,
            "BULIAN_GRAPH_DATABASE": "d",
            "BULIAN_REGION": "place:x",
        }
    )
    assert found == Settings("bolt://h", "u", PASSWORD, "d", "place:x")
    empty = dict.fromkeys(["BULIAN_GRAPH", "BULIAN_GRAPH_USER", "BULIAN_GRAPH_DATABASE", "BULIAN_REGION"], "")
    assert Settings.from_env(empty) == Settings.from_env({}) == Settings()


def test_routing_addresses_work(neo4j_server: Settings, ontology: Ontology) -> None:
    routed = replace(neo4j_server, graph=neo4j_server.graph.replace("bolt://", "neo4j://", 1))
    with open_store(settings=routed, write=True) as store:
        store.wipe()
        store.ensure_schema(ontology)
        store.upsert_nodes([Node("Firm", "firm:a", {"name": "a"})], ontology)
        assert store.counts() == ({"Firm": 1}, {})
        assert store.url == routed.graph


def test_a_failing_batch_leaves_nothing_of_itself(neo4j_server: Settings, ontology: Ontology) -> None:
    with open_store(settings=neo4j_server, write=True) as store:
        store.wipe()
        store.ensure_schema(ontology)
        good = [Node("Firm", f"firm:{i}", {"name": "x"}) for i in range(BATCH)]
        mixed = Node("Firm", "firm:bad", {"name": "x", "aliases": [1, "a"]})  # type: ignore[list-item]
        with pytest.raises(QueryError):
            store.upsert_nodes([*good, Node("Firm", "firm:late", {"name": "x"}), mixed], ontology)
        assert store.counts() == ({"Firm": BATCH}, {})  # the first batch stands, the second is undone whole


def test_a_server_killed_at_work(tmp_path: Path, ontology: Ontology) -> None:
    """What was committed is there after the restart; in between every call soon says it is away."""
    server = start_server(tmp_path)
    try:
        settings = Settings(graph=server.uri, user=server.user, password=server.password)
        with open_store(settings=settings, write=True) as store:
            store.ensure_schema(ontology)
            store.upsert_nodes([Node("Firm", f"firm:{i}", {"name": "x"}) for i in range(50)], ontology)
            server.kill()
            for attempt in (
                lambda: store.read("MATCH (n) RETURN count(n) AS n"),
                lambda: store.upsert_nodes([Node("Firm", "firm:new", {"name": "x"})], ontology),
                store.wipe,
            ):
                start = time.monotonic()
                with pytest.raises(GraphUnavailable, match="cannot be reached") as caught:
                    attempt()
                assert time.monotonic() - start < 15
                assert server.password not in str(caught.value)
            server.start()
            assert store.counts() == ({"Firm": 50}, {})
    finally:
        server.kill()
