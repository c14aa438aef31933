"""Loading whole datasets, on both engines: what enters, what a second load changes, what is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loadkit import (
    BASE,
    CHAINS,
    LINKS,
    MINI,
    PLACES,
    TODAY,
    csv_text,
    dataset,
    edges,
    file_of,
    firm,
    graph_of,
    link,
    load,
    node,
    place,
    relation,
)

from bulian.errors import MappingError, UnknownName, UsageError
from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.loaders.dataset import shipped_datasets

LATER = date(2027, 1, 1)


@pytest.fixture
def embedded(make_store: Callable[[str], Store]) -> Store:
    """A store for what is the same whatever the engine."""
    return make_store("kglite")


# --- the mini dataset, whole ---


def test_the_mini_dataset_enters_whole(store: Store, tmp_path: Path) -> None:
    report = load(store, MINI, quarantine=tmp_path / "q")
    assert report.totals == {
        "rows": 45,
        "created": 44,
        "changed": 0,
        "unchanged": 0,
        "merged": 1,
        "quarantined": 0,
        "withdrawn": 0,
        "rejected_values": 0,
    }
    assert (report.rejected, report.quarantine, report.unknown_files, report.unknown_columns) == (
        0,
        None,
        [],
        {},
    )
    nodes, relationships = store.counts()
    assert nodes == {
        "Achievement": 1,
        "Chain": 1,
        "ChainLink": 6,
        "Demand": 2,
        "Firm": 4,
        "GovernmentBody": 1,
        "Park": 1,
        "Place": 10,
        "Product": 1,
        "Source": 14,
        "Survey": 1,
        "Talent": 2,
        "University": 1,
    }
    assert relationships["OPERATES_IN"] == 6
    assert relationships["RESEARCHES"] == 3
    assert relationships["COOPERATES_WITH"] == 3


def test_what_the_mini_dataset_says(store: Store, tmp_path: Path) -> None:
    report = load(store, MINI, quarantine=tmp_path / "q")
    firm_node = node(store, "firm:dongfeng")
    assert firm_node["updated_at"] == TODAY
    assert firm_node["pinyin"][:2] == ["dongfengqingnengyunjiangyouxiangongsi", "dfqnyjyxgs"]
    assert [n.id for n in store.nodes("ChainLeader")] == ["firm:dongfeng"]
    assert edges(store, "LOCATED_IN") >= {
        ("firm:dongfeng", "place:donggang"),
        ("firm:dongfeng", "park:donggang-park"),
        ("firm:shan-valve", "place:shishan-hitech"),
        ("university:jia-uni", "place:yunjiang-xincheng"),
    }
    assert edges(store, "EXPERT_IN") == {
        ("talent:zhao", "chain-link:h-stack"),
        ("talent:zhao", "chain:hydrogen"),
    }
    assert edges(store, "ALUMNUS_OF") == {("talent:zhao", "university:jia-uni")}
    assert [(u.node_id, u.value, u.placed_in) for u in report.unplaced] == [
        ("firm:dongfeng-overseas", "境外", None)
    ]
    assert [(t.organization_id, t.link_id) for t in report.too_general] == [
        ("firm:shan-valve", "chain-link:h-storage")
    ]
    (survey,) = store.edges("SURVEYED")
    assert survey.props["region_id"] == "place:yunjiang-new-area"
    assert survey.props["date"] == date(2026, 5, 20)
    assert node(store, "survey:s-1")["name"] == "云江新区质子膜摸排 2026-05-20"
    (supply,) = store.edges("SUPPLIES")
    assert {k: supply.props[k] for k in ("amount", "unit", "date_text", "valid_from", "as_of")} == {
        "amount": 300.0,
        "unit": "套",
        "date_text": "2024年5月",
        "valid_from": date(2024, 5, 1),
        "as_of": date(2024, 5, 1),  # of the source, which another row dates
    }


def test_cooperations_by_kind_and_direction(embedded: Store, tmp_path: Path) -> None:
    load(embedded, MINI, quarantine=tmp_path / "q")
    assert {(e.from_id, e.to_id, e.ref) for e in embedded.edges("COOPERATES_WITH")} == {
        ("place:yunjiang-new-area", "place:shishan", "signed|产业协作"),
        ("place:yunjiang-new-area", "place:shishan", "planned|产业协作"),
        ("place:shishan", "place:shishan-hitech", "enclave|飞地"),  # from the owner to where it lies
    }
    (member,) = embedded.edges("MEMBER_OF")
    assert member.props["detail"] == "省会都市圈；核心城市"  # it has no mechanism, and the text is kept


def test_a_second_load_changes_nothing(store: Store, tmp_path: Path) -> None:
    load(store, MINI, quarantine=tmp_path / "q")
    before = graph_of(store)
    report = load(store, MINI, quarantine=tmp_path / "q", today=LATER)
    totals = report.totals
    assert (totals["created"], totals["changed"], totals["withdrawn"]) == (0, 0, 0)
    assert (totals["unchanged"], totals["merged"]) == (44, 1)
    assert graph_of(store) == before  # updated_at as well


def test_a_second_load_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "g.kgl"
    for day in (TODAY, LATER):
        with open_store(f"kglite:{path}", write=True) as store:
            load(store, MINI, quarantine=tmp_path / "q", today=day)
        if day == TODAY:
            before = path.read_bytes(), path.stat().st_mtime_ns
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_both_engines_hold_the_same(both_stores: tuple[Store, Store], tmp_path: Path) -> None:
    for store in both_stores:
        load(store, MINI, quarantine=tmp_path / "q")
    assert graph_of(both_stores[0]) == graph_of(both_stores[1])


@pytest.mark.parametrize("suffix", [".xlsx", ".jsonl", ".parquet", "gb18030"])
def test_every_format_gives_the_same_graph(tmp_path: Path, suffix: str) -> None:
    graphs = []
    for kind in (".csv", suffix):
        folder = tmp_path / f"mini{kind}"
        folder.mkdir()
        for path in MINI.iterdir():
            if path.suffix == ".csv" and path.stem != "decisions":
                _convert(path, folder, kind)
            else:
                (folder / path.name).write_bytes(path.read_bytes())
        with open_store(f"kglite:{tmp_path / f'g{kind}.kgl'}", write=True) as store:
            load(store, folder, quarantine=tmp_path / "q")
            graphs.append(graph_of(store))
    assert graphs[0] == graphs[1]


def _convert(path: Path, folder: Path, kind: str) -> None:
    import csv
    import json

    text = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    target = folder / f"{path.stem}{kind if kind.startswith('.') else '.csv'}"
    if kind == ".xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for record in csv.reader(text.splitlines()):
            book.active.append([c or None for c in record])
        book.save(target)
    elif kind == ".jsonl":
        target.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    elif kind == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), target)
    else:
        target.write_bytes(text.encode("gb18030" if kind == "gb18030" else "utf-8"))


# --- change and withdrawal ---


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Any:
    """Loads a dataset of some firms and relations (and replaces it when called again)."""

    def run(
        organizations: Any, relations: Any = (), *, name: str = "x", today: date = TODAY, **files: Any
    ) -> Any:
        content = {**BASE, **files}
        content |= {k: v for k, v in {"organizations": organizations, "relations": relations}.items() if v}
        return load(store, dataset(tmp_path / name, content, name=name), today=today)

    return run


A = firm("a", "东风", chain_links="h-stack;h-tank")
B = firm("b", "西风", chain_links="h-plate")


def test_what_a_dataset_no_longer_states_leaves_the_graph(store: Store, world: Any) -> None:
    world([A, B], [relation("a", "SUPPLIES", "b"), relation("b", "PARTNERS_WITH", "a")])
    report = world([A, B], [relation("a", "SUPPLIES", "b")])
    assert report.totals["withdrawn"] == 1
    assert file_of(report, "relations").numbers["withdrawn"] == 1
    assert edges(store, "PARTNERS_WITH") == set()
    report = world([A])
    assert file_of(report, "organizations").numbers["withdrawn"] == 1
    assert [n.id for n in store.nodes("Firm")] == ["firm:a"]
    assert edges(store, "SUPPLIES") == set()
    assert edges(store, "OPERATES_IN") == {("firm:a", "chain-link:h-stack"), ("firm:a", "chain-link:h-tank")}


def test_a_link_taken_out_of_a_cell_is_withdrawn_and_the_row_changed(store: Store, world: Any) -> None:
    world([A, B])
    report = world([{**A, "chain_links": "h-tank"}, B], today=LATER)
    organizations = file_of(report, "organizations").numbers
    assert (organizations["changed"], organizations["unchanged"], organizations["withdrawn"]) == (1, 1, 1)
    assert ("firm:a", "chain-link:h-stack") not in edges(store, "OPERATES_IN")
    assert report.edges_by_type["OPERATES_IN"] == {"unchanged": 2, "withdrawn": 1}


def test_only_what_changed_is_written(store: Store, world: Any) -> None:
    world([A, B])
    report = world([{**A, "website": "df.example"}, B], today=LATER)
    assert file_of(report, "organizations").numbers["changed"] == 1
    assert (node(store, "firm:a")["website"], node(store, "firm:a")["updated_at"]) == ("df.example", LATER)
    assert node(store, "firm:b")["updated_at"] == TODAY
    report = world([A, B], today=LATER)
    assert "website" not in node(store, "firm:a")


def test_what_another_dataset_states_stays(store: Store, world: Any) -> None:
    world([A], name="x")
    world([A, B], [relation("a", "SUPPLIES", "b")], name="y")
    world([B], name="y")
    assert {n.id for n in store.nodes("Firm")} == {"firm:a", "firm:b"}
    assert node(store, "firm:a")["datasets"] == ["x"]
    assert edges(store, "SUPPLIES") == set()
    report = world([], name="x")
    assert report.totals["withdrawn"] == 1
    assert [n.id for n in store.nodes("Firm")] == ["firm:b"]
    assert node(store, "place:yunjiang")["datasets"] == ["x", "y"]


def test_a_withdrawn_value_gives_way_to_what_the_other_dataset_says(store: Store, world: Any) -> None:
    better = {**A, "ownership": "soe", "confidence": "high", "aliases": "DF"}
    world([better], name="x")
    world([{**A, "ownership": "private"}], name="y")
    made = node(store, "firm:a")
    assert (made["ownership"], made["datasets"], len(made["claims"])) == ("soe", ["x", "y"], 2)
    world([], name="x")
    made = node(store, "firm:a")
    assert (made["ownership"], made["datasets"]) == ("private", ["y"])
    assert not {"claims", "other_values", "aliases"} & made.keys()


def test_a_relationship_that_two_datasets_state(store: Store, world: Any) -> None:
    world([A, B], [relation("a", "SUPPLIES", "b", amount="3")], name="x")
    world([A, B], [relation("a", "SUPPLIES", "b", amount="5", confidence="high")], name="y")
    (supply,) = store.edges("SUPPLIES")
    assert (supply.props["amount"], supply.props["datasets"]) == (5.0, ["x", "y"])
    assert supply.props["other_values"][0].startswith("amount=3.0 [")
    report = world([A, B], name="y")
    assert file_of(report, "relations").numbers["withdrawn"] == 1
    (supply,) = store.edges("SUPPLIES")
    assert (supply.props["amount"], supply.props["datasets"]) == (3.0, ["x"])


def test_the_order_of_datasets_does_not_matter(tmp_path: Path) -> None:
    one = dataset(
        tmp_path / "one", _view("high", "soe", "h-stack"), name="one", licence="A", retrieved="2026-05-01"
    )
    two = dataset(tmp_path / "two", _view("medium", "private", "h-tank"), name="two", licence="B")
    three = dataset(tmp_path / "three", _view("medium", "foreign", "h-plate"), name="three", licence="C")
    graphs = []
    for number, order in enumerate([(one, two, three), (three, two, one), (two, one, three, two)]):
        with open_store(f"kglite:{tmp_path / f'g{number}.kgl'}", write=True) as store:
            for folder in order:
                load(store, folder)
            graphs.append(graph_of(store))
    assert graphs[0] == graphs[1]
    assert graphs[0] == graphs[2]
    with open_store(f"kglite:{tmp_path / 'at-once.kgl'}", write=True) as store:
        load(store, two, one, three)
        assert graph_of(store) == graphs[0]


def _view(confidence: str, ownership: str, links: str) -> dict[str, Any]:
    sourced = {"source_title": "一份名录", "source_url": "https://example.org/list", "confidence": confidence}
    return {
        **BASE,
        "organizations": [
            firm("a", "东风", ownership=ownership, chain_links=links, **sourced),
            {**B, **sourced},
        ],
        "relations": [relation("a", "SUPPLIES", "b", detail=ownership, **sourced)],
    }


def test_the_leader_role_comes_and_goes(store: Store, world: Any) -> None:
    world([A, B], [relation("b", "LEADS_CHAIN", "hydrogen")])
    assert [n.id for n in store.nodes("ChainLeader")] == ["firm:b"]
    world([{**A, "is_chain_leader": "true"}, B])
    assert [n.id for n in store.nodes("ChainLeader")] == ["firm:a"]
    world([A, B])
    assert store.nodes("ChainLeader") == []
    assert {n.id for n in store.nodes("Firm")} == {"firm:a", "firm:b"}


def test_an_unreadable_file_withdraws_nothing(store: Store, world: Any) -> None:
    world([A, B], [relation("a", "SUPPLIES", "b")])
    report = world([A], **{"relations.csv": "from,to\na,b\n"})
    (broken,) = [f for f in report.files if f.error]
    assert broken.error == "relations.csv: required column subject_id, predicate, object_id is missing"
    assert report.kept_all == ["x"]
    assert report.rejected == 1
    assert {n.id for n in store.nodes("Firm")} == {"firm:a", "firm:b"}
    assert edges(store, "SUPPLIES") == {("firm:a", "firm:b")}


# --- single files ---


def test_a_single_file_only_adds_and_changes(store: Store, world: Any, tmp_path: Path) -> None:
    world([A, B])
    path = tmp_path / "organizations.csv"
    path.write_text(
        csv_text([{**B, "website": "b.example"}, firm("c", "南风", chain_links="h-stack;h-tank")]), "utf-8"
    )
    report = load(store, path)
    assert file_of(report, "organizations").numbers["created"] == 1
    assert report.totals["withdrawn"] == 0
    assert {n.id for n in store.nodes("Firm")} == {"firm:a", "firm:b", "firm:c"}
    assert node(store, "firm:b")["datasets"] == ["organizations", "x"]
    before = graph_of(store)
    again = load(store, path, today=LATER)
    assert (again.totals["created"], again.totals["changed"]) == (0, 0)
    assert graph_of(store) == before


def test_a_corrected_row_of_a_single_file_replaces_its_earlier_self(
    store: Store, world: Any, tmp_path: Path
) -> None:
    world([A])
    path = tmp_path / "organizations.csv"
    rows = [firm("c", "南风", chain_links="h-stack;h-tank"), firm("d", "北风", chain_links="h-stack")]
    path.write_text(csv_text(rows), "utf-8")
    load(store, path)
    corrected = firm("c", "南风", chain_links="h-tank", city="石山市")
    path.write_text(csv_text([corrected]), "utf-8")
    report = load(store, path)
    assert file_of(report, "organizations").numbers["changed"] == 1
    assert {(a, b) for a, b in edges(store, "OPERATES_IN") if a != "firm:a"} == {
        ("firm:c", "chain-link:h-tank"),
        ("firm:d", "chain-link:h-stack"),  # its row is not in the file, and nothing is withdrawn
    }
    assert {(a, b) for a, b in edges(store, "LOCATED_IN") if a == "firm:c"} == {("firm:c", "place:shishan")}


def test_replace_makes_a_single_file_the_whole_dataset(store: Store, world: Any, tmp_path: Path) -> None:
    world([A, B], name="other")
    path = tmp_path / "organizations.csv"
    path.write_text(csv_text([firm("c", "南风"), firm("d", "北风")]), "utf-8")
    load(store, path, dataset="mine")
    path.write_text(csv_text([firm("d", "北风")]), "utf-8")
    report = load(store, path, replace="mine")
    assert file_of(report, "organizations").numbers["withdrawn"] == 1
    assert {n.id for n in store.nodes("Firm")} == {"firm:a", "firm:b", "firm:d"}


def test_single_files_of_one_name_are_one_dataset(store: Store, world: Any, tmp_path: Path) -> None:
    world([A])
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "organizations.csv").write_text(csv_text([firm("c", "南风"), firm("d", "北风")]), "utf-8")
    (folder / "relations.csv").write_text(csv_text([relation("c", "SUPPLIES", "d")]), "utf-8")
    paths = [folder / "relations.csv", folder / "organizations.csv"]
    report = load(store, *paths, dataset="mine")
    assert report.rejected == 0
    assert edges(store, "SUPPLIES") == {("firm:c", "firm:d")}
    assert node(store, "firm:c")["datasets"] == ["mine"]
    assert load(store, *paths, replace="mine").totals["withdrawn"] == 0
    known = [(d.source, d.options) for d in store.datasets if d.options.get("dataset") == "mine"]
    assert sorted(known, key=str) == [(str(p), {"dataset": "mine"}) for p in sorted(paths)]


def test_relations_alone_refer_to_what_is_in_the_graph(store: Store, world: Any, tmp_path: Path) -> None:
    world([A, B])
    path = tmp_path / "relations.csv"
    path.write_text(csv_text([relation("a", "SUPPLIES", "b"), relation("a", "DEMANDS", "h-plate")]), "utf-8")
    assert load(store, path).rejected == 0
    assert edges(store, "DEMANDS") == {("firm:a", "chain-link:h-plate")}


# --- nothing, or nothing at all ---


def test_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "x", {**BASE, "organizations": [A, {**B, "type": "shop"}]})
    report = load(store, folder, dry_run=True)
    assert (report.loaded, report.quarantine) == (False, None)
    assert (report.totals["created"], report.totals["quarantined"]) == (
        len(PLACES) + len(CHAINS) + len(LINKS) + 1,
        1,
    )
    assert store.counts() == ({}, {})
    assert not (tmp_path / "quarantine").exists()


def test_fail_loads_nothing_when_a_row_is_bad(store: Store, tmp_path: Path) -> None:
    good = dataset(tmp_path / "good", {**BASE, "organizations": [A]}, name="good")
    bad = dataset(tmp_path / "bad", {"organizations": [B, {**B, "id": "B B"}]}, name="bad")
    load(store, good)
    before = graph_of(store)
    report = load(store, good, bad, on_bad_row="fail", today=LATER)
    assert (report.loaded, report.rejected) == (False, 1)
    assert any("没有载入" in line for line in report.notes("zh"))
    assert graph_of(store) == before
    assert load(store, good, on_bad_row="fail").loaded


def test_the_old_graph_stays_whole_until_the_new_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.kgl"
    with open_store(f"kglite:{path}", write=True) as store:
        load(store, dataset(tmp_path / "x", {**BASE, "organizations": [A]}))
    before = path.read_bytes()

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    with open_store(f"kglite:{path}", write=True) as store:
        monkeypatch.setattr(type(store), "upsert_edges", fail)
        with pytest.raises(KeyboardInterrupt):
            load(store, dataset(tmp_path / "x", {**BASE, "organizations": [B]}))
    monkeypatch.undo()
    assert path.read_bytes() == before
    with open_store(f"kglite:{path}") as store:
        assert [n.id for n in store.nodes("Firm")] == ["firm:a"]


def test_an_empty_dataset(embedded: Store, tmp_path: Path) -> None:
    report = load(embedded, dataset(tmp_path / "x", {}))
    assert report.files == []
    assert embedded.counts()[0] == {"Source": 1}  # the dataset itself


# --- sources that are none ---


def test_unknown_files_and_columns_are_named(embedded: Store, tmp_path: Path) -> None:
    folder = dataset(
        tmp_path / "x",
        {
            **BASE,
            "organisations": [A],
            "notes.docx": "",
            "README.md": "",
            "chains": [{**CHAINS[0], "colour": "red"}],
        },
        mood="good",
    )
    (folder / "attic").mkdir()
    report = load(embedded, folder)
    assert report.unknown_files == ["attic/", "notes.docx", "organisations.csv"]
    assert report.unknown_columns == {"chains.csv": ["colour"], "dataset.toml": ["mood"]}


def test_a_missing_column_names_the_nearest_and_other_files_go_on(embedded: Store, tmp_path: Path) -> None:
    report = load(
        embedded, dataset(tmp_path / "x", {"places": PLACES, "chains": [{"id": "h", "name": "氢能"}]})
    )
    (broken,) = [f for f in report.files if f.error]
    assert broken.error == "chains.csv: required column name_zh is missing"
    assert any("name_zh" in line and "name" in line for line in report.notes("en"))
    assert len(embedded.nodes("Place")) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', "title is missing"),
        (
            'name = ""\ntitle = 1\nlicence = "a"\nretrieved = "soon"\nexpires_after = 0',
            "retrieved: soon is no date",
        ),
    ],
)
def test_a_broken_card_is_told_at_once(embedded: Store, tmp_path: Path, text: str, expected: str) -> None:
    folder = dataset(tmp_path / "x", BASE)
    (folder / "dataset.toml").write_text(text, "utf-8")
    with pytest.raises(MappingError, match=expected) as caught:
        load(embedded, folder)
    assert "dataset.toml" in caught.value.message


def test_a_card_may_hold_dates_as_toml_or_text_and_a_bom(embedded: Store, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "x", BASE)
    (folder / "dataset.toml").write_bytes(
        '\ufeffname="x"\ntitle="t"\nlicence="l"\nretrieved=2026-05-04\n'.encode()
    )
    load(embedded, folder)
    assert {e.props["as_of"] for e in embedded.edges("PART_OF")} == {date(2026, 5, 4)}


def test_sources_that_do_not_exist(embedded: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load(embedded, tmp_path / "nothing")
    with pytest.raises(UnknownName, match="shipped") as caught:
        load(embedded, "shipped:xixain")
    assert "xixian" in caught.value.hint
    with pytest.raises(UsageError, match=r"neither dataset\.toml nor a file") as nothing:
        load(embedded, tmp_path)
    assert "organizations" in nothing.value.hint
    (tmp_path / "organisations.csv").write_text("id\n")
    with pytest.raises(UnknownName, match="organisations") as caught:
        load(embedded, tmp_path / "organisations.csv")
    assert "organizations" in caught.value.hint
    (tmp_path / "a.txt").write_text("id\n")
    with pytest.raises(UsageError, match="not a table"):
        load(embedded, tmp_path / "a.txt")
    with pytest.raises(UsageError, match="single file"):
        load(embedded, dataset(tmp_path / "x", BASE), replace="y")


def test_the_shipped_dataset_is_found_by_name() -> None:
    assert "xixian" in shipped_datasets()


# --- provenance ---


def test_every_row_has_a_source(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "东风", source_url="https://example.org/a", source_title="甲报", source_date="2025年3月"),
        firm("b", "西风", source_title="general knowledge"),
        firm("c", "南风"),
        firm("d", "北风", source_url="https://example.org/a", source_title="甲报"),
        firm("e", "中风", source_url="https://example.org/e;https://example.org/f", source_title="两页"),
    ]
    load(embedded, dataset(tmp_path / "x", {**BASE, "organizations": rows}, publisher="编者"))
    titles = {n.id: n.props["name"] for n in embedded.nodes("Source")}
    cited = {i: [titles[s] for s in node(embedded, f"firm:{i}")["source_ids"]] for i in "abcde"}
    assert cited == {
        "a": ["甲报"],
        "b": ["general knowledge"],
        "c": ["dataset x"],
        "d": ["甲报"],
        "e": ["两页", "两页"],
    }
    page = node(embedded, node(embedded, "firm:a")["source_ids"][0])
    assert (page["url"], page["published"], page["published_text"]) == (
        "https://example.org/a",
        date(2025, 3, 1),
        "2025年3月",
    )
    assert {e.from_id: e.props["as_of"] for e in embedded.edges("LOCATED_IN")} == {
        "firm:a": date(2025, 3, 1),
        "firm:b": date(2026, 6, 1),
        "firm:c": date(2026, 6, 1),
        "firm:d": date(2025, 3, 1),
        "firm:e": date(2026, 6, 1),
    }


def test_the_default_source_of_a_dataset(embedded: Store, tmp_path: Path) -> None:
    folder = dataset(
        tmp_path / "x", {"places": PLACES[:1]}, source_url="https://example.org/x", source_title="来源"
    )
    load(embedded, folder)
    (source,) = node(embedded, "place:cn")["source_ids"]
    assert (node(embedded, source)["url"], node(embedded, source)["name"]) == (
        "https://example.org/x",
        "来源",
    )


def test_a_single_file_keeps_the_day_of_its_first_load(embedded: Store, tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        csv_text([place("cn", "中国", "country"), place("jia", "甲省", "province", "cn")]), "utf-8"
    )
    load(embedded, path, today=TODAY)
    load(embedded, path, today=LATER)
    assert [e.props["as_of"] for e in embedded.edges("PART_OF")] == [TODAY]


def test_progress_is_told(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        load(store, MINI, quarantine=tmp_path / "q", progress=lambda *step: steps.append(step))
    assert any("organizations.csv" in step for step, _, _ in steps)
    assert all(total is None or done <= total for _, done, total in steps)


def test_links_of_two_chains_with_one_name_are_told_apart(embedded: Store, tmp_path: Path) -> None:
    files = {
        **BASE,
        "chains": [*CHAINS, {"id": "drones", "name_zh": "无人机"}],
        "chain_links": [*LINKS, link("u-tank", "储氢瓶", chain="无人机")],
        "organizations": [firm("a", "东风", chain_links="储氢瓶;u-tank")],
    }
    report = load(embedded, dataset(tmp_path / "x", files))
    assert edges(embedded, "OPERATES_IN") == {("firm:a", "chain-link:u-tank")}
    (rejected,) = file_of(report, "organizations").rejected
    assert (rejected.reason, rejected.value) == ("ambiguous reference", "储氢瓶")
    assert set(rejected.hint.split(", ")) == {"chain-link:h-tank", "chain-link:u-tank"}
