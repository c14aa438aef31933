"""What a dataset says of itself: its description, and what follows from it for its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loadkit import BASE, TODAY, csv_text, dataset, edges, file_of, firm, graph_of, load, node

from bulian.errors import MappingError, UnknownName
from bulian.graph.store import Store
from bulian.loaders.dataset import NO_LICENCE

LATER = date(2027, 1, 1)


@pytest.fixture
def embedded(make_store: Callable[[str], Store]) -> Store:
    """A store for what is the same whatever the engine."""
    return make_store("kglite")


# --- without a description ---


def test_a_folder_without_a_description_is_loaded(store: Store, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "qinghai", {**BASE, "organizations": [firm("a", "东风")]})
    (folder / "dataset.toml").unlink()
    report = load(store, folder)
    assert report.rejected == 0
    assert report.to_json()["without_description"] == ["qinghai"]
    assert any("dataset.toml" in line for line in report.notes("zh"))
    (source,) = node(store, "firm:a")["source_ids"]
    card = node(store, source)
    assert (card["name"], card["licence"], card["retrieved"]) == ("qinghai", NO_LICENCE, TODAY)
    assert node(store, "firm:a")["datasets"] == ["qinghai"]
    before = graph_of(store)
    again = load(store, folder, today=LATER)
    assert (again.totals["created"], again.totals["changed"], again.totals["withdrawn"]) == (0, 0, 0)
    assert graph_of(store) == before


def test_it_replaces_what_it_said_before(embedded: Store, tmp_path: Path) -> None:
    for rows in ([firm("a", "东风"), firm("b", "西风")], [firm("b", "西风")]):
        folder = dataset(tmp_path / "qinghai", {**BASE, "organizations": rows})
        (folder / "dataset.toml").unlink()
        report = load(embedded, folder)
    assert file_of(report, "organizations").numbers["withdrawn"] == 1
    assert [n.id for n in embedded.nodes("Firm")] == ["firm:b"]


def test_a_description_that_is_there_must_be_whole(embedded: Store, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "x", BASE)
    (folder / "dataset.toml").write_text('name = "x"\n', "utf-8")
    with pytest.raises(MappingError) as caught:
        load(embedded, folder)
    assert [p.partition(" ")[0] for p in caught.value.problems] == ["title", "licence", "retrieved"]


# --- how long a survey holds ---


def survey(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "region_id": "yunjiang",
        "link_id": "h-tank",
        "date": "2026-06-01",
        "found": "0",
        **more,
    }


@pytest.mark.parametrize("days", [30, None])
def test_a_survey_holds_as_long_as_its_row_or_its_dataset_says(
    store: Store, tmp_path: Path, days: int | None
) -> None:
    rows = [
        survey("own", expires_after="90"),
        survey("none", expires_after=""),
        survey("bad", expires_after="lots"),
        survey("twice", expires_after="", scope="1"),
        survey("twice", expires_after="60", scope="2"),
    ]
    card = {} if days is None else {"expires_after": days}
    report = load(store, dataset(tmp_path / "x", {**BASE, "surveys": rows}, **card))
    assert report.rejected == 0
    shown = {n.id.partition(":")[2]: n.props.get("expires_after") for n in store.nodes("Survey")}
    assert shown == {"own": 90, "none": days, "bad": days, "twice": 60}


def test_the_term_of_a_dataset_may_change(store: Store, tmp_path: Path) -> None:
    terms: list[dict[str, Any]] = [{}, {"expires_after": 30}, {"expires_after": 900}, {}]
    shown = []
    for card in terms:
        report = load(store, dataset(tmp_path / "x", {**BASE, "surveys": [survey("s")]}, **card))
        shown.append((node(store, "survey:s").get("expires_after"), report.totals["withdrawn"]))
    assert shown == [(None, 0), (30, 0), (900, 0), (None, 0)]
    assert file_of(report, "surveys").numbers["changed"] == 1
    again = load(store, dataset(tmp_path / "x", {**BASE, "surveys": [survey("s")]}))
    assert again.totals["changed"] == 0


# --- replace ---


def test_only_a_dataset_that_is_there_can_be_replaced(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "organizations.csv"
    path.write_text(csv_text([firm("c", "南风")]), "utf-8")
    with pytest.raises(UnknownName, match="unknown dataset: qinghai") as caught:
        load(store, path, replace="qinghai")
    assert "no dataset" in caught.value.hint
    load(store, dataset(tmp_path / "x", BASE, name="qinghai-2026"))
    load(store, dataset(tmp_path / "y", {}, name="other"))
    before = graph_of(store)
    with pytest.raises(UnknownName, match="unknown dataset: qinghai-2062") as caught:
        load(store, path, replace="qinghai-2062")
    assert caught.value.nearest[0] == "qinghai-2026"
    assert graph_of(store) == before
    load(store, path, replace="other")
    assert node(store, "firm:c")["datasets"] == ["other"]
    assert edges(store, "LOCATED_IN") == {("firm:c", "place:yunjiang")}
