"""What one dataset withdraws and others refer to, on both engines: nothing that others state is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loadkit import (
    BASE,
    CHAINS,
    LINKS,
    PLACES,
    TODAY,
    csv_text,
    dataset,
    edges,
    file_of,
    firm,
    graph_of,
    load,
    node,
    place,
    relation,
)

from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.loaders.report import LoadReport

DONG = place("dong", "东港新城", "new_town", "yunjiang", source_title="地图", aliases="东港")
ONE: dict[str, Any] = {**BASE, "places": [*PLACES, DONG]}
TWO = {"organizations": [firm("a", "东风", place="东港新城", chain_links="h-stack")]}
WITHOUT = {"places": PLACES, "chains": CHAINS, "chain_links": LINKS[1:]}
WITHOUT["chain_links"] = [{**LINKS[1], "parent_id": ""}, LINKS[2]]


@pytest.fixture
def give(store: Store, tmp_path: Path) -> Callable[..., LoadReport]:
    """Loads a dataset by name, replacing what it said."""

    def run(name: str, files: dict[str, Any], **card: Any) -> LoadReport:
        return load(store, dataset(tmp_path / name, files, name=name, **card))

    return run


Give = Callable[..., LoadReport]


def kept(report: LoadReport) -> list[tuple[str, list[str]]]:
    return [(k["id"], k["referred_by"]) for k in report.to_json()["kept"]]


def test_what_others_refer_to_stays_as_it_was_last_known(store: Store, give: Give) -> None:
    give("one", ONE)
    give("two", TWO)
    before = graph_of(store)
    report = give("one", WITHOUT)
    assert edges(store, "OPERATES_IN") == {("firm:a", "chain-link:h-stack")}
    assert edges(store, "LOCATED_IN") == {("firm:a", "place:dong")}
    for node_id in ("place:dong", "chain-link:h-stack"):
        shown = node(store, node_id)
        assert "datasets" not in shown
        assert {k: v for k, v in shown.items() if k != "claims"} == {
            k: v for k, v in before[0][node_id][2].items() if k not in ("datasets", "claims")
        }
    (map_,) = node(store, "place:dong")["source_ids"]
    assert node(store, map_)["name"] == "地图"  # what it rests on stays as well
    assert {
        ("place:dong", "place:yunjiang"),
        ("chain-link:h-stack", "chain:hydrogen"),
    } <= edges(store, "PART_OF")  # what it is part of belongs to what it is
    assert ("chain-link:h-plate", "chain-link:h-stack") not in edges(store, "BROADER")
    assert node(store, "firm:a") == before[0]["firm:a"][2]
    assert kept(report) == [("chain-link:h-stack", ["two"]), ("place:dong", ["two"])]
    assert file_of(report, "places").numbers["withdrawn"] == 1
    assert any("电堆 ← two；东港新城 ← two" in line for line in report.notes("zh"))


def test_a_second_load_changes_nothing_and_says_no_more(store: Store, give: Give) -> None:
    give("one", ONE)
    give("two", TWO)
    give("one", WITHOUT)
    before = graph_of(store)
    for name, files in (("one", WITHOUT), ("two", TWO), ("one", WITHOUT)):
        report = give(name, files)
        totals = report.totals
        assert (totals["created"], totals["changed"], totals["withdrawn"], totals["quarantined"]) == (
            0,
            0,
            0,
            0,
        )
        assert (kept(report), report.released) == ([], [])
        assert graph_of(store) == before


def test_it_leaves_when_nothing_refers_to_it_any_more(store: Store, give: Give) -> None:
    give("one", ONE)
    give("two", TWO)
    give("one", WITHOUT)
    report = give("two", {"organizations": [firm("a", "东风", chain_links="h-stack")]})
    assert [(k.node_id, k.name) for k in report.released] == [("place:dong", "东港新城")]
    assert any("东港新城" in line for line in report.notes("en"))
    assert "place:dong" not in graph_of(store)[0]
    assert "chain-link:h-stack" in graph_of(store)[0]
    assert "地图" not in {n.props["name"] for n in store.nodes("Source")}
    give("two", {})
    assert {n.id for n in store.nodes("ChainLink")} == {"chain-link:h-plate", "chain-link:h-tank"}


def test_who_states_it_again_has_it(store: Store, give: Give) -> None:
    give("one", ONE)
    give("two", TWO)
    fresh = graph_of(store)
    give("one", WITHOUT)
    give("one", ONE)
    assert graph_of(store) == fresh
    give("one", WITHOUT)
    give("three", {"places": [place("dong", "东港", "town")]})
    assert (node(store, "place:dong")["name"], node(store, "place:dong")["datasets"]) == ("东港", ["three"])
    assert "claims" not in node(store, "place:dong")


def test_both_ends_of_what_another_dataset_says_of_them(store: Store, give: Give) -> None:
    give("one", {**BASE, "organizations": [firm("a", "东风"), firm("b", "西风"), firm("c", "南风")]})
    give("two", {"relations": [relation("a", "SUPPLIES", "b")]})
    report = give("one", BASE)
    assert edges(store, "SUPPLIES") == {("firm:a", "firm:b")}
    assert kept(report) == [("firm:a", ["two"]), ("firm:b", ["two"])]
    assert "firm:c" not in graph_of(store)[0]


def test_what_statements_name_stays_with_what_it_names(store: Store, give: Give) -> None:
    """A survey names its link and region; the link names its chain, the region lies in others."""
    give("one", BASE)
    row = {"id": "s", "region_id": "yunjiang", "link_id": "h-tank", "date": "2026-05-01", "found": "0"}
    give("two", {"surveys": [row]})
    report = give("one", {})
    stay = ["chain-link:h-tank", "chain:hydrogen", "place:cn", "place:jia", "place:yunjiang"]
    assert kept(report) == [(i, ["two"]) for i in stay]
    assert edges(store, "PART_OF") == {
        ("chain-link:h-tank", "chain:hydrogen"),
        ("place:yunjiang", "place:jia"),
        ("place:jia", "place:cn"),
    }
    assert edges(store, "SURVEYED") == {("survey:s", "chain-link:h-tank")}
    assert node(store, "chain-link:h-tank")["chain_id"] == "chain:hydrogen"
    before = graph_of(store)
    assert give("two", {"surveys": [row]}).totals["unchanged"] == 1
    assert graph_of(store) == before
    give("two", {})
    assert set(store.counts()[0]) == {"Source"}


def test_replace_keeps_it_as_well(store: Store, give: Give, tmp_path: Path) -> None:
    give("one", BASE)
    path = tmp_path / "organizations.csv"
    path.write_text(csv_text([firm("c", "南风"), firm("d", "北风")]), "utf-8")
    load(store, path, dataset="mine")
    give("two", {"organizations": [firm("a", "东风")], "relations": [relation("a", "SUPPLIES", "c")]})
    path.write_text(csv_text([firm("d", "北风")]), "utf-8")
    report = load(store, path, replace="mine")
    assert kept(report) == [("firm:c", ["two"])]
    assert edges(store, "SUPPLIES") == {("firm:a", "firm:c")}
    assert node(store, "firm:c")["name"] == "南风"


def test_references_of_the_dataset_itself_hold_on_every_load_alike(tmp_path: Path) -> None:
    """`one` drops a place that its own firm names too: whether it resolves must not depend on the load."""
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        own = [firm("b", "西风", city="", place="东港新城")]
        load(store, dataset(tmp_path / "one", {**ONE, "organizations": own}, name="one"))
        load(store, dataset(tmp_path / "two", TWO, name="two"))
        later = dataset(tmp_path / "one", {**BASE, "organizations": own}, name="one")
        load(store, later)
        before = graph_of(store)
        assert load(store, later).totals["changed"] == 0
        assert graph_of(store) == before
        assert ("firm:b", "place:dong") in edges(store, "LOCATED_IN")


def test_in_one_call_as_in_several(tmp_path: Path) -> None:
    graphs = []
    for together in (True, False):
        with open_store(f"kglite:{tmp_path / f'g{together}.kgl'}", write=True) as store:
            load(store, dataset(tmp_path / "one", ONE, name="one"))
            load(store, dataset(tmp_path / "two", TWO, name="two"))
            one = dataset(tmp_path / "one", WITHOUT, name="one")
            two = dataset(tmp_path / "two", {"organizations": [firm("a", "东风")]}, name="two")
            for sources in [(one, two)] if together else [(one,), (two,)]:
                load(store, *sources, today=TODAY)
            graphs.append(graph_of(store))
    assert graphs[0] == graphs[1]
    assert "place:dong" not in graphs[0][0]
