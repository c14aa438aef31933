"""A table file (csv, xlsx, jsonl, parquet) as rows of text, each with the number a spreadsheet shows for
it."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bulian.errors import UsageError
from bulian.loaders.formula import unguard

SUFFIXES = (".csv", ".xlsx", ".jsonl", ".parquet")
RawCell = str | list[str]
# The first columns of a file of rejected rows. One that staff corrected can be loaded as it is.
QUARANTINE_COLUMNS = ("file", "row", "reason", "field", "value", "hint")

_SURROGATE = re.compile("[\ud800-\udfff]")
_LOOK = 1_000  # bytes by which an encoding shows
_SEPARATORS = {";": "semicolons", "；": "semicolons", "\t": "tabs", "|": "bars"}
_FIELD_LIMIT = 10_000_000  # characters in one csv cell; the csv module's own limit would cut long texts


class UnreadableFile(UsageError):
    """A file that cannot be read as a table; the others of its dataset can."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. `number` counts the header as row 1, as spreadsheets do. `values`: column key → text or list
    of texts, empty cells left out. `problem`: why the row cannot be read as it stands (None: it can)."""

    number: int
    values: dict[str, RawCell]
    problem: str | None = None


@dataclass(frozen=True)
class Table:
    """A file's rows. `columns`: key (see `column_key`) → header as written, in order."""

    file: str
    columns: dict[str, str]
    rows: list[RawRow] = field(default_factory=list)


def column_key(header: object) -> str:
    """A header as columns are compared: width, case and space around it do not count."""
    text = "" if header is None else str(header)
    return unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip().casefold()


def read_table(path: Path) -> Table:
    """Read a whole file. Raises UnreadableFile, naming the file and what is wrong."""
    readers = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"{path.name}: not a table file", f"use one of {', '.join(SUFFIXES)}")
    try:
        return reader(path)
    except OSError as error:
        raise UnreadableFile(
            f"{path.name}: {error.strerror or error}", "check the path and its permissions"
        ) from error


# --- csv ---


def _csv(path: Path) -> Table:
    text = _text_of(path)
    previous = csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""))
    records: list[list[str]] = []
    start = 0
    try:
        for record in reader:
            records.append(record)
            last_start, start = start, reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            f"{path.name}: line {reader.line_num}: {error}", "save it again as CSV UTF-8"
        ) from None
    finally:
        csv.field_size_limit(previous)
    _check_separator(path.name, records)
    table = _from_records(path.name, records)
    if table.rows and len(records) > 1 and _open_quote(text, last_start):
        table.rows[-1] = _with_problem(table.rows[-1], "a quotation mark is opened and never closed")
    return table


def _check_separator(file: str, records: Sequence[Sequence[str]]) -> None:
    """UnreadableFile when the columns seem to be separated by something else than commas."""
    header = next(([c for c in r if c.strip()] for r in records if any(c.strip() for c in r)), [])
    if len(header) != 1:
        return
    for mark, name in _SEPARATORS.items():
        if mark in header[0].strip():
            raise UnreadableFile(
                f"{file}: its columns seem to be separated by {name}, not by commas",
                "save it as CSV with commas (in Excel: CSV UTF-8), or as .xlsx",
            )


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    start = data[:_LOOK]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) > len(start) // 4:
        raise UnreadableFile(
            f"{path.name}: seems to be UTF-16, which Excel calls Unicode text",
            "save it as UTF-8 (in Excel: CSV UTF-8), or as .xlsx",
        )
    return decode(data)


