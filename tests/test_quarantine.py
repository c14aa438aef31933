"""Rows set aside: written for people, safe in a spreadsheet, and loadable once corrected."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loadkit import BASE, dataset, file_of, firm, load, relation

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.loaders.formula import unguard
from bulian.loaders.quarantine import folder_name


@pytest.fixture
def embedded(make_store: Callable[[str], Store]) -> Store:
    return make_store("kglite")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rejected_rows_carry_their_place_reason_and_content(embedded: Store, tmp_path: Path) -> None:
    targets = [
        {"id": "T 1", "name_zh": "产值", "indicator": "产值", "comparator": "=", "value": "3", "备注": "x"}
    ]
    folder = dataset(
        tmp_path / "x", {**BASE, "targets": targets, "organizations": [firm("a", "东风", type="shop")]}
    )
    report = load(embedded, folder, quarantine=tmp_path / "q")
    assert report.quarantine == tmp_path / "q"
    header, row = rows_of(tmp_path / "q" / "x" / "targets.csv")
    assert header[:6] == ["file", "row", "reason", "field", "value", "hint"]
    assert header[6:] == list(targets[0])
    assert row[:5] == ["targets.csv", "2", "invalid id", "id", "T 1"]
    assert [unguard(c) for c in row[6:]] == list(targets[0].values())
    assert "编号" in row[5]
    assert report.to_json()["quarantine"] == str(tmp_path / "q")


def test_no_cell_is_a_formula(embedded: Store, tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1"]
    rows = [firm("A B", name, **{"=cmd": name}) for name in hostile]
    load(embedded, dataset(tmp_path / "x", {"organizations": rows}), quarantine=tmp_path / "q")
    for record in rows_of(tmp_path / "q" / "x" / "organizations.csv"):
        assert not [c for c in record if c.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_a_corrected_file_is_loaded_as_it_is(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "-东风", type="frim", website="+x", main_products="'=y"),
        firm("b", "西风", type="frim"),
    ]
    load(embedded, dataset(tmp_path / "x", {**BASE, "organizations": rows}), quarantine=tmp_path / "q")
    path = tmp_path / "q" / "x" / "organizations.csv"
    path.write_text(path.read_text("utf-8-sig").replace("frim", "firm"), "utf-8")
    report = load(embedded, path, dataset="x")
    assert (report.rejected, report.unknown_columns) == (0, {})
    (found,) = [n for n in embedded.nodes("Firm") if n.id == "firm:a"]
    assert (found.props["name"], found.props["website"], found.props["main_products"]) == (
        "-东风",
        "+x",
        ["'=y"],
    )


def test_each_load_of_a_dataset_replaces_what_it_set_aside(embedded: Store, tmp_path: Path) -> None:
    bad, good = firm("A", "东风"), firm("a", "东风")
    other = dataset(tmp_path / "y", {"organizations": [bad]}, name="y")
    load(embedded, other, quarantine=tmp_path / "q")
    first = dataset(
        tmp_path / "x", {**BASE, "organizations": [bad], "relations": [relation("a", "SUPPLIES", "b")]}
    )
    load(embedded, first, quarantine=tmp_path / "q")
    assert sorted(p.name for p in (tmp_path / "q" / "x").iterdir()) == ["organizations.csv", "relations.csv"]
    load(embedded, dataset(tmp_path / "x", {**BASE, "organizations": [bad]}), quarantine=tmp_path / "q")
    assert [p.name for p in (tmp_path / "q" / "x").iterdir()] == ["organizations.csv"]
    report = load(
        embedded, dataset(tmp_path / "x", {**BASE, "organizations": [good]}), quarantine=tmp_path / "q"
    )
    assert report.quarantine is None
    assert sorted(p.name for p in (tmp_path / "q").iterdir()) == ["y"]


def test_rows_that_cannot_be_read_are_kept_as_they_are(embedded: Store, tmp_path: Path) -> None:
    content = "\n".join(['{"id": "a", "type": "firm", "name_zh": "东风"}', "{broken", '["=x"]'])
    folder = dataset(tmp_path / "x", {**BASE, "organizations.jsonl": content})
    report = load(embedded, folder, quarantine=tmp_path / "q")
    assert file_of(report, "organizations").reasons == {"unreadable row": 2}
    rows = rows_of(tmp_path / "q" / "x" / "organizations.csv")
    assert [r[-1] for r in rows[1:]] == ["{broken", '["=x"]']


def test_two_files_of_one_kind_share_a_file(embedded: Store, tmp_path: Path) -> None:
    line = '{"id": "B", "type": "firm", "name_zh": "西风", "city": "云江市"}'
    folder = dataset(tmp_path / "x", {"organizations": [firm("A", "东风")], "organizations.jsonl": line})
    load(embedded, folder, quarantine=tmp_path / "q")
    rows = rows_of(tmp_path / "q" / "x" / "organizations.csv")
    assert [r[0] for r in rows[1:]] == ["organizations.csv", "organizations.jsonl"]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", "", "C:\\x", "名 录", "." * 300, "x" * 300])
def test_a_dataset_cannot_write_elsewhere(name: str) -> None:
    folder = folder_name(name)
    assert folder
    assert Path(folder).name == folder
    assert not folder.startswith(".")
    assert len(folder) <= 100


def test_a_folder_that_cannot_be_written(embedded: Store, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    folder: Any = dataset(tmp_path / "x", {"organizations": [firm("A", "东风")]})
    with pytest.raises(UsageError, match="rejected rows cannot be written"):
        load(embedded, folder, quarantine=blocked / "q")
    assert os.path.exists(blocked)
