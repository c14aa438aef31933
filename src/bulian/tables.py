"""Rows for people and programs: a terminal's table, json, csv or an Excel sheet, all from one list of rows.

json and csv keep column names and codes in English; table and xlsx write both out in the language asked for.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulian.errors import UsageError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from rich.console import JustifyMethod
    from rich.table import Table

    from bulian.ontology.model import Ontology

Rows = Sequence[Mapping[str, Any]]

# Columns whose values are codes though the ontology has no property of that name.
SCHEMES = {
    "status": "gap-status",
    "evidence": "gap-evidence",
    "action": "gap-action",
    "before": "gap-status",
    "after": "gap-status",
}
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
PIPE_WIDTH = 160  # of a table that does not go to a terminal
CELL_MOST = 32_767  # characters that Excel takes in one cell
WIDEST = 60  # characters, of a sheet's column
TALLEST = 300.0  # points, of a row

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0, C1: terminal escapes; not legal in a sheet
    "\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line separators, direction overrides
    "\ud800-\udfff\ufffe\uffff]"  # lone surrogates, no characters
)


def emit(
    rows: Rows,
    columns: Sequence[str],
    *,
    format: str = "table",
    lang: str = "zh",
    output: Path | None = None,
    title: str = "",
) -> None:
    """Write the rows' `columns`, in that order, to `output` or to standard output.

    csv in a file begins with a byte order mark, because Excel reads it as UTF-8 only then; on standard
    output, where programs read, it has none. Raises UsageError for a file that cannot be written and for
    xlsx on a terminal.
    """
    if format == "xlsx":
        _to_bytes(xlsx_bytes(rows, columns, lang, title), output)
    elif format == "json":
        _to_text(json_text(rows, columns) + "\n", output)
    elif format == "csv":
        _to_text(csv_text(rows, columns), output, encoding="utf-8-sig")
    elif format == "table":
        _to_table(rows, columns, lang, output, title)
    else:
        raise UsageError(f"unknown format: {format}", "one of table, json, csv, xlsx")


# ---------------------------------------------------------------- cells


def clean(text: str) -> str:
    """Text without control characters and direction marks, which could act on a terminal or break a sheet."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous beginning."""
    text = _CONTROL.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def written(name: str, value: Any, lang: str, ontology: Ontology) -> str:
    """A cell in words: codes by their label, yes and no, dates, lists joined."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO[lang][not value]
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return _code(name, value, lang, ontology)
    if isinstance(value, Mapping):
        colon = ": " if lang == "en" else "："
        return colon.join(t for k, v in value.items() if (t := written(str(k), v, lang, ontology)))
    if isinstance(value, list | tuple):
        nested = any(isinstance(v, Mapping | list | tuple) for v in value)
        joint = "\n" if nested else "; " if lang == "en" else "；"
        return joint.join(written(name, v, lang, ontology) for v in value)
    return str(value)


def _code(name: str, value: str, lang: str, ontology: Ontology) -> str:
    known = ontology.properties.get(name)
    scheme = SCHEMES.get(name) or (known.scheme if known else None)
    if scheme:
        return ontology.code_label(scheme, value, lang)
    if name in ("label", "class") and value in ontology.classes:
        return ontology.classes[value].label[lang]
    return value


def _plain(value: Any) -> Any:
    """A csv cell: numbers as they are, codes in English, lists joined by `;`, maps as json."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple) and not any(isinstance(v, Mapping | list | tuple) for v in value):
        return inert(";".join(str(_plain(v)) for v in value))
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_json_value)
    return inert(str(value))


# ---------------------------------------------------------------- json, csv


def json_text(rows: Rows, columns: Sequence[str]) -> str:
    """A list of objects; dates in ISO form."""
    data = [{c: row.get(c) for c in columns} for row in rows]
    return json.dumps(data, ensure_ascii=False, indent=2, default=_json_value)


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(rows: Rows, columns: Sequence[str]) -> str:
    """Comma separated, a heading of column names, no cell that acts as a formula."""
    import csv

    buffer = io.StringIO()
    out = csv.writer(buffer, lineterminator="\r\n")
    out.writerow(columns)
    out.writerows([_plain(row.get(c)) for c in columns] for row in rows)
    return buffer.getvalue()


# ---------------------------------------------------------------- table


def _to_table(rows: Rows, columns: Sequence[str], lang: str, output: Path | None, title: str) -> None:
    from rich.console import Console

    if output is not None:
        buffer = io.StringIO()
        console = Console(file=buffer, width=PIPE_WIDTH, color_system=None)
        console.print(_table(rows, columns, lang, title, PIPE_WIDTH))
        _to_text(_unpadded(buffer.getvalue()), output)
        return
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    console = Console(file=sys.stdout, width=width)
    console.print(_table(rows, columns, lang, title, console.width))


