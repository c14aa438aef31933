"""What changed between two reports: every kind, with its cause and source, found through the graph itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from report_graph import FACT, NOW, add_firm, add_source, drop, published, report, small_store
from small_graph import REGION

from bulian.graph.store import Store
from bulian.records import Edge, Node
from bulian.viz.report_changes import Changes, Cited, compare
from bulian.viz.report_findings import findings_json

LATER = datetime(2026, 12, 1, 8, 0, 0)
NEWS = Cited("新区招商公告", "https://example.org/news")
LIST = Cited("甲市企业名录", "https://example.org/list")
Edit = Callable[[Store], None]


def survey(store: Store) -> None:
    """A survey of plates in the region that found nobody."""
    props = {"name": "新区双极板摸底", "region_id": REGION, "link_id": "chain-link:plate", "found": 0}
    day = {"date": date(2026, 6, 1), "method": "走访", "source_ids": ["source:news"]}
    store.upsert_nodes([Node("Survey", "survey:plate", {**props, **day})])
    edge = {**FACT, **day, "region_id": REGION}
    store.upsert_edges([Edge("SURVEYED", "Survey", "survey:plate", "ChainLink", "chain-link:plate", edge)])


def changed(tmp_path: Path, edit: Edit) -> Changes:
    """The changes that one edit of the graph makes."""
    with small_store(tmp_path) as store:
        add_source(store)
        first = published(store, tmp_path / "out")
        edit(store)
        return report(store, since=first).changes


CASES: dict[str, tuple[Edit, str, str, str, str, str, Cited]] = {
    "opened": (
        lambda s: drop(s, "test-a", "testing"),
        "testing", "single_source", "missing", "opened", "西城检测有限公司", LIST,
    ),
    "closed": (
        lambda s: add_firm(s, "plate-new", "新区极板有限公司", "plate"),
        "plate", "missing", "single_source", "closed", "新区极板有限公司", NEWS,
    ),
    "weakened": (
        lambda s: drop(s, "sys-c", "system"),
        "system", "covered", "thin", "weakened", "新区新能源有限公司", LIST,
    ),
    "strengthened": (
        lambda s: add_firm(s, "lab-new", "新区检验有限公司", "testing"),
        "testing", "single_source", "thin", "strengthened", "新区检验有限公司", NEWS,
    ),
    "evidence": (survey, "plate", "not_surveyed", "surveyed", "evidence", "2026-06-01 摸底未发现企业", NEWS),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_with_its_cause_and_source(case: str, tmp_path: Path) -> None:
    edit, link, before, after, kind, fact, source = CASES[case]
    changes = changed(tmp_path, edit)
    assert [(c.kind, c.finding_id) for c in changes.items] == [(kind, f"gap/hydrogen/{link}/new-area")]
    item = changes.items[0]
    assert (item.before, item.after) == (before, after)
    assert fact in item.fact
    assert item.sources == (source,)
    assert changes.compared_with == "2026-11-24T153000"


def test_nothing_changed_is_said_in_every_format(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        published(store, tmp_path / "out")
        folder = published(store, tmp_path / "out", LATER, formats=["html", "xlsx", "md"])
        english = published(store, tmp_path / "out", LATER, lang="en", formats=["html", "md"])
    assert '<p class="none">无变化</p>' in (folder / "report.html").read_text("utf-8")
    assert "**无变化**" in (folder / "report.md").read_text("utf-8")
    assert load_workbook(folder / "report.xlsx")["变化"]["A2"].value == "无变化"
    assert json.loads((folder / "findings.json").read_text("utf-8"))["changes"]["items"] == []
    assert "no change" in (english / "report.html").read_text("utf-8")


def test_changes_are_told_in_every_format(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        add_source(store)
        published(store, tmp_path / "out")
        for edit, *_ in (CASES["opened"], CASES["closed"], CASES["weakened"]):
            edit(store)
        folder = published(store, tmp_path / "out", LATER, formats=["html", "xlsx", "md"])
    sheet = [
        [c.value for c in row] for row in load_workbook(folder / "report.xlsx")["变化"].iter_rows(min_row=2)
    ]
    told = {row[0]: row for row in sheet}
    assert set(told) >= {"新出现的缺失", "不再缺失", "减弱"}
    assert told["不再缺失"][2:5] == ["双极板", "缺失", "单点"]
    assert "https://example.org/news" in told["不再缺失"][6]
    for name in ("report.html", "report.md"):
        text = (folder / name).read_text("utf-8")
        assert "新出现的缺失 1 项、不再缺失 1 项、减弱 1 项" in text
        assert "新增本地企业：新区极板有限公司" in text
        assert "不再计入的本地企业：西城检测有限公司" in text


def test_shifts_stand_apart_and_leave_the_findings_unchanged(tmp_path: Path) -> None:
    def edit(store: Store) -> None:
        add_firm(store, "resin-near", "邻市树脂有限公司", "resin", "place:near-city")
        ore = next(n for n in store.nodes("ChainLink") if n.id == "chain-link:ore")
        store.upsert_nodes([Node("ChainLink", ore.id, {**ore.props, "criticality": 5, "chokepoint": True})])

    changes = changed(tmp_path, edit)
    assert changes.items == ()
    told = {(s.kind, s.finding_id.split("/")[2]): s.fact for s in changes.shifts}
    assert told["candidates", "resin"] == "新增 邻市树脂有限公司"
    assert told["rank", "ore"].startswith("第 6 位 → 第 ")
    assert {kind for kind, _ in told} == {"candidates", "rank"}


def test_others_passing_by_is_no_shift_of_rank(tmp_path: Path) -> None:
    changes = changed(tmp_path, lambda s: drop(s, "mini-a", "mini-stack"))
    assert {c.finding_id.split("/")[2] for c in changes.items} == {"mini-stack", "air-stack", "stack"}
    moved = {s.finding_id.split("/")[2] for s in changes.shifts if s.kind == "rank"}
    assert "training" not in moved


def test_new_and_removed_links(tmp_path: Path) -> None:
    def edit(store: Store) -> None:
        store.delete_nodes("ChainLink", ["chain-link:ore", "chain-link:mini-stack"])
        store.upsert_nodes(
            [
                Node(
                    "ChainLink",
                    "chain-link:seal",
                    {"name": "密封件", "chain_id": "chain:hydrogen", "stage": "midstream"},
                )
            ]
        )
        store.upsert_edges([Edge("PART_OF", "ChainLink", "chain-link:seal", "Chain", "chain:hydrogen", FACT)])

    changes = changed(tmp_path, edit)
    told = {(c.kind, c.finding_id.split("/")[2]): c for c in changes.items}
    assert told["opened", "seal"].fact == "产业链中新增的环节"
    assert (told["opened", "seal"].before, told["opened", "seal"].after) == ("", "missing")
    assert told["closed", "ore"].fact == "该环节已从产业链中移除"
    assert ("removed", "mini-stack") in {(s.kind, s.finding_id.split("/")[2]) for s in changes.shifts}
    assert ("opened", "air-stack") in told  # its only maker made the variant that is gone


def test_a_first_report_compares_with_nothing(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        data = report(store)
    assert data.changes == Changes()


def test_other_chains_are_not_compared_and_named(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        both = findings_json(report(store))
        one = findings_json(report(store, chain_ids=["chain:hydrogen"]))
    wider = compare(one, both, "old", "zh")
    assert (wider.items, wider.not_compared) == ((), ("无人机",))
    narrower = compare(both, one, "old", "zh")
    assert (narrower.items, narrower.shifts, narrower.not_compared) == ((), (), ())


def test_another_region_is_not_compared(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        here = findings_json(report(store))
    elsewhere: dict[str, Any] = {**here, "region_id": "place:near-city"}
    assert compare(elsewhere, here, "old", "zh") == Changes(other_scope=True)


def test_status_and_evidence_may_both_change(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        old = findings_json(report(store))
    new = json.loads(json.dumps(old))
    entry = next(f for f in new["findings"] if f["finding_id"].endswith("/truck/new-area"))
    entry.update(status="missing", evidence="filtered", local=[])
    changes = compare(old, new, "old", "en")
    assert [(c.kind, c.before, c.after) for c in changes.items] == [
        ("opened", "thin", "missing"),
        ("evidence", "not_surveyed", "filtered"),
    ]
    assert changes.items[0].fact.startswith("local firms no longer counted: ")


def test_a_moved_threshold_is_named_as_the_cause(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        old = findings_json(report(store))
        new = findings_json(report(store, covered_from=4))
    system = next(
        c for c in compare(old, new, "old", "zh").items if c.finding_id.endswith("/system/new-area")
    )
    assert (system.kind, system.fact, system.sources) == ("weakened", "本地企业名单未变，判定门槛改变。", ())


def test_the_earlier_report_keeps_the_names_of_what_is_gone(tmp_path: Path) -> None:
    def edit(store: Store) -> None:
        store.delete_nodes("Firm", ["firm:test-a"])
        store.delete_nodes("Source", ["source:list"])

    item = next(c for c in changed(tmp_path, edit).items if c.kind == "opened")
    assert "西城检测有限公司" in item.fact
    assert item.sources == (LIST,)


def test_published_findings_carry_their_changes(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        add_source(store)
        published(store, tmp_path / "out", NOW)
        survey(store)
        folder = published(store, tmp_path / "out", LATER)
    changes = json.loads((folder / "findings.json").read_text("utf-8"))["changes"]
    assert changes["compared_with"] == "2026-11-24T153000"
    assert changes["items"][0]["kind"] == "evidence"
    assert changes["items"][0]["sources"] == [{"name": "新区招商公告", "url": "https://example.org/news"}]
