"""The store on both engines: every test here runs on the embedded engine and on a real server."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bulian.errors import QueryError, UsageError
from bulian.graph import DatasetRecord, Edge, Node, open_store
from bulian.graph.kglite_store import KGLiteStore
from bulian.graph.neo4j_store import Neo4jStore
from bulian.graph.store import Store
from bulian.graph.upsert import BATCH
from bulian.ontology.model import Ontology

FIRM = Node(
    "Firm",
    "firm:longi",
    {
        "name": "隆基绿能",
        "name_en": "LONGi",
        "aliases": ["隆基", "LONGi Green"],
        "summary": 'it\'s a "firm"\nwith\ttwo lines \\ and 🚀',
        "is_chain_leader": True,
        "updated_at": date(2026, 11, 24),
        "main_products": [],
    },
    ("ChainLeader",),
)
LINK = Node("ChainLink", "chain-link:stack", {"name": "电堆", "criticality": 4, "typical_products": ["电堆"]})
PLACE = Node("Place", "place:cn-610111", {"name": "灞桥区", "lon": 109.0, "lat": 34.27, "level": "district"})


def operates(props: dict[str, Any] | None = None, ref: str | None = None) -> Edge:
    return Edge("OPERATES_IN", FIRM.label, FIRM.id, LINK.label, LINK.id, props or {}, ref)


@pytest.fixture
def filled(store: Store, ontology: Ontology) -> Store:
    store.upsert_nodes([FIRM, LINK, PLACE], ontology)
    return store


def scalar(store: Store, cypher: str, **params: Any) -> Any:
    (row,) = store.read(cypher, params)
    (value,) = row.values()
    return value


# --- nodes ---


def test_nodes_come_back_as_they_went_in(filled: Store) -> None:
    assert filled.nodes("Firm") == [Node(FIRM.label, FIRM.id, dict(sorted(FIRM.props.items())), FIRM.roles)]
    assert filled.nodes("ChainLink") == [LINK]
    (place,) = filled.nodes("Place")
    assert place.props == PLACE.props
    assert type(place.props["lon"]) is float
    assert type(filled.nodes("ChainLink")[0].props["criticality"]) is int


def test_an_upsert_replaces_what_was_stored(filled: Store, ontology: Ontology) -> None:
    filled.upsert_nodes([Node("Firm", FIRM.id, {"name": "隆基", "city": "西安", "summary": None})], ontology)
    assert filled.nodes("Firm") == [Node("Firm", FIRM.id, {"city": "西安", "name": "隆基"})]


def test_roles_come_and_go_and_ancestors_stay(filled: Store, ontology: Ontology) -> None:
    def labels() -> list[str]:
        return sorted(scalar(filled, "MATCH (n:Firm {id: $id}) RETURN labels(n) AS labels", id=FIRM.id))

    assert labels() == sorted([*ontology.labels("Firm"), "ChainLeader"])
    assert scalar(filled, "MATCH (n:ChainLeader) RETURN count(n) AS n") == 1
    filled.upsert_nodes([Node("Firm", FIRM.id, FIRM.props)], ontology)
    assert labels() == sorted(ontology.labels("Firm"))
    assert scalar(filled, "MATCH (n:Organization) RETURN count(n) AS n") == 1
    filled.upsert_nodes([FIRM], ontology)
    assert "ChainLeader" in labels()


def test_of_two_nodes_with_one_id_the_last_wins(store: Store, ontology: Ontology) -> None:
    first, last = Node("Firm", "firm:a", {"name": "一"}), Node("Firm", "firm:a", {"name": "二"})
    leader = Node("Firm", "firm:a", {"name": "三"}, ("ChainLeader",))
    store.upsert_nodes([first, leader, last], ontology)
    assert store.nodes("Firm") == [last]
    store.upsert_nodes([leader, first, leader], ontology)
    assert store.nodes("Firm") == [leader]
    store.upsert_nodes([leader, last], ontology)
    assert [n.props for n in store.nodes("Firm")] == [{"name": "二"}]


def test_more_nodes_than_one_batch_holds(store: Store, ontology: Ontology) -> None:
    ids = [f"product:{i:05}" for i in range(BATCH + 3)]
    store.upsert_nodes((Node("Product", i, {"name": i[8:]}) for i in ids), ontology)
    assert [n.id for n in store.nodes("Product")] == ids
    store.delete_nodes("Product", ids[1:])
    assert [n.id for n in store.nodes("Product")] == ids[:1]


def test_deleting_a_node_takes_its_relationships(filled: Store) -> None:
    filled.upsert_edges([operates()])
    filled.delete_nodes("Firm", [FIRM.id, "firm:never-there"])
    assert filled.counts() == ({"ChainLink": 1, "Place": 1}, {})


@pytest.mark.parametrize("name", ["id", "title", "type", "ref"])
def test_reserved_property_names_are_refused(store: Store, ontology: Ontology, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        store.upsert_nodes([Node("Firm", "firm:a", {"name": "x", name: "y"})], ontology)


def test_labels_cannot_carry_cypher(store: Store) -> None:
    with pytest.raises(ValueError, match="not a label"):
        store.delete_nodes("Firm) DETACH DELETE n //", ["firm:a"])


# --- relationships ---


def test_parallel_relationships_are_told_apart_by_ref(filled: Store) -> None:
    plain, a, b = operates({"detail": "p"}), operates({"detail": "a"}, "a"), operates({"detail": "b"}, "b")
    for order in ([plain, a, b], [b, a, plain]):
        filled.upsert_edges(order)
        assert filled.edges("OPERATES_IN") == [a, b, plain]
    changed = operates({"amount": 1.5, "as_of": date(2026, 1, 1), "source_ids": ["source:x"]})
    filled.upsert_edges([changed])
    assert filled.edges("OPERATES_IN") == [a, b, changed]
    filled.delete_edges([changed])
    assert filled.edges("OPERATES_IN") == [a, b]
    filled.delete_edges([a, operates(ref="never-there")])
    assert filled.edges("OPERATES_IN") == [b]


def test_of_two_relationships_with_one_key_the_last_wins(filled: Store) -> None:
    filled.upsert_edges(
        [operates({"detail": "1"}), operates({"detail": "2"}, "r"), operates({"detail": "3"})]
    )
    assert [e.props for e in filled.edges("OPERATES_IN")] == [{"detail": "2"}, {"detail": "3"}]


@pytest.mark.parametrize("ref", [None, "r"])
def test_a_relationship_to_nowhere_is_an_error_and_undoes_its_batch(filled: Store, ref: str | None) -> None:
    lost = Edge("OPERATES_IN", "Firm", FIRM.id, "ChainLink", "chain-link:nowhere", {}, ref)
    with pytest.raises(QueryError, match="chain-link:nowhere"):
        filled.upsert_edges([operates(ref=ref), lost])
    assert filled.counts()[1] == {}
    wrong_class = Edge("OPERATES_IN", "University", FIRM.id, "ChainLink", LINK.id, {}, ref)
    with pytest.raises(QueryError, match="class"):
        filled.upsert_edges([wrong_class])
    assert filled.counts()[1] == {}


def test_self_loops_and_hubs(filled: Store, ontology: Ontology) -> None:
    firms = [Node("Firm", f"firm:{i:03}", {"name": str(i)}) for i in range(300)]
    filled.upsert_nodes(firms, ontology)
    located = [Edge("LOCATED_IN", "Firm", f.id, "Place", PLACE.id, {"detail": f.id}) for f in firms]
    filled.upsert_edges([*located, Edge("SUPPLIES", "Firm", FIRM.id, "Firm", FIRM.id, {})])
    filled.upsert_edges(located)
    assert filled.edges("LOCATED_IN") == located
    assert len(filled.edges("SUPPLIES")) == 1


def test_counts(filled: Store) -> None:
    filled.upsert_edges([operates(), operates(ref="x")])
    assert filled.counts() == ({"ChainLink": 1, "Firm": 1, "Place": 1}, {"OPERATES_IN": 2})


# --- reading ---


def test_values_are_plain_whatever_the_driver_gives(filled: Store) -> None:
    (row,) = filled.read(
        "MATCH (f:Firm {id: $id}) RETURN f.updated_at AS day, [f.updated_at, null] AS days,"
        " {b: 1, a: [true]} AS map, datetime('2026-01-02T03:04:05Z') AS moment, f.is_chain_leader AS yes,"
        " 1.0 AS one, f.founded AS none",
        {"id": FIRM.id},
    )
    assert row == {
        "day": date(2026, 11, 24),
        "days": [date(2026, 11, 24), None],
        "map": {"a": [True], "b": 1},
        "moment": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "yes": True,
        "one": 1.0,
        "none": None,
    }
    assert [type(v) for v in (row["day"], row["yes"], row["one"])] == [date, bool, float]
    assert list(row["map"]) == ["a", "b"]  # type: ignore[arg-type]


def test_whole_nodes_relationships_and_paths_come_as_their_properties(filled: Store) -> None:
    filled.upsert_edges([operates({"detail": "d"})])
    (row,) = filled.read(
        "MATCH p = (l:ChainLink)<-[r:OPERATES_IN]-(:Firm) RETURN l, r, size(nodes(p)) AS n, p"
    )
    link = {"id": LINK.id, **LINK.props}
    assert row["l"] == link
    assert row["r"] == {"detail": "d"}
    assert row["p"][0] == link  # type: ignore[index]


def test_parameters_of_every_kind(filled: Store) -> None:
    rows = filled.read(
        "UNWIND $ids AS id MATCH (n:Firm {id: id}) WHERE n.updated_at = $day AND $flag AND $none IS NULL"
        " RETURN n.id AS id, $map.k AS k, $spare AS spare",
        {
            "ids": (FIRM.id,),
            "day": date(2026, 11, 24),
            "flag": True,
            "none": None,
            "map": {"k": (1, 2)},
            "spare": 1.5,
        },
    )
    assert rows == [{"id": FIRM.id, "k": [1, 2], "spare": 1.5}]


def test_more_rows_than_the_limit_are_an_error_not_a_cut(filled: Store) -> None:
    assert len(filled.read("UNWIND range(1, 5) AS i RETURN i", row_limit=5)) == 5
    with pytest.raises(QueryError, match="more than 4 rows"):
        filled.read("UNWIND range(1, 5) AS i RETURN i", row_limit=4)
    with pytest.raises(QueryError, match="more than 100,000 rows"):
        filled.read("UNWIND range(1, 100001) AS i RETURN i")
    assert len(filled.read("UNWIND range(1, 100001) AS i RETURN i", row_limit=None)) == 100_001


def test_a_slow_query_is_stopped(filled: Store) -> None:
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b % 7) AS n"
    start = time.monotonic()
    with pytest.raises(QueryError, match="took too long"):
        filled.read(slow, timeout=0.5)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("cypher", "message"),
    [
        ("MATCH (f:Firm RETURN f", r"not valid Cypher \(line 1"),
        ("MATCH (f:Firm) RETURN g.name AS n", "query"),
        ("MATCH (f:Firm) WHERE f.id = $missing RETURN f.id AS id", "missing"),
        ("RETURN 1 / 0 AS n", "query failed"),
        ("RETURN nosuchfunction(1) AS n", "query"),
    ],
)
def test_a_bad_query_is_a_query_error(filled: Store, cypher: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        filled.read(cypher)


@pytest.mark.parametrize("value", [2**70, object(), {"a": object()}])
def test_a_parameter_no_engine_can_take_is_a_query_error(filled: Store, value: Any) -> None:
    with pytest.raises(QueryError):
        filled.read("RETURN $value AS v", {"value": value})


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Firm {id: 'firm:x'})",
        "MATCH (n:Firm) SET n.name = 'x' RETURN n.name AS name",
        "MATCH (n:Firm) DETACH DELETE n",
        "MERGE (n:Firm {id: 'firm:x'}) RETURN n.id AS id",
        "CREATE INDEX x IF NOT EXISTS FOR (n:Firm) ON (n.city)",
    ],
)
def test_read_cannot_write(filled: Store, cypher: str) -> None:
    with pytest.raises(QueryError, match="only reading is allowed"):
        filled.read(cypher)
    assert [n.props["name"] for n in filled.nodes("Firm")] == [FIRM.props["name"]]


# --- writing, schema, life ---


def test_write_runs_one_statement(filled: Store) -> None:
    filled.write("MATCH (n:Firm {id: $id}) SET n.city = $city", {"id": FIRM.id, "city": "西安"})
    assert scalar(filled, "MATCH (n:Firm) RETURN n.city AS city") == "西安"
    with pytest.raises(QueryError, match="not valid Cypher"):
        filled.write("MATCH (n:Firm SET n.city = 1")


def test_the_schema_can_be_ensured_again_and_keeps_ids_unique(filled: Store, ontology: Ontology) -> None:
    filled.ensure_schema(ontology)
    with pytest.raises(QueryError):
        filled.write("CREATE (n:Firm {id: $id})", {"id": FIRM.id})
    assert scalar(filled, "MATCH (n:Firm) RETURN count(n) AS n") == 1


def test_a_store_opened_for_reading_refuses_to_write(
    filled: Store, ontology: Ontology, request: pytest.FixtureRequest
) -> None:
    filled.commit()
    settings = request.getfixturevalue("neo4j_server") if filled.engine == "neo4j" else None
    with open_store(filled.url, settings=settings) as reader:
        assert [n.id for n in reader.nodes("Firm")] == [FIRM.id]
        attempts: list[Callable[[], None]] = [
            lambda: reader.write("MATCH (n) DETACH DELETE n"),
            lambda: reader.upsert_nodes([FIRM], ontology),
            lambda: reader.upsert_edges([operates()]),
            lambda: reader.delete_nodes("Firm", [FIRM.id]),
            lambda: reader.delete_edges([operates()]),
            lambda: reader.ensure_schema(ontology),
            lambda: reader.record_dataset(DatasetRecord("d", "s", "0", "2026")),
            reader.commit,
            reader.wipe,
        ]
        for attempt in attempts:
            with pytest.raises(UsageError, match="reading only"):
                attempt()
        with pytest.raises(QueryError, match="only reading is allowed"):
            reader.read("MATCH (n) DETACH DELETE n")
        assert reader.counts()[0] == {"ChainLink": 1, "Firm": 1, "Place": 1}


def test_wipe_empties_and_the_schema_stays(filled: Store) -> None:
    filled.wipe()
    assert filled.counts() == ({}, {})
    filled.upsert_nodes([FIRM])
    with pytest.raises(QueryError):
        filled.write("CREATE (n:Firm {id: $id})", {"id": FIRM.id})


def test_closing_twice_is_harmless(filled: Store) -> None:
    filled.close()
    filled.close()


# --- warnings and logging ---


@pytest.mark.parametrize(
    "cypher",
    ["MATCH (n:Firn) RETURN n.id AS id", "MATCH (n:Firm)-[:OPERATES_INN]->(l:ChainLink) RETURN l.id AS id",
     "MATCH (n:Firm) WHERE n.naem = 'x' RETURN n.id AS id"],
)  # fmt: skip
def test_an_unknown_name_is_remarked(filled: Store, cypher: str, caplog: pytest.LogCaptureFixture) -> None:
    filled.upsert_edges([operates()])
    with caplog.at_level(logging.WARNING, "bulian.graph"):
        assert filled.read(cypher) == []
    assert len(filled.warnings) >= 1
    assert any(record.name == "bulian.graph" and filled.engine in record.message for record in caplog.records)
    filled.warnings.clear()


@pytest.mark.parametrize("what", ["classes", "edges", "properties"])
def test_a_name_of_the_ontology_that_the_graph_does_not_use_is_not_remarked(
    filled: Store, ontology: Ontology, what: str
) -> None:
    if what == "classes":
        for name in ontology.classes:
            filled.read(f"MATCH (n:{name}) RETURN n.id AS id, n.name AS name")
    elif what == "edges":
        for name in ontology.edges:
            filled.read(f"MATCH (a:Firm)-[r:{name}]->(b) RETURN a.id AS a, r.ref AS ref, r.detail AS detail")
    else:
        for name in ontology.classes["Firm"].properties:
            filled.read(
                f"MATCH (n:Firm) WHERE n.{name} IS NULL OR n.{name} = $x RETURN n.{name} AS v", {"x": "y"}
            )
    assert filled.warnings == []


def test_every_call_is_logged_with_its_time_and_without_its_values(
    filled: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "bulian.graph"):
        filled.read("MATCH (n:Firm {id: $id}) RETURN n.name AS name", {"id": FIRM.id})
    (line,) = [r.message for r in caplog.records if r.name == "bulian.graph"]
    assert f"{filled.engine} read" in line
    assert "1 rows" in line
    assert " ms" in line
    assert FIRM.id not in line


def test_engines_cannot_bypass_the_shared_methods() -> None:
    public = [name for name in vars(Store) if not name.startswith("_")]
    assert {"read", "write", "upsert_nodes", "upsert_edges", "commit", "counts", "wipe", "close"} <= set(
        public
    )
    for engine in (KGLiteStore, Neo4jStore):
        assert [name for name in public if name in vars(engine) and name != "engine"] == []
    for name in public:
        member = vars(Store)[name]
        function = member.fget if isinstance(member, property) else member
        assert getattr(function, "__final__", False), name


# --- speed ---


def test_writing_the_shipped_size_is_quick(store: Store, ontology: Ontology) -> None:
    common: dict[str, Any] = {
        "summary": "x" * 60,
        "confidence": "high",
        "source_ids": ["source:a", "source:b"],
        "updated_at": date(2026, 11, 24),
    }
    nodes = [Node("Firm", f"firm:{i}", {"name": f"企业{i}", **common}) for i in range(3_200)]
    nodes += [Node("ChainLink", f"chain-link:{i}", {"name": f"环节{i}", **common}) for i in range(300)]
    props: dict[str, Any] = {
        "source_ids": ["source:a"],
        "confidence": "high",
        "assertion": "observed",
        "as_of": date(2026, 1, 1),
    }
    edges = [
        Edge(
            "OPERATES_IN",
            "Firm",
            f"firm:{i % 3_200}",
            "ChainLink",
            f"chain-link:{(7 * i + i // 3_200) % 300}",
            props,
        )
        for i in range(8_000)
    ]
    store.upsert_nodes(nodes, ontology)
    store.upsert_edges(edges)
    assert store.counts() == ({"ChainLink": 300, "Firm": 3_200}, {"OPERATES_IN": 8_000})
