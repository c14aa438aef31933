"""Rows and values that are not as they should be: each is set aside with its reason, and nothing is
invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loadkit import (
    BASE,
    CODE_1,
    LINKS,
    PLACES,
    dataset,
    edges,
    file_of,
    firm,
    link,
    load,
    node,
    place,
    relation,
)

from bulian.graph.store import Store
from bulian.loaders.report import FileReport, LoadReport

A, B = firm("a", "东风"), firm("b", "西风")


@pytest.fixture
def embedded(make_store: Callable[[str], Store]) -> Store:
    return make_store("kglite")


@pytest.fixture
def loaded(embedded: Store, tmp_path: Path) -> Callable[..., LoadReport]:
    def run(**files: Any) -> LoadReport:
        content = {**BASE, "organizations": [A, B], **files}
        return load(embedded, dataset(tmp_path / "x", content))

    return run


Loaded = Callable[..., LoadReport]


def reasons(file: FileReport) -> dict[str, int]:
    return dict(file.reasons)


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        ({**A, "id": ""}, "missing value", "id"),
        ({**A, "id": "A B"}, "invalid id", "id"),
        ({**A, "id": "university:a"}, "invalid id", "id"),
        ({**A, "name_zh": ""}, "missing value", "name_zh"),
        ({**A, "name_zh": "\u200b"}, "missing value", "name_zh"),
        ({**A, "type": ""}, "missing value", "type"),
        ({**A, "type": "frim"}, "unknown class", "type"),
    ],
)
def test_a_row_without_a_valid_id_class_or_name_is_set_aside_whole(
    loaded: Loaded, embedded: Store, row: dict[str, Any], reason: str, field: str
) -> None:
    report = loaded(organizations=[{**row, "chain_links": "h-stack"}, B])
    assert reasons(file_of(report, "organizations")) == {reason: 1}
    assert [n.id for n in embedded.nodes("Firm")] == ["firm:b"]
    assert edges(embedded, "OPERATES_IN") == set()
    assert report.rejected == 1
    text = (report.quarantine / "x" / "organizations.csv").read_text("utf-8-sig") if report.quarantine else ""
    assert f",{reason},{field}," in text


def test_an_id_may_carry_its_class(loaded: Loaded, embedded: Store) -> None:
    loaded(organizations=[{**A, "id": "firm:a"}])
    assert [n.id for n in embedded.nodes("Firm")] == ["firm:a"]


def test_values_that_do_not_fit_are_rejected_and_their_row_enters(loaded: Loaded, embedded: Store) -> None:
    row = firm(
        "a",
        "东风",
        credit_code=CODE_1[:-1] + "A",
        ownership="cooperative",
        founded="很久以前",
        is_chain_leader="maybe",
        confidence="sure",
        source_date="yesterday",
        source_url="javascript:alert(1)",
        chain_links="h-stack;no-such-link;双极板",
    )
    report = loaded(organizations=[row])
    file = file_of(report, "organizations")
    assert (file.numbers["created"], file.numbers["quarantined"]) == (1, 0)
    assert {(r.field, r.reason) for r in file.rejected} == {
        ("credit_code", "invalid value"),
        ("ownership", "invalid value"),
        ("founded", "invalid value"),
        ("is_chain_leader", "invalid value"),
        ("confidence", "invalid value"),
        ("source_date", "invalid value"),
        ("source_url", "invalid value"),
        ("chain_links", "unknown reference"),
    }
    assert report.totals["rejected_values"] == 8
    made = node(embedded, "firm:a")
    assert made["confidence"] == "medium"
    assert not {"credit_code", "ownership", "founded", "is_chain_leader"} & made.keys()
    assert edges(embedded, "OPERATES_IN") == {
        ("firm:a", "chain-link:h-stack"),
        ("firm:a", "chain-link:h-plate"),
    }
    assert report.rejected == 0


def test_an_unknown_value_names_the_nearest(loaded: Loaded) -> None:
    report = loaded(organizations=[{**A, "chain_links": "h-stak"}])
    (rejected,) = file_of(report, "organizations").rejected
    assert rejected.hint.split(", ")[0] == "h-stack"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (relation("a", "SUPPLIES", "nobody"), "unknown reference"),
        (relation("nobody", "SUPPLIES", "a"), "unknown reference"),
        (relation("a", "SUPLIES", "b"), "unknown predicate"),
        (relation("a", "LEADS", "h-stack"), "end not allowed"),
        (relation("a", "SUPPLIES", "a"), "both ends are one"),
        (relation("a", "", "b"), "missing value"),
        (relation("a", "PART_OF", "hydrogen"), "end not allowed"),
    ],
)
def test_relations_that_cannot_be(loaded: Loaded, embedded: Store, row: dict[str, Any], reason: str) -> None:
    report = loaded(relations=[row, relation("b", "SUPPLIES", "a")])
    assert reasons(file_of(report, "relations")) == {reason: 1}
    assert edges(embedded, "SUPPLIES") == {("firm:b", "firm:a")}


def test_an_unknown_predicate_names_the_nearest(loaded: Loaded) -> None:
    report = loaded(relations=[relation("a", "SUPLIES", "b"), relation("a", "leads-chain", "hydrogen")])
    assert report.quarantine is not None
    assert "SUPPLIES" in (report.quarantine / "x" / "relations.csv").read_text("utf-8-sig")
    assert file_of(report, "relations").numbers["created"] == 1  # predicates are read whatever their case


def test_what_refers_to_a_row_set_aside_follows_it(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        organizations=[{**A, "name_zh": ""}, B],
        relations=[relation("a", "SUPPLIES", "b")],
        people=[{"id": "p", "name_zh": "赵一", "affiliation_id": "a"}],
        demands=[{"id": "d", "organization_id": "a", "link_id": "h-stack"}],
        chains=[{"id": "hydrogen", "name_zh": "氢能", "chain_leader_ids": "a;b"}],
    )
    for stem in ("relations", "demands"):
        assert reasons(file_of(report, stem)) == {"reference to a quarantined row": 1}
    assert [r.reason for r in file_of(report, "people").rejected] == ["reference to a quarantined row"]
    assert [r.value for r in file_of(report, "chains").rejected] == ["a"]
    assert [n.id for n in embedded.nodes("Talent")] == ["talent:p"]
    assert edges(embedded, "LEADS") == {("firm:b", "chain:hydrogen")}


def test_a_link_needs_a_chain_and_takes_its_children_along_only_where_they_need_it(
    loaded: Loaded, embedded: Store
) -> None:
    report = loaded(
        chain_links=[
            link("h-a", "甲", chain="nothing"),
            link("h-b", "乙", parent_id="h-a"),
            link("h-c", "丙", stage="x"),
        ],
        link_supplies=[{"from_id": "h-b", "to_id": "h-a"}, {"from_id": "h-b", "to_id": "h-x"}],
    )
    assert reasons(file_of(report, "chain_links")) == {"unknown reference": 1, "invalid value": 1}
    assert [r.value for r in file_of(report, "chain_links").rejected] == ["h-a"]
    assert reasons(file_of(report, "link_supplies")) == {
        "reference to a quarantined row": 1,
        "unknown reference": 1,
    }
    assert [n.id for n in embedded.nodes("ChainLink")] == ["chain-link:h-b"]


# --- shapes ---


def test_a_shape_bars_the_row_with_its_message(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        chain_links=[*LINKS, link("h-other", "其他")],
        organizations=[{**A, "chain_links": "h-other;h-stack"}],
    )
    (reason,) = reasons(file_of(report, "chain_links"))
    assert reason.startswith("shape chain-link-name")
    assert [r.reason for r in file_of(report, "organizations").rejected] == ["reference to a quarantined row"]
    assert edges(embedded, "OPERATES_IN") == {("firm:a", "chain-link:h-stack")}


def test_a_shape_may_cost_only_the_value(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        chain_links=[link("h-stack", "电堆", criticality="9")],
        places=[*PLACES, place("dong", "东港", "town", "yunjiang", lon="500", lat="30")],
        relations=[relation("a", "SUPPLIES", "b", date="2024/2026")],
    )
    (rejected,) = file_of(report, "chain_links").rejected
    assert (rejected.field, rejected.value, rejected.reason) == (
        "criticality",
        "9",
        "shape range-criticality",
    )
    assert "criticality" not in node(embedded, "chain-link:h-stack")
    assert [r.field for r in file_of(report, "places").rejected] == ["lon"]
    assert node(embedded, "place:dong")["lat"] == 30.0


def test_of_a_circle_only_the_row_that_closes_it_goes(loaded: Loaded, embedded: Store) -> None:
    rings = [("h-stack", "h-plate"), ("h-plate", "h-tank"), ("h-tank", "h-stack")]
    report = loaded(
        chain_links=[link("h-stack", "电堆"), link("h-plate", "双极板"), link("h-tank", "储氢瓶")],
        link_supplies=[{"from_id": a, "to_id": b} for a, b in rings],
    )
    assert reasons(file_of(report, "link_supplies")) == {"shape no-cycle-feeds": 1}
    assert edges(embedded, "FEEDS") == {(f"chain-link:{a}", f"chain-link:{b}") for a, b in rings[:2]}


def test_a_circle_of_parents_costs_only_the_parent(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        chain_links=[link("h-a", "甲件", parent_id="h-b"), link("h-b", "乙件", parent_id="h-a")],
    )
    file = file_of(report, "chain_links")
    assert file.numbers["created"] == 2
    assert [(r.row, r.reason) for r in file.rejected] == [(3, "shape no-cycle-broader")]
    assert edges(embedded, "BROADER") == {("chain-link:h-a", "chain-link:h-b")}


def test_a_parent_of_another_chain(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        chains=[{"id": "hydrogen", "name_zh": "氢能"}, {"id": "drones", "name_zh": "无人机"}],
        chain_links=[*LINKS, link("u-frame", "机架", chain="drones", parent_id="h-stack")],
    )
    assert [r.reason for r in file_of(report, "chain_links").rejected] == ["shape one-chain"]
    assert ("chain-link:u-frame", "chain-link:h-stack") not in edges(embedded, "BROADER")
    assert node(embedded, "chain-link:u-frame")["chain_id"] == "chain:drones"


def test_a_circle_closed_by_a_later_dataset_is_seen(embedded: Store, tmp_path: Path) -> None:
    load(
        embedded,
        dataset(tmp_path / "x", {**BASE, "link_supplies": [{"from_id": "h-plate", "to_id": "h-tank"}]}),
    )
    later = dataset(tmp_path / "y", {"link_supplies": [{"from_id": "h-tank", "to_id": "h-plate"}]}, name="y")
    assert reasons(file_of(load(embedded, later), "link_supplies")) == {"shape no-cycle-feeds": 1}


# --- references ---


def test_a_bare_id_means_what_the_relationship_allows(loaded: Loaded, embedded: Store) -> None:
    """`dong` is a place, a park and a government body; the type of the relationship tells which."""
    report = loaded(
        places=[*PLACES, place("dong", "东港新城", "new_town", "yunjiang")],
        organizations=[
            A,
            {**firm("dong", "东港氢能园"), "type": "park"},
            {**firm("admin", "东港管委会"), "type": "government"},
        ],
        relations=[
            relation("a", "LOCATED_IN_PARK", "dong"),
            relation("a", "LOCATED_IN", "dong"),
            relation("admin", "MANAGES", "park:dong"),
            relation("a", "LOCATED_IN_PARK", "yunjiang"),
        ],
    )
    assert report.rejected == 0
    assert {(a, b) for a, b in edges(embedded, "LOCATED_IN") if a == "firm:a"} == {
        ("firm:a", "place:yunjiang"),
        ("firm:a", "park:dong"),
        ("firm:a", "place:dong"),
    }
    assert edges(embedded, "MANAGES") == {("government-body:admin", "park:dong")}


def test_what_stays_ambiguous_is_set_aside_with_its_candidates(loaded: Loaded) -> None:
    report = loaded(
        places=[*PLACES, place("dong", "东港新城", "new_town", "yunjiang")],
        organizations=[A, {**firm("dong", "东港氢能园"), "type": "park"}],
        relations=[relation("a", "MEMBER_OF", "dong")],
    )
    assert reasons(file_of(report, "relations")) == {"ambiguous reference": 1}
    assert report.quarantine is not None
    text = (report.quarantine / "x" / "relations.csv").read_text("utf-8-sig")
    assert "park:dong" in text
    assert "place:dong" in text


def test_the_scope_of_a_row_tells_which_of_two_is_meant(loaded: Loaded, embedded: Store) -> None:
    loaded(
        places=[*PLACES, place("dong", "东港新城", "new_town", "yunjiang", scope="map")],
        organizations=[A, {**firm("dong", "东港氢能园", scope="firms"), "type": "park"}],
        relations=[
            relation("a", "MEMBER_OF", "dong", scope="firms"),
            relation("a", "SUPPORTS", "dong", scope="map"),
        ],
    )
    assert edges(embedded, "MEMBER_OF") == {("firm:a", "park:dong")}
    assert edges(embedded, "SUPPORTS") == {("firm:a", "place:dong")}


def test_a_name_means_first_what_the_dataset_itself_states(embedded: Store, tmp_path: Path) -> None:
    other = {"chains": [{"id": "other-hydrogen", "name_zh": "氢能"}]}
    load(embedded, dataset(tmp_path / "other", other, name="other"))
    report = load(
        embedded, dataset(tmp_path / "x", {**BASE, "chain_links": [link("h-a", "甲件", chain="氢能")]})
    )
    assert report.rejected == 0
    assert node(embedded, "chain-link:h-a")["chain_id"] == "chain:hydrogen"


def test_main_products_never_make_a_relationship(loaded: Loaded, embedded: Store) -> None:
    loaded(organizations=[{**A, "main_products": "电堆;h-stack"}])
    assert edges(embedded, "OPERATES_IN") == set()
    assert node(embedded, "firm:a")["main_products"] == ["电堆", "h-stack"]


def test_who_is_no_firm_researches(loaded: Loaded, embedded: Store) -> None:
    kinds = ["university", "lab", "park", "government", "fund", "企业"]
    loaded(
        organizations=[
            {**firm(f"o-{n}", f"机构{n}", chain_links="h-stack"), "type": k} for n, k in enumerate(kinds)
        ]
    )
    assert len(edges(embedded, "RESEARCHES")) == 5
    assert edges(embedded, "OPERATES_IN") == {("firm:o-5", "chain-link:h-stack")}


def test_demands_need_something_that_exists(loaded: Loaded, embedded: Store) -> None:
    report = loaded(
        demands=[
            {"id": "d-1", "organization_id": "a", "link_id": "h-stack", "product": "没有的产品"},
            {"id": "d-2", "organization_id": "a", "link_id": "", "product": ""},
            {"id": "d-3", "organization_id": "nobody", "link_id": "h-stack", "product": ""},
            {"id": "d-4", "organization_id": "a", "link_id": "nothing", "product": ""},
        ]
    )
    file = file_of(report, "demands")
    assert reasons(file) == {"missing value": 1, "unknown reference": 2}
    assert [(r.row, r.value) for r in file.rejected] == [(2, "没有的产品")]
    assert edges(embedded, "DEMANDS") == {("firm:a", "chain-link:h-stack")}


def test_surveys_need_a_region_a_link_and_a_date(loaded: Loaded, embedded: Store) -> None:
    good = {"id": "s", "region_id": "yunjiang", "link_id": "h-stack", "date": "2026年5月", "found": "0"}
    bad = [{"region_id": "nowhere"}, {"link_id": "nothing"}, {"date": "soon"}, {"date": ""}]
    report = loaded(surveys=[good, *({**good, "id": f"s-{n}", **b} for n, b in enumerate(bad))])
    assert file_of(report, "surveys").numbers["created"] == 1
    assert reasons(file_of(report, "surveys")) == {
        "unknown reference": 2,
        "invalid value": 1,
        "missing value": 1,
    }
    assert node(embedded, "survey:s")["found"] == 0
    assert node(embedded, "survey:s")["region_id"] == "place:yunjiang"


def test_an_organization_lies_in_its_city_when_its_place_is_unknown(loaded: Loaded, embedded: Store) -> None:
    report = loaded(organizations=[{**A, "place": "无名镇"}, firm("c", "无处", city="", province="境外")])
    assert edges(embedded, "LOCATED_IN") == {("firm:a", "place:yunjiang")}
    assert [(u.name, u.value, u.placed_in) for u in report.unplaced] == [
        ("东风", "无名镇", "place:yunjiang"),
        ("无处", "境外", None),
    ]
    assert report.rejected == 0
    entry = report.to_json()["unplaced"][1]
    assert (entry["id"], entry["field"], entry["reason"], entry["placed_in"]) == (
        "firm:c",
        "province",
        "unknown",
        None,
    )


def test_a_value_that_several_rules_read_is_told_once(loaded: Loaded) -> None:
    row = {"id": "d", "organization_id": "a", "link_id": "h-tank", "quantity": "许多", "unit": "套"}
    report = loaded(demands=[row, {**row, "id": "d-2"}])
    told = [(r.row, r.field, r.value) for r in file_of(report, "demands").rejected]
    assert told == [(2, "quantity", "许多"), (3, "quantity", "许多")]
    assert report.totals["rejected_values"] == 2


def test_hints_say_what_is_expected_with_an_example(loaded: Loaded) -> None:
    row = firm(
        "a",
        "东风",
        founded="很久以前",
        is_chain_leader="maybe",
        credit_code="123",
        ownership="cooperative",
        source_date="yesterday",
        source_url="javascript:alert(1)",
        confidence="sure",
    )
    demand = {"id": "d", "organization_id": "a", "link_id": "h-tank", "quantity": "许多"}
    links = [*LINKS, link("h-other-part", "垫片", criticality="很高")]
    report = loaded(organizations=[row, B], demands=[demand], chain_links=links)
    hints = {r.field: r.hint for f in report.files for r in f.rejected}
    assert hints["founded"] == "应为成立年份或日期，如 2015、2015-06、2015-06-01"
    assert hints["quantity"].startswith("应为数字，如 12.5")
    assert hints["criticality"] == "应为整数，如 3"
    assert "true" in hints["is_chain_leader"]
    assert CODE_1 in hints["credit_code"]
    assert "private" in hints["ownership"]
    assert "2024年5月" in hints["source_date"]
    assert "https://" in hints["source_url"]
    assert hints["confidence"] == "应为其中之一：high, medium, low"