def decode(data: bytes) -> str:
    """Text of UTF-8 (with or without BOM) or GB18030 bytes.

    A UTF-8 file with a few broken bytes also "is" GB18030, as nonsense; so what is mostly valid UTF-8 is read
    as that, and its broken bytes stay as surrogates, by which their rows are told.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        loose = data.decode("utf-8-sig", errors="surrogateescape")
    broken = len(_SURROGATE.findall(loose))
    valid = sum(1 for ch in loose if ch > "\x7f") - broken
    if valid > 3 * broken:
        return loose
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return loose


def _open_quote(text: str, line: int) -> bool:
    """Whether the record that begins after `line` lines ends inside quotation marks."""
    tail = text.splitlines(keepends=True)[line:]
    if not any('"' in part for part in tail):
        return False
    try:
        list(csv.reader(tail, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _from_records(file: str, records: Sequence[Sequence[str]]) -> Table:
    """Header and rows; empty rows keep their number and are left out, also before the header."""
    first = next((n for n, r in enumerate(records) if any(c.strip() for c in r)), None)
    if first is None:
        raise UnreadableFile(f"{file}: no header row", "the first row must name the columns")
    records = records[first:]
    if tuple(map(column_key, records[0][: len(QUARANTINE_COLUMNS)])) == QUARANTINE_COLUMNS:
        records = [[unguard(c) for c in r[len(QUARANTINE_COLUMNS) :]] for r in records]
    keys, columns = _header(file, records[0])
    rows = []
    for number, record in enumerate(records[1:], start=first + 2):
        values: dict[str, RawCell] = {k: c for k, c in zip(keys, record, strict=False) if c.strip()}
        extra = [c for c in record[len(keys) :] if c.strip()]
        if values or extra:
            rows.append(_checked(number, values, extra))
    return Table(file, columns, rows)


def _header(file: str, cells: Sequence[object]) -> tuple[list[str], dict[str, str]]:
    """Keys by position, and key → header. A nameless column gets its letter: no cell is lost."""
    keys: list[str] = []
    columns: dict[str, str] = {}
    while cells and not column_key(cells[-1]):
        cells = cells[:-1]
    for position, cell in enumerate(cells):
        written = "" if cell is None else str(cell).replace("\ufeff", "").strip()
        key = column_key(cell) or f"column {_letter(position)}"
        if key in columns:
            raise UnreadableFile(f"{file}: column {written} stands twice", "rename or remove one of them")
        keys.append(key)
        columns[key] = _shown(written) or key
    return keys, columns


def _letter(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _checked(number: int, values: dict[str, RawCell], extra: Sequence[str] = ()) -> RawRow:
    if extra:
        values = {**values, "": "; ".join(extra)}
    row = RawRow(number, values)
    if any(_SURROGATE.search(text) for cell in values.values() for text in _texts(cell)):
        shown: dict[str, RawCell] = {k: [_shown(t) for t in _texts(c)] for k, c in values.items()}
        shown = {k: c[0] if len(c) == 1 else c for k, c in shown.items()}
        return RawRow(number, shown, "bytes that are no text in UTF-8 or GB18030")
    if extra:
        return _with_problem(row, "more cells than columns")
    return row


def _texts(cell: RawCell) -> list[str]:
    return cell if isinstance(cell, list) else [cell]


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _with_problem(row: RawRow, problem: str) -> RawRow:
    return RawRow(row.number, row.values, row.problem or problem)


# --- xlsx ---


def _xlsx(path: Path) -> Table:
    """The sheet named like the file, else the first; formulas by their last computed value."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl remarks on styles and extensions that do not matter here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                sheet = book[path.stem] if path.stem in book.sheetnames else book.worksheets[0]
                sheet.reset_dimensions()  # what a file claims of its size is often wrong
                records = [[_cell_text(c) for c in row] for row in sheet.iter_rows(values_only=True)]
            finally:
                book.close()
    except OSError:
        raise
    except Exception as error:  # openpyxl lets through whatever zip, xml and its own parsing raise
        raise UnreadableFile(
            f"{path.name}: not a readable Excel workbook ({error})", "save it again as .xlsx"
        ) from error
    return _from_records(path.name, [[c if isinstance(c, str) else "; ".join(c) for c in r] for r in records])


# --- jsonl ---


def _jsonl(path: Path) -> Table:
    """One JSON object a line; numbers stay as written. Columns are all keys met."""
    columns: dict[str, str] = {}
    rows = []
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if not line.strip():
            continue
        values = _json_object(line)
        if values is None:
            rows.append(RawRow(number, {"": _shown(line)}, "not a JSON object"))
            continue
        cells: dict[str, RawCell] = {}
        for name, value in values.items():
            key = column_key(name)
            columns.setdefault(key, _shown(name.strip()) or key)
            if (cell := _cell_text(value)) and (isinstance(cell, list) or cell.strip()):
                cells[key] = cell
        if cells:
            rows.append(_checked(number, cells))
    return Table(path.name, columns, rows)


def _json_object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


# --- parquet ---


def _parquet(path: Path) -> Table:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        _, columns = _header(path.name, file.schema_arrow.names)
        rows = list(_parquet_rows(file.iter_batches()))
    except (OSError, UnreadableFile):
        raise
    except Exception as error:  # pyarrow's errors have no common root of their own
        raise UnreadableFile(
            f"{path.name}: not a readable Parquet file ({error})", "write it again"
        ) from error
    return Table(path.name, columns, rows)


def _parquet_rows(batches: Iterable[Any]) -> Iterator[RawRow]:
    number = 1
    for batch in batches:
        for record in batch.to_pylist():
            number += 1
            cells = {column_key(k): _cell_text(v) for k, v in record.items()}
            values = {k: c for k, c in cells.items() if c and (isinstance(c, list) or c.strip())}
            if values:
                yield _checked(number, values)


def _cell_text(value: Any) -> RawCell:
    """A typed cell as the text a csv would hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        texts = [_cell_text(v) for v in value]
        return [t for t in (x if isinstance(x, str) else "; ".join(x) for x in texts) if t.strip()]
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
