"""The rules of chain gaps, on the small graph worked out by hand (fixtures/small/README.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from small_graph import AS_OF, CHAIN, REGION, load_small

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.queries.findings import COLUMNS, Assessment, Filters, Gap
from bulian.queries.gaps import assess, weights
from bulian.queries.pack import run_pack
from bulian.records import Edge, Node

# link: status, evidence, local firms, actions in order
EXPECTED: dict[str, tuple[str, str, set[str], list[str]]] = {
    "catalyst": ("missing", "not_surveyed", set(), ["convert", "import_dependent"]),
    "plate": ("missing", "not_surveyed", set(), ["collaborate", "attract", "grow"]),
    "resin": ("missing", "surveyed", set(), ["attract"]),
    "membrane": ("missing", "not_surveyed", set(), ["attract", "grow"]),
    "compressor": ("missing", "surveyed", set(), ["grow", "import_dependent"]),
    "training": ("missing", "not_surveyed", set(), ["grow", "import_dependent"]),
    "ore": ("missing", "not_surveyed", set(), ["import_dependent"]),
    "mini-stack": ("single_source", "not_surveyed", {"mini-a"}, []),
    "air-stack": ("single_source", "not_surveyed", {"mini-a"}, []),
    "stack": ("single_source", "not_surveyed", {"mini-a"}, []),
    "station": ("single_source", "not_surveyed", {"sys-b"}, []),
    "testing": ("single_source", "not_surveyed", {"test-a"}, []),
    "truck": ("thin", "not_surveyed", {"sys-c", "truck-a"}, []),
    "system": ("covered", "not_surveyed", {"sys-a", "sys-b", "sys-c"}, []),
}


@pytest.fixture
def small(store: Store) -> Store:
    load_small(store)
    return store


def _assess(store: Store, region: str = REGION, **kwargs: Any) -> Assessment:
    return assess(store, region, [CHAIN], today=AS_OF, **kwargs)


def _by_slug(found: Assessment) -> dict[str, Gap]:
    return {g.link_id.partition(":")[2]: g for g in found.gaps}


def test_every_link_has_the_status_evidence_and_actions_worked_out_by_hand(small: Store) -> None:
    found = _by_slug(_assess(small))
    assert set(found) == set(EXPECTED), "groups are not assessed, everything else is"
    for slug, (status, evidence, firms, actions) in EXPECTED.items():
        gap = found[slug]
        assert (slug, gap.status, gap.evidence) == (slug, status, evidence)
        assert {m.id.partition(":")[2] for m in gap.local} == firms
        codes = [a.action for a in gap.actions]
        if status == "missing":
            assert (slug, codes) == (slug, actions)
        elif status == "covered":
            assert codes == []
        else:
            assert codes[0] == "grow", slug
        assert all(a.evidence for a in gap.actions)


def test_both_engines_give_the_same_rows_in_the_same_order(both_stores: tuple[Store, Store]) -> None:
    answers = []
    for store in both_stores:
        load_small(store)
        answers.append([g.to_row() for g in _assess(store).gaps])
    assert answers[0] == answers[1]
    assert list(answers[0][0]) == list(COLUMNS)


def test_a_filter_hides_firms_and_says_how_many(small: Store) -> None:
    station = _by_slug(_assess(small, filters=Filters(min_confidence="medium")))["station"]
    assert (station.status, station.evidence, station.hidden) == ("missing", "filtered", 1)
    assert "1 家" in station.reason
    later = _by_slug(_assess(small, filters=Filters(since=date(2026, 6, 2))))
    assert later["system"].status == "missing"
    assert later["system"].hidden == 3


def test_observed_only_hides_inferred_presence(small: Store) -> None:
    edge = next(e for e in small.edges("OPERATES_IN") if e.to_id == "chain-link:testing")
    small.upsert_edges([replace(edge, props={**edge.props, "assertion": "inferred"})])
    small.commit()
    assert _by_slug(_assess(small))["testing"].status == "single_source"
    hidden = _by_slug(_assess(small, filters=Filters(observed_only=True)))["testing"]
    assert (hidden.status, hidden.evidence, hidden.hidden) == ("missing", "filtered", 1)


def test_a_survey_that_found_unknown_firms_is_said_and_is_no_evidence_of_absence(small: Store) -> None:
    catalyst = _by_slug(_assess(small))["catalyst"]
    assert catalyst.evidence == "not_surveyed"
    assert "2 家" in catalyst.reason


def test_a_survey_without_a_result_proves_nothing(small: Store) -> None:
    survey = next(n for n in small.nodes("Survey") if n.props.get("link_id") == "chain-link:resin")
    small.upsert_nodes([replace(survey, props={k: v for k, v in survey.props.items() if k != "found"})])
    small.commit()
    resin = _by_slug(_assess(small))["resin"]
    assert resin.evidence == "not_surveyed"
    assert "没有写明结果" in resin.reason
    assert "None" not in resin.reason


def test_a_survey_expires_and_one_of_the_future_does_not_count(small: Store) -> None:
    def evidence(today: date) -> str:
        found = assess(small, REGION, [CHAIN], today=today)
        return _by_slug(found)["resin"].evidence

    survey = next(
        r["date"]
        for r in small.read(
            "MATCH (s:Survey)-[:SURVEYED]->(l:ChainLink {id: 'chain-link:resin'}) RETURN s.date AS date"
        )
    )
    assert isinstance(survey, date)
    assert evidence(survey) == "surveyed"
    assert evidence(date.fromordinal(survey.toordinal() + 365)) == "surveyed"
    assert evidence(date.fromordinal(survey.toordinal() + 366)) == "not_surveyed"
    assert evidence(date.fromordinal(survey.toordinal() - 1)) == "not_surveyed"


def test_covered_from_moves_the_threshold(small: Store) -> None:
    found = _by_slug(_assess(small, covered_from=2))
    assert found["truck"].status == "covered"
    assert _by_slug(_assess(small, covered_from=4))["system"].status == "thin"
    with pytest.raises(UsageError):
        _assess(small, covered_from=1)


def test_a_town_is_a_region_too(small: Store) -> None:
    whole, town = _by_slug(_assess(small)), _by_slug(_assess(small, "place:east-town"))
    for slug, gap in town.items():
        assert {m.id for m in gap.local} <= {m.id for m in whole[slug].local}, slug
    ids = {g.finding_id for g in town.values()}
    assert "gap/hydrogen/plate/east-town" in ids


def test_priority_is_the_documented_sum_of_its_parts(small: Store) -> None:
    w = weights()
    assert sum(w.weight.values()) == pytest.approx(1)
    for gap in _assess(small).gaps:
        assert set(gap.parts) == set(w.weight)
        assert all(0 <= v <= 1 for v in gap.parts.values())
        total = sum(w.weight[k] * v for k, v in gap.parts.items())
        assert gap.priority == pytest.approx(w.severity[gap.status] * total, abs=1e-4)
    priorities = [g.priority for g in _assess(small).gaps]
    assert priorities == sorted(priorities, reverse=True)


def test_firms_on_a_group_count_for_no_link_and_are_listed(small: Store) -> None:
    found = _assess(small)
    assert [m.id for _, m in found.too_general] == ["firm:general-a"]
    assert all("firm:general-a" not in {m.id for m in g.local} for g in found.gaps)


def test_a_new_arc_makes_a_group_an_assessed_link(small: Store) -> None:
    group = "chain-link:materials"
    small.upsert_edges([Edge("FEEDS", "ChainLink", group, "ChainLink", "chain-link:truck", _sourced())])
    small.commit()
    assert "materials" in _by_slug(_assess(small))


def test_a_firm_from_nowhere_is_elsewhere(small: Store) -> None:
    small.upsert_nodes([Node("Firm", "firm:lost", {"name": "失联公司", **_sourced()})])
    small.upsert_edges([Edge("OPERATES_IN", "Firm", "firm:lost", "ChainLink", "chain-link:ore", _sourced())])
    small.commit()
    ore = _by_slug(_assess(small))["ore"]
    assert [a.action for a in ore.actions] == ["attract"]
    assert [m.id for m in ore.national] == ["firm:lost"]


def test_a_firm_that_researches_a_link_is_no_research_organization(small: Store) -> None:
    small.upsert_edges([Edge("RESEARCHES", "Firm", "firm:sys-a", "ChainLink", "chain-link:ore", _sourced())])
    small.commit()
    ore = _by_slug(_assess(small))["ore"]
    assert ore.local_orgs == ()
    assert "convert" not in [a.action for a in ore.actions]
    for pack in ("link_presence", "missing_links"):
        rows = run_pack(small, pack, {"chain": CHAIN, "region": REGION})
        assert next(r for r in rows if r["link_id"] == "chain-link:ore")["local_organizations"] == 0


def test_a_survey_may_last_for_ages(small: Store) -> None:
    survey = next(n for n in small.nodes("Survey") if n.props.get("link_id") == "chain-link:resin")
    small.upsert_nodes([replace(survey, props={**survey.props, "expires_after": 99_999_999})])
    small.commit()
    assert _by_slug(_assess(small))["resin"].evidence == "surveyed"


def test_filters_that_hide_firms_elsewhere_are_said_too(small: Store) -> None:
    resin = _by_slug(_assess(small, filters=Filters(since=date(2026, 6, 2))))["resin"]
    assert resin.national == ()
    assert "区外另有 1 家因筛选条件未计入" in resin.reason
    assert "全图没有" not in resin.reason


def test_a_variant_in_another_chain_counts(small: Store) -> None:
    variant = {**_sourced(), "role": "variant"}
    small.upsert_edges(
        [Edge("FEEDS", "ChainLink", "chain-link:airframe", "ChainLink", "chain-link:ore", variant)]
    )
    small.commit()
    ore = _by_slug(_assess(small))["ore"]
    assert (ore.status, [m.id for m in ore.local]) == ("single_source", ["firm:truck-a"])
    rows = run_pack(small, "link_presence", {"chain": CHAIN, "region": REGION})
    assert next(r for r in rows if r["link_id"] == "chain-link:ore")["status"] == "single_source"


def test_an_arc_without_a_role_is_an_arc(small: Store) -> None:
    small.upsert_edges(
        [Edge("FEEDS", "ChainLink", "chain-link:ore", "ChainLink", "chain-link:truck", _sourced())]
    )
    small.commit()
    rows = run_pack(small, "chain_map", {"chain": CHAIN, "region": REGION})
    assert "chain-link:truck" in next(r for r in rows if r["link_id"] == "chain-link:ore")["feeds"]


def test_unknown_region_and_chain_without_links_are_said(small: Store) -> None:
    with pytest.raises(UsageError, match="no place"):
        _assess(small, "place:atlantis")
    small.upsert_nodes([Node("Chain", "chain:empty", {"name": "空链", **_sourced()})])
    small.commit()
    with pytest.raises(UsageError, match="no links"):
        assess(small, REGION, ["chain:empty"])


def test_english_content(small: Store) -> None:
    gap = _by_slug(_assess(small, lang="en"))["ore"]
    assert "not surveyed" in gap.reason
    assert all(ord(c) < 0x4E00 for c in gap.reason.replace(gap.link, ""))


def _sourced() -> dict[str, Any]:
    return {"confidence": "high", "source_ids": ["source:list"], "assertion": "observed", "as_of": AS_OF}
