"""Parallel relationships, on both engines: what is a second fact, a second statement, or a contradiction."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from loadkit import BASE, dataset, file_of, firm, graph_of, load, relation

from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.loaders.report import FileReport

FIRMS = [firm("a", "东风"), firm("b", "西风"), {**firm("fund", "基金"), "type": "fund"}]


@pytest.fixture
def related(store: Store, tmp_path: Path) -> Callable[..., FileReport]:
    def run(*rows: dict[str, Any]) -> FileReport:
        files = {**BASE, "organizations": FIRMS, "relations": rows}
        return file_of(load(store, dataset(tmp_path / "x", files)), "relations")

    return run


Related = Callable[..., FileReport]


@pytest.mark.parametrize("roles", [("component", "variant"), ("variant", "component"), ("", "variant")])
def test_one_link_feeds_another_in_several_roles(
    store: Store, tmp_path: Path, roles: tuple[str, ...]
) -> None:
    rows = [{"from_id": "h-plate", "to_id": "h-stack", "role": r} for r in (*roles, roles[0])]
    folder = dataset(tmp_path / "x", {**BASE, "link_supplies": rows})
    supplies = file_of(load(store, folder), "link_supplies")
    assert (supplies.numbers["created"], supplies.numbers["merged"]) == (2, 1)
    found = {(e.ref, e.props.get("role", "")) for e in store.edges("FEEDS")}
    assert found == {(r, r) for r in roles}
    before = graph_of(store)
    assert file_of(load(store, folder), "link_supplies").numbers["unchanged"] == 2
    assert graph_of(store) == before
    folder = dataset(tmp_path / "x", {**BASE, "link_supplies": rows[:1]})
    assert file_of(load(store, folder), "link_supplies").numbers["withdrawn"] == 1
    assert [e.ref for e in store.edges("FEEDS")] == [roles[0]]


def test_the_gaps_do_not_depend_on_the_order_of_supply_rows(tmp_path: Path) -> None:
    from bulian.queries.gaps import assess

    rows = [{"from_id": "h-plate", "to_id": "h-tank", "role": r} for r in ("component", "variant")]
    answers = []
    for number, order in enumerate(permutations(rows)):
        files = {
            **BASE,
            "link_supplies": list(order),
            "organizations": [firm("a", "东风", chain_links="h-plate")],
        }
        with open_store(f"kglite:{tmp_path / f'g{number}.kgl'}", write=True) as store:
            load(store, dataset(tmp_path / "x", files))
            found = assess(store, "place:yunjiang", ["chain:hydrogen"])
            answers.append([g.to_row() for g in found.gaps])
            tank = next(g for g in found.gaps if g.link_id == "chain-link:h-tank")
            assert [m.id for m in tank.local] == ["firm:a"]  # who makes the variant makes it too, once
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("predicate", "subject"), [("INVESTED_IN", "fund"), ("PARTNERS_WITH", "a"), ("SUPPLIES", "a")]
)
def test_two_rounds_are_two_facts(store: Store, related: Related, predicate: str, subject: str) -> None:
    rows = [
        relation(subject, predicate, "b", detail="A轮", amount="100", unit="万元", date="2023-01-01"),
        relation(subject, predicate, "b", detail="B轮", amount="900", unit="万元", date="2025年1月"),
        relation(subject, predicate, "b", detail="", amount="", unit="", date=""),
    ]
    assert related(*rows).numbers["created"] == 3
    assert {(e.ref, e.props.get("amount"), e.props.get("detail")) for e in store.edges(predicate)} == {
        ("2023-01-01", 100.0, "A轮"),
        ("2025-01-01", 900.0, "B轮"),
        ("", None, None),
    }
    before = graph_of(store)
    assert related(*rows).numbers["unchanged"] == 3
    assert graph_of(store) == before
    assert related(rows[1]).numbers["withdrawn"] == 2
    assert [e.ref for e in store.edges(predicate)] == ["2025-01-01"]


def test_a_standing_relationship_is_one_whenever_it_began(store: Store, related: Related) -> None:
    rows = [
        relation("a", "SUBSIDIARY_OF", "b", date="2019"),
        relation("a", "SUBSIDIARY_OF", "b", date="2021", confidence="high"),
    ]
    assert related(*rows).numbers["merged"] == 1
    (edge,) = store.edges("SUBSIDIARY_OF")
    assert (edge.ref, edge.props["date_text"]) == (None, "2021")


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({"amount": "200"}, "amount"),
        ({"unit": "亿元"}, "unit"),
        ({"amount": "200", "detail": "又记"}, "amount"),
    ],
)
def test_one_source_that_gives_two_amounts_contradicts_itself(
    store: Store, related: Related, tmp_path: Path, second: dict[str, str], field: str
) -> None:
    first = relation("fund", "INVESTED_IN", "b", amount="100", unit="万元", date="2023", detail="")
    report = related(first, {**first, **second}, {**first, "amount": "", "detail": "补记"})
    assert report.reasons == {"conflicting duplicate": 1}
    (edge,) = store.edges("INVESTED_IN")
    assert (edge.props["amount"], edge.props["unit"]) == (100.0, "万元")
    assert (edge.props["detail"], "other_values" in edge.props) == ("补记", False)
    text = (tmp_path / "quarantine" / "x" / "relations.csv").read_text("utf-8-sig")
    assert f"relations.csv,3,conflicting duplicate,{field},{second[field]}" in text
    assert f"relations.csv, row 2: {edge.props[field]}" in text


@pytest.mark.parametrize("apart", ["source_title", "scope"])
def test_two_sources_may_differ_and_the_better_one_is_shown(
    store: Store, related: Related, apart: str
) -> None:
    first = relation("fund", "INVESTED_IN", "b", amount="100", unit="万元", date="2023")
    other = {**first, "amount": "200", "confidence": "high", apart: "乙"}
    assert related({**first, apart: "甲"}, other).numbers["merged"] == 1
    (edge,) = store.edges("INVESTED_IN")
    assert edge.props["amount"] == 200.0
    assert [o.partition(" [")[0] for o in edge.props["other_values"]] == ["amount=100.0"]


def test_other_words_are_no_contradiction_and_are_all_kept(store: Store, related: Related) -> None:
    first = relation("a", "SUPPLIES", "b", detail="供电堆", date="2024")
    assert related(first, {**first, "detail": "供双极板"}, first).numbers["merged"] == 2
    (edge,) = store.edges("SUPPLIES")
    assert edge.props["detail"] == "供电堆"
    assert [o.partition(" [")[0] for o in edge.props["other_values"]] == ["detail=供双极板"]


def test_demands_of_one_firm_for_one_link_are_no_contradiction(store: Store, tmp_path: Path) -> None:
    rows = [{"id": f"d-{n}", "organization_id": "a", "link_id": "h-tank", "quantity": n} for n in (1, 2)]
    report = load(store, dataset(tmp_path / "x", {**BASE, "organizations": FIRMS, "demands": rows}))
    assert file_of(report, "demands").numbers["created"] == 2
    assert len(store.edges("DEMANDS")) == 1