def _table(rows: Rows, columns: Sequence[str], lang: str, title: str, width: int) -> Table:
    """Numbers stand right and whole; short texts keep their width, long ones share what is left and fold."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from bulian.ontology import load_ontology
    from bulian.queries.pack import column_label

    ontology = load_ontology()
    cells = [[clean(written(c, row.get(c), lang, ontology)) for c in columns] for row in rows]
    heads = [clean(column_label(c, lang)) for c in columns]
    lines = [[cell_len(line) for r in cells for line in r[i].split("\n")] for i in range(len(columns))]
    need = [max(n, default=0) for n in lines]
    least = [max(n, _head_width(h, lang)) for n, h in zip(need, heads, strict=True)]
    widths = fit(least, width - 2 * len(columns) + 2)
    table = Table(
        title=Text(clean(title)) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        pad_edge=False,
        show_lines=any(n > w for n, w in zip(need, widths, strict=True)),
    )
    for i, (c, head) in enumerate(zip(columns, heads, strict=True)):
        number = any(isinstance(r.get(c), int | float) and not isinstance(r.get(c), bool) for r in rows)
        justify: JustifyMethod = "right" if number else "left"
        table.add_column(Text(head), width=widths[i], overflow="fold", justify=justify)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _head_width(head: str, lang: str) -> int:
    """A heading may fold: in Chinese after any two characters, in English between words."""
    from rich.cells import cell_len

    words = head.split() if lang == "en" else [head[:2]]
    return max((cell_len(w) for w in words), default=1)


def fit(need: Sequence[int], room: int) -> list[int]:
    """Column widths that fit `room`: the widest columns give way first, all to one common cap, none below 4.

    >>> fit([6, 40, 90], 60)
    [6, 27, 27]
    """
    widths = [max(n, 1) for n in need]
    cap = max(widths, default=1)
    while sum(min(w, cap) for w in widths) > room and cap > 4:
        cap -= 1
    return [min(w, cap) for w in widths]


def _unpadded(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


# ---------------------------------------------------------------- xlsx


def xlsx_bytes(rows: Rows, columns: Sequence[str], lang: str, title: str) -> bytes:
    """A workbook with one sheet: frozen heading, filter, fitting widths, codes written out."""
    from openpyxl import Workbook

    from bulian.ontology import load_ontology
    from bulian.queries.pack import column_label

    ontology = load_ontology()
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(sheet_name(title or "bulian", set()))
    body = [[_xlsx_value(c, row.get(c), lang, ontology) for c in columns] for row in rows]
    fill_sheet(sheet, [column_label(c, lang) for c in columns], body)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xlsx_value(name: str, value: Any, lang: str, ontology: Ontology) -> Any:
    """Numbers and dates stay what they are; everything else is written out."""
    if isinstance(value, int | float | date) and not isinstance(value, bool):
        return value
    return written(name, value, lang, ontology)


def fill_sheet(
    sheet: Worksheet,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    widths: Sequence[int] | None = None,
) -> None:
    """Heading and rows, ready to read: heading frozen, filter on, text wrapped, room for every line.

    `widths` in characters; without them columns fit their content. Heights are set because not every program
    works them out when it opens a file.
    """
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    widths = widths or [
        min(max(_display(v) for v in (head, *(r[i] for r in rows))) + 3, WIDEST)
        for i, head in enumerate(heads)
    ]
    for i, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(i + 1)].width = width
    for number, row in enumerate((heads, *rows), start=1):
        sheet.append([xlsx_cell(v) for v in row])
        lines = max((_lines(v, w) for v, w in zip(row, widths, strict=True)), default=1)
        sheet.row_dimensions[number].height = min(14.5 * lines + 3, TALLEST)
        for cell in sheet[number]:
            numeric = isinstance(cell.value, int | float)
            cell.alignment = Alignment("center" if numeric else "left", "top", wrap_text=True)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7ECEF")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(heads), 1))}{len(rows) + 1}"


def _lines(value: Any, width: int) -> int:
    """Lines that a value takes in a column, a little generously: wrapping leaves ragged ends."""
    room = max(width - 2, 4)
    return sum(max(1, -(-_display(line) // room)) for line in str("" if value is None else value).split("\n"))


def xlsx_cell(value: Any) -> Any:
    """A value that may enter a sheet: text inert and not longer than Excel takes."""
    if isinstance(value, str):
        text = inert(value)
        return text if len(text) <= CELL_MOST else text[: CELL_MOST - 1] + "…"
    return value


def sheet_name(text: str, taken: set[str]) -> str:
    """A legal sheet name (31 characters, none of []:*?/\\) that is not among `taken`; adds it there."""
    base = re.sub(r"[\[\]:*?/\\]", " ", clean(text)).strip(" '") or "sheet"
    name, n = base[:31], 1
    while name.casefold() in taken:
        n += 1
        tail = f" {n}"
        name = base[: 31 - len(tail)] + tail
    taken.add(name.casefold())
    return name


def _display(value: Any) -> int:
    """Width of the longest line, full-width characters as two."""
    lines = str("" if value is None else value).split("\n")
    return max(sum(2 if ord(ch) > 0x2E7F else 1 for ch in line) for line in lines)


# ---------------------------------------------------------------- out


def _to_text(text: str, output: Path | None, encoding: str = "utf-8") -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        _to_bytes(text.encode(encoding, errors="replace"), output)


def _to_bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        if sys.stdout.isatty():
            raise UsageError("xlsx is no text for a terminal", "write it to a file: -o FILE.xlsx")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as bad:
        raise UsageError(f"cannot write {output}: {bad.strerror}") from None
