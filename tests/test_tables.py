"""Rows as table, json, csv and xlsx."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.cells import cell_len

from bulian.cells import clean, inert
from bulian.errors import UsageError
from bulian.loaders.formula import unguard
from bulian.sheets import CELL_MOST, sheet_name
from bulian.tables import csv_text, emit, json_text, xlsx_bytes
from bulian.terminal import Table, fit, plain

COLUMNS = (
    "finding_id",
    "link",
    "status",
    "chokepoint",
    "local_firms",
    "priority",
    "actions",
    "reason",
    "as_of",
)
ROWS: list[dict[str, Any]] = [
    {
        "finding_id": "gap/hydrogen/h2-stack/new-area",
        "link": "燃料电池电堆",
        "status": "missing",
        "chokepoint": True,
        "local_firms": 0,
        "priority": 0.6125,
        "actions": [
            {"action": "attract", "evidence": "省内 1 家"},
            {"action": "grow", "evidence": "相邻 2 家"},
        ],
        "reason": "图中没有新区的企业从事“燃料电池电堆”；尚未摸底，“没有记录”不等于“没有”；"
        "省内其他地区 1 家、省外 6 家企业在做。",
        "as_of": date(2026, 5, 1),
        "extra": "not asked for",
    },
    {
        "finding_id": "gap/hydrogen/h2-plate/new-area",
        "link": "双极板",
        "status": "thin",
        "chokepoint": False,
        "local_firms": 12,
        "priority": 0.5,
        "actions": [],
        "reason": "",
        "as_of": None,
    },
]
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＠x",
    "\x00=1",
    "=cmd|'/c calc'!A0",
]


def test_json_is_the_columns_asked_for_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    emit(ROWS, COLUMNS, format="json", title="never on stdout")
    out = capsys.readouterr().out
    rows = json.loads(out)
    assert [list(r) for r in rows] == [list(COLUMNS)] * 2
    assert rows[0]["as_of"] == "2026-05-01"
    assert rows[0]["status"] == "missing"  # codes stay English
    assert rows[0]["actions"][1] == {"action": "grow", "evidence": "相邻 2 家"}
    assert rows[1]["as_of"] is None
    assert "燃料电池电堆" in out  # readable, not \u escapes


def test_json_of_no_rows_is_an_empty_list() -> None:
    assert json.loads(json_text([], COLUMNS)) == []


def test_csv_keeps_codes_and_column_names() -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(ROWS, COLUMNS))))
    assert tuple(lines[0]) == COLUMNS
    assert lines[0]["status"] == "missing"
    assert lines[0]["chokepoint"] == "true"
    assert lines[0]["priority"] == "0.6125"
    assert json.loads(lines[0]["actions"])[0]["action"] == "attract"
    assert lines[1]["as_of"] == ""


def test_csv_joins_lists_as_the_loader_reads_them() -> None:
    assert csv_text([{"names": ["甲", "乙"]}], ["names"]).splitlines()[1] == "甲;乙"


def test_csv_has_a_byte_order_mark_in_a_file_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit(ROWS, COLUMNS, format="csv", output=tmp_path / "rows.csv")
    emit(ROWS, COLUMNS, format="csv")
    data = (tmp_path / "rows.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffinding_id,")  # Excel takes it for UTF-8 only so
    assert capsys.readouterr().out.startswith("finding_id,")
    assert data.count(b"\r\n") == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_cell_begins_as_a_formula(text: str) -> None:
    lines = list(csv.reader(io.StringIO(csv_text([{"name": text}, {"name": [text]}], ["name"]), newline="")))
    sheet = load_workbook(io.BytesIO(xlsx_bytes([{"name": text}], ["name"], "zh", ""))).worksheets[0]
    for value in (lines[1][0], lines[2][0], sheet["A2"].value):
        assert value[0] == "'"
        assert unguard(value) == clean(text)  # what the loader reads back
    assert sheet["A2"].data_type == "s"


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text([{"amount": -5.5}], ["amount"]).splitlines()[1] == "-5.5"
    sheet = load_workbook(io.BytesIO(xlsx_bytes([{"amount": -5}], ["amount"], "zh", ""))).worksheets[0]
    assert sheet["A2"].value == -5


@given(st.text())
def test_an_inert_cell_reads_back_as_the_clean_text(text: str) -> None:
    assert unguard(inert(text)) == clean(text)
    assert not inert(text).startswith(tuple("=+-@\t\r\n"))


def test_xlsx_is_written_out_in_the_language(tmp_path: Path) -> None:
    emit(ROWS, COLUMNS, format="xlsx", lang="zh", output=tmp_path / "rows.xlsx", title="西咸:新区/氢能")
    book = load_workbook(tmp_path / "rows.xlsx")
    sheet = book.worksheets[0]
    head = [c.value for c in sheet[1]]
    first = dict(zip(COLUMNS, (c.value for c in sheet[2]), strict=True))
    assert sheet.title == "西咸 新区 氢能"
    assert head[1] == "环节"
    assert first["status"] == "缺失"
    assert first["chokepoint"] == "是"
    assert first["actions"] == "招商引入：省内 1 家\n本地培育：相邻 2 家"
    assert first["priority"] == 0.6125
    assert first["as_of"] == datetime(2026, 5, 1)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I3"


def test_xlsx_in_english() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(ROWS, COLUMNS, "en", "x"))).worksheets[0]
    assert sheet["C2"].value == "missing"
    assert sheet["D2"].value == "yes"
    assert sheet["B1"].value == "Link"


def test_xlsx_survives_what_excel_cannot_hold() -> None:
    rows = [{"name": "a\x07b\ud800" + "长" * 40_000}]
    value = load_workbook(io.BytesIO(xlsx_bytes(rows, ["name"], "zh", ""))).worksheets[0]["A2"].value
    assert value.startswith("ab长")
    assert len(value) == CELL_MOST


def test_xlsx_goes_to_a_pipe_and_not_to_a_terminal(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    emit(ROWS, COLUMNS, format="xlsx")
    assert load_workbook(io.BytesIO(capfdbinary.readouterr().out)).worksheets[0].max_row == 3
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(UsageError, match="terminal"):
        emit(ROWS, COLUMNS, format="xlsx")


def test_sheet_names_are_legal_and_distinct() -> None:
    taken: set[str] = set()
    names = [sheet_name(n, taken) for n in ("a/b", "a?b", "长" * 40, "长" * 41, "", "'x'", "A B")]
    assert len({n.casefold() for n in names}) == len(names)
    assert all(0 < len(n) <= 31 and not set(n) & set("[]:*?/\\") and n[0] != "'" for n in names)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_table_fits_the_width_and_loses_nothing(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    emit(ROWS, COLUMNS, format="table", lang="zh", title="新区 · 氢能")
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines[0] == "新区 · 氢能"
    assert "缺失" in out
    assert "missing" not in out
    for text in (ROWS[0]["reason"], ROWS[0]["finding_id"], "招商引入"):
        assert not Counter(text.replace(" ", "")) - Counter(out)  # folded, yet whole
    assert any("12" in line.split() for line in lines)  # numbers are never folded


def test_a_sentence_without_room_stands_below_its_row() -> None:
    table = Table(["环节", "数", "说明"], [["电堆", "3", "很长的说明" * 20]], [False, True, False])
    assert "\n  说明：很长的说明" in plain(table, 40)
    beside = plain(table, 160).splitlines()[2]
    assert beside.startswith("电堆")
    assert "很长的说明" in beside


def test_table_takes_text_for_text(capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"name": "[bold]甲[/bold] \x1b[31m乙\u202e丙"}], ["name"])
    out = capsys.readouterr().out
    assert "[bold]甲[/bold] [31m乙丙" in out
    assert "\x1b" not in out


def test_table_names_classes_types_and_pack_codes(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"kind": "chain-link", "relationship": "OPERATES_IN", "problem": "no_source"}
    emit([row], list(row))
    out = capsys.readouterr().out
    assert "chain-link" not in out
    assert "OPERATES_IN" not in out
    assert "没有来源" in out


def test_table_of_no_rows_still_has_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    emit([], ["link", "status"])
    assert "环节" in capsys.readouterr().out


def test_table_in_a_file_has_no_colour_codes(tmp_path: Path) -> None:
    emit(ROWS, COLUMNS, output=tmp_path / "rows.txt")
    text = (tmp_path / "rows.txt").read_text("utf-8")
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20), st.integers(20, 200))
def test_fit_never_gives_more_than_needed_nor_more_than_there_is(need: list[int], room: int) -> None:
    widths = fit(need, room)
    assert all(w <= n for w, n in zip(widths, need, strict=True))
    assert sum(widths) <= max(room, 4 * len(need))
    if sum(need) <= room:
        assert widths == need


def test_wrong_format_and_file_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown format: yaml"):
        emit(ROWS, COLUMNS, format="yaml")
    for fmt in ("json", "csv", "xlsx", "table"):
        with pytest.raises(UsageError, match="cannot write"):
            emit(ROWS, COLUMNS, format=fmt, output=tmp_path / "missing" / "rows")


def test_json_and_csv_cost_no_heavy_import() -> None:
    code = (
        "import sys; from bulian.tables import emit; emit([{'a': 1}], ['a'], format='json');"
        "emit([{'a': 1}], ['a'], format='csv');"
        "print([m for m in ('rich', 'openpyxl', 'rdflib', 'jinja2') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
