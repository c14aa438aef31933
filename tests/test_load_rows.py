"""Table files as rows: encodings, formats, and files that are not what they should be."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bulian.loaders.rows import Table, UnreadableFile, decode, read_table

RECORDS: list[dict[str, Any]] = [
    {
        "id": "a-1",
        "name_zh": "东风（云江）",
        "founded": "2015",
        "amount": "12.5",
        "chain_links": "h-stack;h-tank",
    },
    {"id": "b-2", "name_zh": "石山，阀门“厂”", "chain_links": "瓶口阀；储氢瓶"},
]


def write(folder: Path, suffix: str) -> Path:
    path = folder / f"organizations{suffix}"
    columns = list(RECORDS[0])
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(columns)
        for record in RECORDS:
            typed = {**record, "founded": int(record.get("founded") or 0) or None}
            sheet.append([typed.get(c) for c in columns])
        book.save(path)
    elif suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in RECORDS), encoding="utf-8")
    elif suffix == ".parquet":
        pq.write_table(pa.table({c: [r.get(c) for r in RECORDS] for c in columns}), path)
    else:
        lines = [",".join(columns)]
        lines += [",".join(f'"{r.get(c, "")}"' for c in columns) for r in RECORDS]
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


def shown(table: Table) -> list[dict[str, Any]]:
    return [dict(r.values) for r in table.rows]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl", ".parquet"])
def test_every_format_gives_the_same_rows(tmp_path: Path, suffix: str) -> None:
    table = read_table(write(tmp_path, suffix))
    assert shown(table) == RECORDS
    first = 1 if suffix == ".jsonl" else 2  # a line of its own for the header
    assert [r.number for r in table.rows] == [first, first + 1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_csv_in_every_encoding_of_the_trade(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes("id,name_zh\ny,云江高新区\n".encode(encoding))
    table = read_table(path)
    assert list(table.columns) == ["id", "name_zh"]
    assert shown(table) == [{"id": "y", "name_zh": "云江高新区"}]


def test_a_broken_byte_costs_its_row_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    good = "".join(f"p-{n},云江高新区第{n}片\n" for n in range(5))
    path.write_bytes(f"id,name_zh\n{good}".encode() + b"bad,\xe4\xba\n" + "z,石山市\n".encode())
    rows = read_table(path).rows
    assert [r.values["id"] for r in rows if r.problem is None] == ["p-0", "p-1", "p-2", "p-3", "p-4", "z"]
    assert [r.values["name_zh"] for r in rows if r.problem] == ["\\udce4\\udcba"]


def test_broken_utf8_is_not_taken_for_gb18030() -> None:
    text = "云江市东港新城" * 20
    assert "云江市" in decode(text.encode() + b"\xff")


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text('id,name_zh\n\na,"two\nlines"\n,\nb,x\n', encoding="utf-8")
    assert [(r.number, r.values["id"]) for r in read_table(path).rows] == [(3, "a"), (5, "b")]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_blank_lines_before_the_header_are_skipped(tmp_path: Path, suffix: str) -> None:
    records = [["", ""], ["", " "], ["id", "name_zh"], ["", ""], ["a", "x"]]
    path = tmp_path / f"places{suffix}"
    if suffix == ".csv":
        path.write_text("\n" + "\n".join(",".join(r) for r in records[1:]), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for record in records:
            book.active.append([c or None for c in record])
        book.save(path)
    table = read_table(path)
    assert list(table.columns) == ["id", "name_zh"]
    assert [(r.number, r.values["id"]) for r in table.rows] == [(5, "a")]


@pytest.mark.parametrize(
    ("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("；", "semicolons"), ("|", "bars")]
)
def test_another_separator_is_named_with_a_way_out(tmp_path: Path, mark: str, name: str) -> None:
    path = tmp_path / "places.csv"
    path.write_text(f"\nid{mark}name_zh\na{mark}东港, 新城\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=f"separated by {name}") as caught:
        read_table(path)
    assert "commas" in caught.value.hint


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_utf16_is_named_with_a_way_out(tmp_path: Path, encoding: str, suffix: str) -> None:
    path = tmp_path / f"places{suffix}"
    text = "id\tname_zh\na\t东港新城\n" if suffix == ".csv" else '{"id": "a", "name_zh": "东港新城"}\n'
    path.write_bytes(text.encode(encoding))
    with pytest.raises(UnreadableFile, match="UTF-16") as caught:
        read_table(path)
    assert "UTF-8" in caught.value.hint


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("id\na\n\x00b\n", encoding="utf-8")
    assert len(read_table(path).rows) == 2


def test_more_cells_than_columns_is_a_shifted_row(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("id,name_zh\na,x,y\nb,x,,\n", encoding="utf-8")
    first, second = read_table(path).rows
    assert first.problem == "more cells than columns"
    assert first.values[""] == "y"
    assert second.problem is None


def test_an_open_quotation_mark_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text('id,name_zh\na,x\nb,"y\nc,z\n', encoding="utf-8")
    rows = read_table(path).rows
    assert [r.problem for r in rows] == [None, "a quotation mark is opened and never closed"]
    assert rows[1].values["name_zh"] == "y\nc,z\n"


def test_a_quotation_mark_in_the_middle_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text('id,name_zh\na,5" pipe\n', encoding="utf-8")
    assert [(r.problem, r.values["name_zh"]) for r in read_table(path).rows] == [(None, '5" pipe')]


def test_headers_are_compared_without_width_case_and_space(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("\ufeff ＩＤ , Name_ZH \na,x\n", encoding="utf-8")
    table = read_table(path)
    assert list(table.columns) == ["id", "name_zh"]
    assert list(table.columns.values()) == ["ＩＤ", "Name_ZH"]


def test_a_column_without_a_name_keeps_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("id,,name_zh\na,b,c\n", encoding="utf-8")
    assert shown(read_table(path)) == [{"id": "a", "column B": "b", "name_zh": "c"}]


def test_typed_cells_become_the_text_a_csv_would_hold(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "amount", "founded", "date", "chokepoint", "ratio"])
    sheet.append(["a", 3.0, 2015, datetime(2024, 5, 1), True, 0.25])
    book.save(tmp_path / "x.xlsx")
    row = read_table(tmp_path / "x.xlsx").rows[0].values
    assert row == {
        "id": "a",
        "amount": "3",
        "founded": "2015",
        "date": "2024-05-01",
        "chokepoint": "true",
        "ratio": "0.25",
    }


def test_the_sheet_named_like_the_file_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["how to fill this in"])
    sheet = book.create_sheet("places")
    sheet.append(["id"])
    sheet.append(["a"])
    book.save(tmp_path / "places.xlsx")
    assert shown(read_table(tmp_path / "places.xlsx")) == [{"id": "a"}]


def test_jsonl_keeps_lists_numbers_as_written_and_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"id": "a", "links": ["p;q", "r"], "lon": 100.50, "n": null}\n\n[1]\n{"id": \n', encoding="utf-8"
    )
    first, second, third = read_table(path).rows
    assert first.values == {"id": "a", "links": ["p;q", "r"], "lon": "100.50"}
    assert (second.number, second.problem, second.values[""]) == (3, "not a JSON object", "[1]")
    assert third.problem == "not a JSON object"


def test_parquet_lists_and_dates(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": ["a"], "links": [["p", "q"]], "day": [date(2024, 5, 1)]}), tmp_path / "x.parquet"
    )
    assert shown(read_table(tmp_path / "x.parquet")) == [
        {"id": "a", "links": ["p", "q"], "day": "2024-05-01"}
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b"not a zip"),
        ("x.xlsx", b""),
        ("x.parquet", b"PAR1 nonsense PAR1"),
        ("x.csv", b""),
        ("x.csv", b"\n,,\n\n"),
        ("x.csv", b"id,id\na,b\n"),
        ("x.doc", b"id\n"),
    ],
)
def test_what_is_no_table_is_said_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"^x\."):
        read_table(path)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(UnreadableFile, match=r"x\.csv"):
        read_table(tmp_path / "x.csv")
