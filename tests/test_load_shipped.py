"""The shipped dataset through the loader: all of it enters or is accounted for, on both engines alike."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from loadkit import accounted, graph_of

from bulian import loaders
from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.loaders.report import LoadReport

SHIPPED = "shipped:xixian"
Shipped = tuple[Path, LoadReport]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    folder = tmp_path_factory.mktemp("shipped")
    with open_store(f"kglite:{folder / 'graph.kgl'}", write=True) as store:
        report = loaders.load([SHIPPED], store, quarantine_dir=folder / "quarantine")
    return folder, report


def test_every_row_is_accounted_for(shipped: Shipped) -> None:
    _, report = shipped
    for file in report.files:
        accounted(file)
        assert not file.error
    assert report.unknown_files == []
    assert report.unused_decisions == {}


def test_as_many_organizations_people_links_and_arcs_as_the_dataset_says(
    shipped: Shipped,
) -> None:
    folder, _ = shipped
    with open_store(f"kglite:{folder / 'graph.kgl'}") as store:
        nodes, relationships = store.counts()
        assert len(store.nodes("Organization")) == 1388
    assert (nodes["Talent"], nodes["ChainLink"], nodes["Chain"]) == (104, 283, 45)
    assert (relationships["FEEDS"], relationships["BROADER"]) == (548, 253)
    assert (nodes["Task"], nodes["Measure"], nodes["Target"], nodes["PlanSystem"]) == (40, 135, 122, 52)


def test_what_did_not_enter_is_a_relation_whose_end_its_type_forbids(
    shipped: Shipped,
) -> None:
    _, report = shipped
    reasons = sum((f.reasons for f in report.files), Counter[str]())
    assert set(reasons) <= {"end not allowed"}
    assert all(f.file == "relations.csv" for f in report.files if f.numbers["quarantined"])


def test_all_but_a_few_organizations_lie_somewhere(shipped: Shipped) -> None:
    folder, report = shipped
    with open_store(f"kglite:{folder / 'graph.kgl'}") as store:
        placed = {e.from_id for e in store.edges("LOCATED_IN") if e.to_label == "Place"}
        nowhere = {n.id for n in store.nodes("Organization")} - placed
    assert nowhere == {u.node_id for u in report.unplaced if u.placed_in is None}
    assert len(nowhere) == 8


def test_the_report_is_json(shipped: Shipped) -> None:
    _, report = shipped
    found = json.loads(json.dumps(report.to_json(), ensure_ascii=False))
    assert found["totals"]["rows"] == sum(f["rows"] for f in found["files"])
    keys = [
        "dataset",
        "file",
        "rows",
        "created",
        "changed",
        "unchanged",
        "merged",
        "quarantined",
        "withdrawn",
    ]
    assert list(found["files"][0])[: len(keys)] == keys
    assert found["edges_by_type"]["OPERATES_IN"]["created"] > 1000


def test_both_engines_hold_the_same_and_a_second_load_changes_nothing(
    both_stores: tuple[Store, Store], tmp_path: Path
) -> None:
    graphs = []
    for store in both_stores:
        loaders.load([SHIPPED], store, quarantine_dir=tmp_path / "q")
        graphs.append(graph_of(store))
        again = loaders.load([SHIPPED], store, quarantine_dir=tmp_path / "q")
        assert (again.totals["created"], again.totals["changed"], again.totals["withdrawn"]) == (0, 0, 0)
        assert graph_of(store) == graphs[-1]
    assert graphs[0] == graphs[1]
