"""The load report: for programs as JSON, for people as a table and sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loadkit import BASE, dataset, firm, load, relation

from bulian.graph.store import Store
from bulian.loaders.reasons import reason_text
from bulian.loaders.report import LoadReport


@pytest.fixture
def report(make_store: Callable[[str], Store], tmp_path: Path) -> LoadReport:
    store = make_store("kglite")
    first = {
        **BASE,
        "organizations": [firm("a", "东风"), firm("b", "西风")],
        "relations": [relation("a", "SUPPLIES", "b")],
    }
    load(store, dataset(tmp_path / "x", first))
    rows = [
        firm("a", "东风", website="df.example", chain_links="nope"),
        firm("a", "东风", website="df.example", chain_links="nope"),
        firm("c", "南风", place="无名镇"),
        firm("D", "北风"),
        firm("e", "东南风", type="shop"),
    ]
    return load(
        store,
        dataset(tmp_path / "x", {**BASE, "organizations": rows, "odd.txt": "", "chains": BASE["chains"]}),
    )


def test_as_json(report: LoadReport) -> None:
    found = report.to_json()
    organizations = next(f for f in found["files"] if f["file"] == "organizations.csv")
    assert organizations == {
        "dataset": "x",
        "file": "organizations.csv",
        "rows": 5,
        "created": 1,
        "changed": 1,
        "unchanged": 0,
        "merged": 1,
        "quarantined": 2,
        "withdrawn": 1,
        "rejected_values": [
            {"row": n, "field": "chain_links", "value": "nope", "reason": "unknown reference", "hint": ""}
            for n in (2, 3)
        ],
        "reasons": {"invalid id": 1, "unknown class": 1},
    }
    relations = next(f for f in found["files"] if f["file"] == "relations")
    assert (relations["rows"], relations["withdrawn"]) == (0, 1)  # a file that is no longer there
    assert found["totals"] == {
        "rows": 13,
        "created": 1,
        "changed": 1,
        "unchanged": 8,
        "merged": 1,
        "quarantined": 2,
        "withdrawn": 2,
        "rejected_values": 2,
    }
    assert set(found) == {
        "files",
        "totals",
        "quarantine",
        "loaded",
        "dry_run",
        "edges_by_type",
        "unplaced",
        "too_general",
        "unknown_files",
        "unknown_columns",
        "unused_decisions",
        "withdrawal_suspended",
        "kept",
        "released",
        "without_description",
    }


def test_as_a_table(report: LoadReport) -> None:
    *files, total = report.to_rows("zh")
    assert [r["file"] for r in files][:3] == ["places.csv", "chains.csv", "chain_links.csv"]
    assert (total["file"], total["rows"], total["quarantined"]) == ("合计", 13, 2)
    assert total["reasons"] == "编号不合规 1; 类型不认识 1"
    assert report.to_rows("en")[-1]["reasons"] == "invalid id 1; unknown class 1"
    assert len({tuple(r) for r in [*files, total]}) == 1  # one set of columns


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "zh",
            ["读取 13 行", "被隔离的行写在", "2 个值不被接受", "不认识的文件：odd.txt", "1 处地点没有对上"],
        ),
        (
            "en",
            [
                "13 rows read",
                "rejected rows are in",
                "2 values were rejected",
                "unknown files: odd.txt",
                "1 places",
            ],
        ),
    ],
)
def test_as_sentences(report: LoadReport, lang: str, expected: list[str]) -> None:
    lines = report.notes(lang)
    assert len(lines) == len(expected)
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)


def test_every_reason_has_words_for_staff() -> None:
    from bulian.loaders import checks, identity, interpret, links

    text = "".join(Path(m.__file__ or "").read_text("utf-8") for m in (checks, identity, interpret, links))
    from bulian.loaders.reasons import _TEXTS

    assert all(f'"{code}"' in text for code in _TEXTS)
    assert reason_text("shape no-cycle-feeds", "zh") == "不合规则 no-cycle-feeds"
    assert reason_text("shape no-cycle-feeds", "en") == "shape no-cycle-feeds"


def test_a_firm_on_a_group_is_told_once(make_store: Callable[[str], Store], tmp_path: Path) -> None:
    store = make_store("kglite")
    links: list[dict[str, Any]] = [
        {"id": "h-a", "name_zh": "甲组", "chain": "hydrogen", "stage": "upstream"},
        {"id": "h-b", "name_zh": "乙件", "chain": "hydrogen", "stage": "upstream", "parent_id": "h-a"},
        {"id": "h-c", "name_zh": "丙组", "chain": "hydrogen", "stage": "upstream", "is_group": "true"},
        {"id": "h-d", "name_zh": "丁件", "chain": "hydrogen", "stage": "upstream"},
    ]
    organizations = [
        firm("a", "东风", chain_links="h-a;h-b;h-c", scope="1"),
        firm("a", "东风", chain_links="h-a", scope="2"),
        {**firm("u", "甲大", chain_links="h-a"), "type": "university"},
    ]
    files = {**BASE, "chain_links": links, "organizations": organizations}
    told = load(store, dataset(tmp_path / "x", files))
    assert [(t.organization_id, t.link) for t in told.too_general] == [("firm:a", "甲组"), ("firm:a", "丙组")]
    supplied = {**files, "link_supplies": [{"from_id": "h-a", "to_id": "h-d"}]}
    told = load(store, dataset(tmp_path / "x", supplied))
    assert [t.link for t in told.too_general] == ["丙组"]  # what takes part in a supply arc is no group
