"""Both engines answer as Neo4j 5 does, or we know where not; the embedded one gives no wrong rows.

A bump of an engine's version shows here first: as another verdict, or as a wrong answer that came or went.
"""

from __future__ import annotations

from typing import Any

import kglite
import pytest
from neo4j import GraphDatabase
from portability.engines import KGLite, Neo4j
from portability.fuzz import fuzz
from portability.probe import Engine, judge, pinned, probes

from bulian.graph.kglite_store import PASSES_OFF, SAFE
from bulian.settings import Settings

STORE_SETTINGS = {**SAFE, "row_limit": 100_001, "timeout_ms": 30_000}  # as the store reads


def surprises(engine: Engine, name: str) -> list[str]:
    """Probes whose verdict is not the pinned one."""
    known, found = pinned(name), []
    for probe in probes():
        verdict, told = judge(engine, probe)
        if verdict != known.pop(probe.name, "same"):
            found.append(f"{probe.name}: {verdict} {told}\n    {probe.query}")
    return [*found, *(f"{gone}: pinned, but not in the table" for gone in known)]


def test_the_embedded_engine_s_dialect_is_the_pinned_one() -> None:
    found = surprises(KGLite(), "kglite")
    assert found == [], "\n".join(found)


def test_the_server_s_dialect_is_the_pinned_one(neo4j_server: Settings) -> None:
    auth = (neo4j_server.user, neo4j_server.password)
    with GraphDatabase.driver(neo4j_server.graph, auth=auth, notifications_min_severity="OFF") as driver:
        engine = Neo4j(driver)
        try:
            found = surprises(engine, "neo4j")
        finally:
            engine.empty()
    assert found == [], "\n".join(found)


def test_the_embedded_engine_has_no_silent_differences_but_the_known_ones() -> None:
    """Rows that are not Neo4j's, without an error, are why query packs are linted; a rule for each."""
    differing = {name for name, verdict in pinned("kglite").items() if verdict == "differs"}
    assert differing == {name for names in KNOWN_DIFFERENCES.values() for name in names}


KNOWN_DIFFERENCES = {
    "no title, no type, a name always": [
        "n.missing_name_is_null", "n.missing_title_is_null", "n.missing_type_is_null", "n.where_name_null",
        "n.where_name_null_after_merge", "n.coalesce_name", "n.set_name_keeps_title",
        "n.person_title_merge_set2",
    ],
    "columns by name, never keys(), properties(), {.*}, whole nodes, startNode()": [
        "n.keys_exact", "n.properties_exact", "n.map_all_exact", "n.return_node_exact", "r.start_node_value",
        "n.updated_at_in_properties",
    ],
    "ids are ours: no id(), no elementId(), unique by constraint": [
        "n.id_fn_is_int", "n.missing_id_is_null", "n.dup_id_create",
    ],
    "every node has a label": ["w.create_without_label"],
    "no shortestPath under a predicate": ["r.shortest_path_where_longer"],
    "no float division by zero, no || of lists, no round of negative halves, no duration.between": [
        "e.float_div_zero", "e.string_concat_bars", "e.math_round_types",
        "t.duration_between_years", "t.duration_between_months",
    ],
    "the schema comes from the ontology, not from db.labels()": ["s.db_labels", "s.db_schema_visualization"],
}  # fmt: skip


# --- random queries ---


@pytest.mark.parametrize("seed", [1, 2026])
def test_random_queries_get_the_right_rows(seed: int) -> None:
    wrong = fuzz(seed, graphs=200, queries=50, settings=STORE_SETTINGS)
    assert wrong == [], "\n".join(map(str, wrong[:3]))


def test_the_fuzzer_finds_wrong_answers_where_they_are() -> None:
    assert fuzz(1, graphs=400, queries=50, settings={}) != []


# --- canaries: what the passes that are off do wrong today ---

FIRM_GRAPH = [
    "CREATE (:Firm {id: 'f1', name: 'a', scale: 10})-[:OPERATES_IN]->(:Link {id: 'l1', name: 'x'})",
    "MATCH (a:Link {id: 'l1'}) CREATE (a)-[:R]->(:Link {id: 'l2', name: 'y'})",
    "MATCH (a:Link {id: 'l2'}) CREATE (a)-[:R]->(:Link {id: 'l3', name: 'z'})",
]
TWO_MATCHES = [
    "CREATE (:A {id: 'n0'}), (:B {id: 'n1', v: 0}), (:B {id: 'n2', v: 2})",
    *(
        f"MATCH (a {{id: 'n{e[0]}'}}), (b {{id: 'n{e[2]}'}}) CREATE (a)-[:{e[1]}]->(b)"
        for e in ["2S0", "2R1", "1S0", "0R0", "2S1", "1R0", "1R0", "2S2", "1S1"]
    ),
]
# family: graph, query, right rows, the passes that make them wrong
WRONG_TODAY: dict[str, tuple[list[str], str, list[Any], list[str]]] = {
    "two hops, one without direction, counted": (
        FIRM_GRAPH,
        "MATCH (a:Link {id: 'l1'})-[:R]-(b)-[:R]-(c) RETURN count(*) AS n",
        [{"n": 1}],
        ["fuse_match_return_aggregate"],
    ),
    "a range on an anchored node beside another predicate": (
        FIRM_GRAPH,
        "MATCH (a:Firm {id: 'f1'})-[:OPERATES_IN]->(l)"
        " WHERE l.name IS NOT NULL AND a.scale > 99 RETURN l.id AS id",
        [],
        ["push_where_into_match.1", "push_where_into_match.2"],
    ),
    "count(DISTINCT) over two MATCH clauses": (
        TWO_MATCHES,
        "MATCH (x0)<--(x1)-[*2]->(x2:A) MATCH (x1)-[:S]->(y:B {v: 0})"
        " WHERE x1 <> y AND EXISTS { (y)-[:R]->() } RETURN count(DISTINCT y) AS n",
        [{"n": 1}],
        ["push_distinct_into_match"],
    ),
    "groups by labels after a deletion": (
        [*FIRM_GRAPH, "MATCH (f:Firm) DETACH DELETE f"],
        "MATCH (n) RETURN labels(n) AS l, count(*) AS n",
        [{"l": ["Link"], "n": 3}],
        ["fuse_count_short_circuits"],
    ),
}


def _ask(family: str, passes_off: list[str]) -> tuple[list[dict[str, Any]], list[Any]]:
    statements, query, right, _ = WRONG_TODAY[family]
    graph = kglite.KnowledgeGraph()
    for statement in statements:
        graph.cypher(statement)
    result = graph.cypher(query, disabled_passes=passes_off, hide_structural_keys=True)
    assert isinstance(result, kglite.ResultView)
    return result.to_list(), right


@pytest.mark.parametrize("family", list(WRONG_TODAY))
def test_the_store_s_settings_answer_rightly(family: str) -> None:
    rows, right = _ask(family, list(PASSES_OFF))
    assert rows == right


@pytest.mark.parametrize("family", list(WRONG_TODAY))
def test_canary_the_passes_that_are_off_still_answer_wrongly(family: str) -> None:
    """Fails on the day the engine is mended: then its passes leave PASSES_OFF, and the family this list."""
    rows, right = _ask(family, [p for p in PASSES_OFF if p not in WRONG_TODAY[family][3]])
    assert rows != right


def test_every_pass_that_is_off_has_a_canary() -> None:
    assert {p for *_, passes in WRONG_TODAY.values() for p in passes} == set(PASSES_OFF)
