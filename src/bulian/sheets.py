"""Excel sheets that open cleanly: inert text, legal names, room for every line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bulian.cells import clean, inert

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CELL_MOST = 32_767  # characters that Excel takes in one cell
WIDEST = 60  # characters, of a column
TALLEST = 300.0  # points, of a row


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
