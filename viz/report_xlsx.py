"""The gap report as a workbook that staff filter, sort, print and hand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulian.queries.pack import column_label
from bulian.sheets import fill_sheet, sheet_name, xlsx_cell
from bulian.tables import YES_NO
from bulian.viz.report_render import (
    change_line,
    kind_label,
    licence_line,
    limit_texts,
    part_label,
    part_meaning,
    state_label,
    summary_line,
)
from bulian.viz.report_text import say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from bulian.viz.report import Finding, Party, ReportData

LINK_MOST = 2079  # characters that Excel takes as a link
NEAREST = 3
OVERVIEW = 7  # columns of the overview
CHAIN_COLUMNS = (
    "rank", "link", "stage", "parent", "status", "evidence", "hidden", "local_firms",
    "local_organizations", "nearby_firms", "national_firms", "criticality", "chokepoint", "demand",
    "downstream_reach", "feasibility", "priority", "action", "actions", "reason", "local_names", "hints",
    "nearest", "typical_products", "as_of", "sources", "finding_id",
)  # fmt: skip
CANDIDATE_COLUMNS = (
    "chain", "link", "status", "rank", "firm", "city", "where", "partner", "confidence", "main_products",
    "as_of", "sources", "firm_id", "finding_id",
)  # fmt: skip
SOURCE_COLUMNS = ("number", "source", "publisher", "published", "retrieved", "licence", "url", "source_id")
TOP_COLUMNS = ("link", "chain", "status", "evidence", "priority", "action", "nearest")
WIDTHS = {  # in characters; every other column holds a number and takes 8
    "rank": 7, "link": 22, "stage": 8, "parent": 16, "status": 9, "evidence": 10, "action": 11,
    "actions": 50, "reason": 50, "local_names": 32, "hints": 28, "nearest": 44, "typical_products": 26,
    "as_of": 12, "sources": 14, "finding_id": 40, "chain": 14, "firm": 34, "city": 12, "where": 10,
    "confidence": 8, "main_products": 44, "firm_id": 32, "number": 9, "source": 52, "publisher": 22,
    "published": 13, "retrieved": 13, "licence": 16, "url": 60, "source_id": 28,
}  # fmt: skip
Cells = dict[str, Any]


def write_xlsx(data: ReportData, path: Path) -> None:
    """Sheets: overview, one a chain, candidates, sources, limits, changes. Text cells are inert."""
    from openpyxl import Workbook

    lang = data.lang
    book = Workbook()
    book.remove(book.worksheets[0])
    fixed = {s: say(f"sheet_{s}", lang) for s in ("overview", "candidates", "sources", "unknown", "changes")}
    taken = {name.casefold() for name in fixed.values()}
    _overview(book.create_sheet(fixed["overview"]), data)
    for chain in data.chains:
        rows = [_finding(data, f) for f in (*chain.findings, *chain.covered)]
        _table(book, sheet_name(chain.name, taken), data, CHAIN_COLUMNS, rows)
    _table(book, fixed["candidates"], data, CANDIDATE_COLUMNS, list(_candidates(data)))
    _sources(book, fixed["sources"], data)
    _limits(book.create_sheet(fixed["unknown"]), data)
    _changes(book.create_sheet(fixed["changes"]), data)
    for sheet in book.worksheets:
        _printable(sheet, large=sheet.max_column > 20)
    book.properties.title = xlsx_cell(say("title", lang, region=data.region))
    book.properties.creator = "bulian"
    if data.generated_at is not None:
        book.properties.created = book.properties.modified = data.generated_at.replace(tzinfo=None)
    book.save(path)


# ---------------------------------------------------------------- tables of many rows


def _table(
    book: Workbook, name: str, data: ReportData, columns: Sequence[str], rows: Sequence[Cells]
) -> Worksheet:
    """A sheet of rows; where it has a status column, colours follow the status even when it is sorted."""
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(name)
    body = [[r[c] for c in columns] for r in rows]
    fill_sheet(sheet, [_heading(c, data.lang) for c in columns], body, [WIDTHS.get(c, 8) for c in columns])
    formats = {"priority": "0.00", "feasibility": "0.00", "as_of": "yyyy-mm-dd", "retrieved": "yyyy-mm-dd"}
    for i, column in enumerate(columns):
        for (cell,) in sheet.iter_rows(min_row=2, min_col=i + 1, max_col=i + 1):
            if column in formats:
                cell.number_format = formats[column]
    if "status" in columns:
        _colour_by_status(sheet, columns.index("status") + 1, data)
    if "link" in columns:
        sheet.freeze_panes = f"{get_column_letter(columns.index('link') + 2)}2"
    return sheet


def _heading(column: str, lang: str) -> str:
    """The catalogue's heading; a few columns are the report's own."""
    own = {
        "number": "note_numbers",
        "sources": "note_numbers",
        "where": "where",
        "nearest": "nearest",
        "hints": "hints",
    }
    return say(own[column], lang) if column in own else column_label(column, lang)


def _colour_by_status(sheet: Worksheet, column: int, data: ReportData) -> None:
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    for code, colour in data.colours.items():
        label = data.label("gap-status", code).replace('"', '""')
        solid = code == "missing"
        fill = PatternFill("solid", bgColor=colour.lstrip("#") if solid else _tint(colour))
        font = Font(bold=True, color="FFFFFF" if solid else "1D2226")
        style = DifferentialStyle(font=font, fill=fill)
        rule = Rule(type="cellIs", operator="equal", formula=[f'"{label}"'], dxf=style)
        sheet.conditional_formatting.add(f"{letter}2:{letter}{max(sheet.max_row, 2)}", rule)


def _tint(colour: str) -> str:
    """A quarter of a colour (#RRGGBB) on white: dark text stays readable on it."""
    return "".join(f"{255 - (255 - int(colour[i : i + 2], 16)) // 4:02X}" for i in (1, 3, 5))


def _finding(data: ReportData, f: Finding) -> Cells:
    g, lang = f.gap, data.lang
    joint, colon = ("; ", ": ") if lang == "en" else ("；", "：")
    actions = [f"{data.label('gap-action', a.action)}{colon}{a.evidence}" for a in f.actions]
    used = [s for p in f.local for s in p.source_ids]
    return {
        **g.to_row(),
        "rank": f.rank or None,
        "stage": data.label("stage", g.stage),
        "parent": g.parent,
        "status": data.label("gap-status", g.status),
        "evidence": data.label("gap-evidence", g.evidence),
        "chokepoint": "" if g.chokepoint is None else YES_NO[lang][not g.chokepoint],
        "action": data.label("gap-action", g.action) if g.action else "",
        "actions": "\n".join(actions),
        "local_names": joint.join(m.label(lang) for m in (*g.local, *g.local_orgs)),
        "hints": joint.join(h.firm.label(lang) for h in g.hints),
        "nearest": joint.join(_named(p, lang) for p in f.candidates[:NEAREST]),
        "typical_products": joint.join(g.typical_products),
        "sources": data.numbers((*f.survey_sources, *used, *f.source_ids)),
    }


def _named(p: Party, lang: str) -> str:
    if not p.city:
        return p.name
    return f"{p.name} ({p.city})" if lang == "en" else f"{p.name}（{p.city}）"


def _candidates(data: ReportData) -> Iterator[Cells]:
    """Every candidate of every gap, by rank of the gap, nearest first."""
    for f in sorted((f for c in data.chains for f in c.findings), key=lambda f: f.rank):
        for p in f.candidates:
            yield {
                "chain": f.gap.chain,
                "link": f.gap.link,
                "status": data.label("gap-status", f.gap.status),
                "rank": f.rank,
                "firm": p.name,
                "city": p.city,
                "where": say(p.where, data.lang),
                "partner": YES_NO[data.lang][not p.partner],
                "confidence": data.label("confidence", p.confidence),
                "main_products": ("; " if data.lang == "en" else "；").join(p.products),
                "as_of": p.as_of,
                "sources": data.numbers(p.source_ids),
                "firm_id": p.id,
                "finding_id": f.gap.finding_id,
            }


def _sources(book: Workbook, name: str, data: ReportData) -> None:
    rows: list[Cells] = [
        {
            "number": n.number,
            "source": n.name,
            "publisher": n.publisher,
            "published": n.published,
            "retrieved": n.retrieved,
            "licence": n.licence,
            "url": n.url or say("no_url", data.lang),
            "source_id": n.id,
        }
        for n in data.notes
    ]
    sheet = _table(book, name, data, SOURCE_COLUMNS, rows)
    column = SOURCE_COLUMNS.index("url") + 1
    for i, n in enumerate(data.notes):
        if n.link and len(n.link) <= LINK_MOST:
            cell = sheet.cell(row=i + 2, column=column)
            cell.hyperlink, cell.style = n.link, "Hyperlink"


# ---------------------------------------------------------------- sheets made to be read


def _overview(sheet: Worksheet, data: ReportData) -> None:
    """Scope, counts by status, how to read it, the gaps that matter most, the formula."""
    lang = data.lang
    made = f"{data.generated_at:%Y-%m-%d %H:%M}" if data.generated_at else ""
    statuses = list(data.colours)
    facts = (
        (say("chains", lang), ("、" if lang == "zh" else ", ").join(c.name for c in data.chains)),
        (say("as_of", lang), data.as_of.isoformat()),
        (say("generated", lang), made),
        (say("compared", lang), data.changes.compared_with or say("compared_none", lang)),
    )
    _head(sheet, say("title", lang, region=data.region), 16)
    for fact in facts:
        _row(sheet, fact, spread=True)
    _head(sheet, say("summary", lang))
    _row(
        sheet,
        (say("chain", lang), *(data.label("gap-status", s) for s in statuses), say("assessed", lang)),
        True,
    )
    for c in data.chains:
        _row(sheet, (c.name, *(c.counts[s] for s in statuses), c.assessed))
    for line in (*(summary_line(c, lang) for c in data.chains), change_line(data), say("caution", lang)):
        _wide(sheet, line)
    _head(sheet, say("top_gaps", lang, n=len(data.top)))
    _row(sheet, [_heading(c, lang) for c in TOP_COLUMNS], True)
    for f in data.top:
        row = _finding(data, f)
        _row(
            sheet, [row[k] for k in ("link", "chain", "status", "evidence", "priority", "action", "nearest")]
        )
    _head(sheet, say("method", lang))
    _wide(sheet, say("formula", lang))
    _row(sheet, (say("part", lang), say("weight", lang), say("part_meaning", lang)), True)
    for key, weight in data.weight.items():
        _row(sheet, (part_label(key, lang), weight, part_meaning(key, lang)), spread=True)
    for code, value in data.severity.items():
        _row(sheet, (f"{say('severity', lang)}{data.label('gap-status', code)}", value))
    _head(sheet, say("licence", lang))
    for x in data.licences:
        _wide(sheet, licence_line(x, lang))
    _wide(sheet, say("licence_note", lang))
    for letter, width in zip("ABCDEFG", (30, 16, 11, 12, 12, 14, 80), strict=True):
        sheet.column_dimensions[letter].width = width


def _limits(sheet: Worksheet, data: ReportData) -> None:
    """The matters with their numbers, and below every case by name."""
    lang = data.lang
    heads = [say(k, lang) for k in ("item", "number", "whole", "meaning")]
    rows: list[list[Any]] = []
    for x in data.limits:
        item, meaning = limit_texts(x.key, lang)
        rows.append([item, x.number, x.of, meaning])
    for x in data.limits:
        item, _ = limit_texts(x.key, lang)
        rows += [[item, None, None, f"{name} · {remark}" if remark else name] for name, remark in x.details]
    fill_sheet(sheet, heads, rows, (34, 9, 9, 90))


def _changes(sheet: Worksheet, data: ReportData) -> None:
    lang, ch = data.lang, data.changes
    heads = [
        say(k, lang) for k in ("change", "chain", "link", "before", "after", "fact", "source", "finding_id")
    ]
    rows = [
        [
            kind_label(x.kind, lang), x.chain, x.link, state_label(data, x, x.before),
            state_label(data, x, x.after), x.fact, "\n".join(f"{s.name} {s.url}".strip() for s in x.sources),
            x.finding_id,
        ]
        for x in ch.items
    ]  # fmt: skip
    if not rows:
        compared = ch.compared_with and not ch.other_scope
        rows.append([say("no_change", lang) if compared else change_line(data), *[""] * 7])
    for s in ch.shifts:
        rows.append([say(f"{s.kind}_shift", lang), s.chain, s.link, "", "", s.fact, "", s.finding_id])
    fill_sheet(sheet, heads, rows, (16, 14, 24, 10, 10, 60, 60, 40))


def _head(sheet: Worksheet, text: str, size: int = 12) -> None:
    from openpyxl.styles import Font

    if sheet.max_row > 1:
        sheet.append([])
    sheet.append([xlsx_cell(text)])
    sheet.cell(row=sheet.max_row, column=1).font = Font(bold=True, size=size)


def _row(sheet: Worksheet, values: Sequence[Any], head: bool = False, spread: bool = False) -> None:
    """`spread`: the last value takes the rest of the width."""
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.append([xlsx_cell(v) for v in values])
    for cell in sheet[sheet.max_row]:
        numeric = isinstance(cell.value, int | float)
        cell.alignment = Alignment("center" if numeric or head else "left", "top", wrap_text=True)
        if isinstance(cell.value, float):
            cell.number_format = "0.00"
        if head:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7ECEF")

    if spread:
        row = sheet.max_row
        sheet.merge_cells(start_row=row, start_column=len(values), end_row=row, end_column=OVERVIEW)


def _wide(sheet: Worksheet, text: str) -> None:
    """A sentence across the whole width, with room for its lines."""
    from openpyxl.styles import Alignment

    sheet.append([xlsx_cell(text)])
    row = sheet.max_row
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=OVERVIEW)
    sheet.cell(row=row, column=1).alignment = Alignment(vertical="top", wrap_text=True)
    width = sum(2 if ord(ch) > 0x2E7F else 1 for ch in text)
    sheet.row_dimensions[row].height = 15 * (1 + width // 160)


def _printable(sheet: Worksheet, large: bool) -> None:
    """A4 across (A3 for the many columns of a chain), as many pages as it takes, the heading on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 8 if large else 9  # A3, A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "&P / &N"
    if sheet.freeze_panes:
        sheet.print_title_rows = "1:1"
