"""The workbook: it opens, it filters, nothing in it acts, and it says the same as the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from report_graph import NOW, add_firm, add_source, report, small_store

from bulian.graph.store import Store
from bulian.records import Node
from bulian.viz.report import ReportData
from bulian.viz.report_xlsx import write_xlsx

EVIL = '=HYPERLINK("http://evil","x")'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with small_store(tmp_path_factory.mktemp("xlsx")) as store:
        yield store


@pytest.fixture(scope="module")
def data(store: Store) -> ReportData:
    return replace(report(store), generated_at=NOW)


def book_of(data: ReportData, folder: Path) -> Workbook:
    write_xlsx(data, folder / "report.xlsx")
    return load_workbook(folder / "report.xlsx")


@pytest.fixture(scope="module")
def book(data: ReportData, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return book_of(data, tmp_path_factory.mktemp("book"))


def rows_of(book: Workbook, name: str) -> list[dict[str, object]]:
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_sheets_in_order(book: Workbook) -> None:
    assert book.sheetnames == ["概览", "氢能", "无人机", "候选企业", "来源", "未知与局限", "变化"]


def test_a_chain_sheet_has_every_link_with_the_page_s_words(book: Workbook, data: ReportData) -> None:
    rows = rows_of(book, "氢能")
    assert len(rows) == 14
    for row, f in zip(rows, data.chains[0].findings, strict=False):
        assert (row["环节"], row["结论编号"], row["说明"]) == (f.gap.link, f.gap.finding_id, f.gap.reason)
        assert (row["本地企业"], row["优先级"]) == (len(f.gap.local), f.gap.priority)
    assert [r["状态"] for r in rows].count("缺失") == 7
    assert rows[0]["依据"] in ("未摸底", "已摸底")
    assert rows[-1]["状态"] == "已覆盖"


def test_candidates_are_all_there_with_their_finding(book: Workbook, data: ReportData) -> None:
    rows = rows_of(book, "候选企业")
    assert len(rows) == sum(len(f.candidates) for c in data.chains for f in c.findings)
    plate = [r for r in rows if r["环节"] == "双极板"]
    assert [(r["企业"], r["远近"], r["合作地区"]) for r in plate] == [
        ("海市石墨有限公司", "合作地区", "是"),
        ("友市双极板有限公司", "合作地区", "是"),
    ]
    assert plate[0]["来源编号"] == "[1]"


def test_tables_are_frozen_filtered_and_coloured_by_status(book: Workbook) -> None:
    for name in ("氢能", "无人机", "候选企业", "来源"):
        sheet = book[name]
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
    rules = [rule for block in book["氢能"].conditional_formatting for rule in block.rules]
    assert [rule.formula for rule in rules] == [['"缺失"'], ['"单点"'], ['"薄弱"'], ['"已覆盖"']]
    assert all(rule.dxf.font.color.rgb for rule in rules)


def test_every_line_of_a_row_has_room(book: Workbook) -> None:
    sheet = book["氢能"]
    for row in range(2, sheet.max_row + 1):
        lines = max(str(c.value or "").count("\n") + 1 for c in sheet[row])
        assert sheet.row_dimensions[row].height >= 14 * lines


def test_overview_says_what_a_reader_needs_first(book: Workbook) -> None:
    text = "\n".join(str(v) for row in book["概览"].iter_rows(values_only=True) for v in row if v is not None)
    for words in (
        "新区产业链缺口报告",
        "2026-11-24 15:30",
        "没有记录不等于没有企业",
        "质子交换膜",
        "关键度",
        "CC0",
    ):
        assert words in text


def test_limits_are_counted_and_named(book: Workbook) -> None:
    rows = [[c.value for c in row] for row in book["未知与局限"].iter_rows(min_row=2)]
    counted = {r[0]: r[1:3] for r in rows if r[1] is not None}
    assert counted["缺失且未摸底的环节"] == [5, 7]
    assert ["只归到归类标题的本地企业", None, None, "东城材料有限公司 · 关键材料"] in rows


def test_english_workbook(store: Store, tmp_path: Path) -> None:
    book = book_of(report(store, lang="en"), tmp_path)
    assert book.sheetnames == ["Overview", "Hydrogen", "Drones", "Candidates", "Sources", "Limits", "Changes"]
    assert book["Hydrogen"]["B1"].value == "Link"
    assert rows_of(book, "Hydrogen")[0]["Status"] == "missing"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    folder = tmp_path_factory.mktemp("hostile")
    with small_store(folder) as store:
        add_source(store, EVIL, "javascript:alert(1)")
        add_firm(store, "evil", EVIL, "resin", "place:near-city", main_products=["+1", "@x"], city="-1")
        for kind, node_id, name in (
            ("ChainLink", "chain-link:resin", "\t=1+1\x07"),
            ("ChainLink", "chain-link:ore", "@SUM(A1)"),
            ("Chain", "chain:hydrogen", "='[x]y'!A1/:*?" + "长" * 40),
            ("Chain", "chain:drone", "来源"),
            ("Place", "place:new-area", EVIL),
        ):
            node = next(n for n in store.nodes(kind) if n.id == node_id)
            store.upsert_nodes([Node(kind, node_id, {**node.props, "name": name}, node.roles)])
        return book_of(report(store), folder)


def test_no_cell_acts(hostile: Workbook) -> None:
    cells = [c for sheet in hostile for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    assert any("HYPERLINK" in c.value for c in cells)
    for cell in cells:
        assert cell.data_type == "s"
        assert cell.value[:1] not in tuple("=+-@\t\r\n")
    assert not str(hostile.properties.title).startswith("=")


def test_hostile_chain_names_make_legal_distinct_sheets(hostile: Workbook) -> None:
    names = hostile.sheetnames
    assert len({n.casefold() for n in names}) == len(names) == 7
    assert all(len(n) <= 31 and not set(n) & set("[]:*?/\\") for n in names)
    assert "来源 2" in names  # the chain that is called like a fixed sheet


def test_only_web_addresses_are_links(book: Workbook, hostile: Workbook) -> None:
    links = {c.hyperlink.target for s in book for row in s.iter_rows() for c in row if c.hyperlink}
    assert links == {"https://example.org/list", "https://example.org/old"}
    evil = {c.hyperlink.target for s in hostile for row in s.iter_rows() for c in row if c.hyperlink}
    assert all(link.startswith("https://") for link in evil)
    assert "javascript:alert(1)" in {c.value for row in hostile["来源"].iter_rows() for c in row}


def test_the_file_holds_no_macro_and_no_outside_workbook(data: ReportData, tmp_path: Path) -> None:
    write_xlsx(data, tmp_path / "report.xlsx")
    parts = zipfile.ZipFile(io.BytesIO((tmp_path / "report.xlsx").read_bytes())).namelist()
    assert not [p for p in parts if "vba" in p.lower() or "externalLink" in p]
