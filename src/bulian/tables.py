"""Rows for people and programs: a terminal's table, json, csv or an Excel sheet, all from one list of rows.

json and csv keep column names and codes in English; table and xlsx write both out in the language asked for.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulian.cells import clean, inert
from bulian.errors import UsageError

if TYPE_CHECKING:
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
        _table(rows, columns, lang, output, title)
    else:
        raise UsageError(f"unknown format: {format}", "one of table, json, csv, xlsx")


# ---------------------------------------------------------------- cells


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
    """A code by its label: of a concept scheme, of the pack itself, of a class or relationship type."""
    known = ontology.properties.get(name)
    scheme = SCHEMES.get(name) or (known.scheme if known else None)
    if scheme and value in ontology.scheme(scheme).concepts:
        return ontology.code_label(scheme, value, lang)
    if name in ("kind", "label", "relationship"):
        cls = ontology.classes.get(value) or ontology.class_of_id(value)
        if cls or value in ontology.edges:
            return (cls or ontology.edges[value]).label[lang]

    from bulian.queries.pack import code_label

    return code_label(name, value, lang)


def _plain(value: Any) -> str | int | float:
    """A csv cell: numbers as they are, codes in English, lists joined by `;`, maps as json."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple) and not any(isinstance(v, Mapping | list | tuple) for v in value):
        return ";".join(str(_plain(v)) for v in value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_json_value)
    return str(value)


def _csv_cell(value: Any) -> str | int | float:
    plain = _plain(value)
    return inert(plain) if isinstance(plain, str) else plain


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
    out.writerows([_csv_cell(row.get(c)) for c in columns] for row in rows)
    return buffer.getvalue()


# ---------------------------------------------------------------- table, xlsx


def _table(rows: Rows, columns: Sequence[str], lang: str, output: Path | None, title: str) -> None:
    from bulian import terminal
    from bulian.ontology import load_ontology
    from bulian.queries.pack import column_label

    ontology = load_ontology()
    table = terminal.Table(
        [clean(column_label(c, lang)) for c in columns],
        [[clean(written(c, row.get(c), lang, ontology)) for c in columns] for row in rows],
        [_numeric(row.get(c) for row in rows) for c in columns],
        clean(title),
    )
    if output is None:
        terminal.show(table)
    else:
        _to_text(terminal.plain(table), output)


def _numeric(values: Iterable[Any]) -> bool:
    """Whether a column holds numbers and nothing else."""
    known = [v for v in values if v is not None]
    return bool(known) and all(map(_is_number, known))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def xlsx_bytes(rows: Rows, columns: Sequence[str], lang: str, title: str) -> bytes:
    """A workbook with one sheet: frozen heading, filter, fitting widths, codes written out."""
    from openpyxl import Workbook

    from bulian.ontology import load_ontology
    from bulian.queries.pack import column_label
    from bulian.sheets import fill_sheet, sheet_name

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
    if _is_number(value) or isinstance(value, date):
        return value
    return written(name, value, lang, ontology)


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
