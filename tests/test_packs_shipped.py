"""Every pack on the shipped dataset: both engines agree, no optimizer changes a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from golden_rows import engine_rows

from bulian.graph import open_store
from bulian.graph.kglite_store import SAFE
from bulian.graph.store import Store
from bulian.loaders import load
from bulian.ontology import load_ontology
from bulian.queries.cypher_text import bare, clauses, split_list
from bulian.queries.gaps import assess
from bulian.queries.pack import find_pack, packs, run_pack
from bulian.records import Row
from bulian.settings import Settings

REGION = "place:xixian-new-area"
CHAINS = ("chain:hydrogen", "chain:connected-vehicles", "chain:drones")
NO_OPTIMIZER_TIMEOUT_MS = 20_000
# What the header's examples leave out: values that give many rows, and other corners of the graph.
MORE: dict[str, list[dict[str, Any]]] = {
    "complementary_links": [{"chain": c, "region": REGION, "other": "place:cn-610100"} for c in CHAINS],
    "firms_in_link": [{"link": "chain-link:h2-stack"}],
    "firm_profiles": [{"ids": ["firm:longi-green-energy", "firm:weichai", "firm:byd-auto-xian"]}],
    "link_presence": [
        {"chain": c, "region": r} for c in CHAINS for r in ("place:cn-610100", "place:cn-610000")
    ],
    "missing_links": [{"chain": c} for c in CHAINS],
    "nearest_makers": [{"link": "chain-link:icv-lidar"}, {"link": "chain-link:h2-stack", "limit": 3}],
    "neighbourhood": [{"node": "place:cn-610100", "limit": 2000}, {"node": "chain-link:h2-stack"}],
    "neighbour_link_firms": [{"link": "chain-link:h2-stack", "region": "place:cn-610100"}],
    "partner_cities_with_makers": [{"chain": c} for c in CHAINS],
    "path_between": [{"source": "university:xjtu", "target": "firm:shaanxi-heavy-duty-auto", "limit": 200}],
    "researchers_of_link": [{"link": "chain-link:h2-stack", "region": "place:cn-610100"}],
    "search_name": [{"text": "xixian", "limit": 500}, {"text": "Xi", "limit": 500}],
    "shared_links_between_places": [
        {"chain": "chain:drones", "region": "place:cn-610100", "other": "place:cn-440300"}
    ],
    "stale_facts": [{"on": "2031-01-01", "limit": 100_000}],
    "unsourced_or_low_confidence": [{"limit": 100_000}],
}


def examples(name: str) -> list[dict[str, Any]]:
    """Parameter sets of a pack: the examples of its header, then those of `MORE`."""
    header = {p.name: p.example for p in find_pack(name).parameters if p.required}
    home = {"region": REGION} if any(p.name == "region" for p in find_pack(name).parameters) else {}
    return [home | header, *(home | more for more in MORE.get(name, []))]


CASES = [(name, i) for name in sorted(packs()) for i in range(len(examples(name)))]


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped")
    with open_store(f"kglite:{folder / 'graph.kgl'}", write=True) as store:
        load(["shipped:xixian"], store, quarantine_dir=folder / "quarantine")
        store.commit()
    return folder / "graph.kgl"


@pytest.fixture(scope="module")
def embedded(graph_file: Path) -> Iterator[Store]:
    with open_store(f"kglite:{graph_file}") as store:
        yield store


@pytest.fixture(scope="module")
def server(neo4j_server: Settings, embedded: Store) -> Iterator[Store]:
    """The same graph on the server, record by record."""
    labels, types = embedded.counts()
    with open_store(settings=neo4j_server, write=True) as store:
        store.wipe()
        store.ensure_schema(load_ontology())
        store.upsert_nodes(node for label in labels for node in embedded.nodes(label))
        store.upsert_edges(edge for type_ in types for edge in embedded.edges(type_))
        assert store.counts() == (labels, types)
    with open_store(settings=neo4j_server) as store:
        yield store


@pytest.mark.parametrize(("name", "number"), CASES)
def test_both_engines_give_the_same_rows_in_the_same_order(
    embedded: Store, server: Store, name: str, number: int
) -> None:
    params = examples(name)[number]
    embedded.warnings.clear()
    server.warnings.clear()
    ours, theirs = run_pack(embedded, name, params), run_pack(server, name, params)
    assert len(ours) == len(theirs)
    for row, other in zip(ours, theirs, strict=True):
        assert row == other
    assert (embedded.warnings, server.warnings) == ([], [])
    assert tied(name, ours) == []


def tied(name: str, rows: list[Row]) -> list[list[Any]]:
    """Values of the sort columns that more than one row has."""
    order = [
        c.body for c in clauses(bare(find_pack(name).cypher)) if c.keyword == "ORDER BY" and not c.depth
    ][-1]
    keys = [part.split()[0] for part in split_list(order)]
    values = [[row.get(k) for k in keys] for row in rows]
    return (
        sorted({str(v): v for v in values if values.count(v) > 1}.values(), key=str)
        if len(rows) < 3000
        else []
    )


def test_the_examples_show_something(embedded: Store) -> None:
    empty = {name for name in packs() if not any(run_pack(embedded, name, e) for e in examples(name))}
    # No survey is on record, no source expires, all names differ, no firm stands on a group, every maker by
    # product is a known maker; ids of sources are not fixed.
    assert empty <= {
        "candidates_by_product",
        "chain_surveys",
        "same_names",
        "sources",
        "stale_facts",
        "surveys_on_record",
        "too_general_firms",
    }


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_safe_settings_answer_as_no_optimizer_does(graph_file: Path, name: str, number: int) -> None:
    given = examples(name)[number]
    plain = engine_rows(
        graph_file,
        name,
        given,
        disable_optimizer=True,
        hide_structural_keys=True,
        timeout_ms=NO_OPTIMIZER_TIMEOUT_MS,
    )
    assert engine_rows(graph_file, name, given, **SAFE) == plain


@pytest.mark.parametrize("region", [REGION, "place:jinghe-new-town", "place:cn-610100", "place:cn-610000"])
def test_presence_agrees_with_the_assessment_of_gaps(embedded: Store, region: str) -> None:
    """The pack decides in Cypher, the gap table in Python: two ways to the same numbers."""
    found = assess(embedded, region, CHAINS, today=date(2026, 11, 24))
    by_assessment = {
        g.link_id: (g.status, len(g.local), len(g.nearby), len(g.national), len(g.local_orgs))
        for g in found.gaps
    }
    counts = ("status", "local_firms", "nearby_firms", "national_firms", "local_organizations")
    by_pack = {
        row["link_id"]: tuple(row[c] for c in counts)
        for chain in CHAINS
        for row in run_pack(embedded, "link_presence", {"chain": chain, "region": region})
    }
    assert by_pack == by_assessment
    missing = {
        row["link_id"]
        for chain in CHAINS
        for row in run_pack(embedded, "missing_links", {"chain": chain, "region": region})
    }
    assert missing == {link for link, (status, *_) in by_assessment.items() if status == "missing"}
