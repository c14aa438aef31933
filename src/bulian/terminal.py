"""A table on a terminal: full-width characters count as two, long cells fold, sentences get room."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

PIPE_WIDTH = 160  # where there is no terminal to ask
GAP = 2  # between columns
LEAST = 4  # width below which a column is not folded
SENTENCE, ROOMY = 60, 36  # a cell wider than the first wants at least the second


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, rows of text, and which columns hold numbers."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    title: str = ""


def show(table: Table) -> None:
    """Print it to standard output, as wide as the terminal is; plain where there is none."""
    if not sys.stdout.isatty():
        columns = os.environ.get("COLUMNS", "")
        sys.stdout.write(plain(table, int(columns) if columns.isdecimal() else PIPE_WIDTH))
        return
    console = Console(file=sys.stdout)
    for part in _parts(table, console.width):
        console.print(part)


def plain(table: Table, width: int = PIPE_WIDTH) -> str:
    """The same as text, without colours and trailing spaces."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None)
    for part in _parts(table, width):
        console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _parts(table: Table, width: int) -> Iterator[RenderableType]:
    """Title, headings, rule, rows. A sentence with no room beside the other columns stands below its row."""
    need = [max(_least(head), *(_widest(r[i]) for r in table.rows), 1) for i, head in enumerate(table.heads)]
    beside, below, widths = _arrange(need, width)
    right = [table.numeric[i] for i in beside]
    folds = bool(below) or any(need[i] > w for i, w in zip(beside, widths, strict=True))
    if table.title:
        yield Text(table.title, "bold")
    yield _line([table.heads[i] for i in beside], widths, right, head=True)
    yield Text("─" * min(sum(widths) + GAP * (len(widths) - 1), width))
    for row in table.rows:
        yield _line([row[i] for i in beside], widths, right)
        for i in below:
            if row[i]:
                colon = ": " if table.heads[i].isascii() else "："
                yield Padding(Text.assemble((table.heads[i] + colon, "dim"), row[i]), (0, 0, 0, GAP))
        if folds:
            yield Text()


def _arrange(need: Sequence[int], width: int) -> tuple[list[int], list[int], list[int]]:
    """Columns side by side, columns below their row, and the widths of the former."""
    beside, below = list(range(len(need))), list[int]()
    while True:
        widths = fit([need[i] for i in beside], width - GAP * (len(beside) - 1))
        cramped = [i for i, w in zip(beside, widths, strict=True) if need[i] > SENTENCE and w < ROOMY]
        if not cramped or len(beside) == 1:
            return beside, sorted(below), widths
        longest = max(cramped, key=lambda i: need[i])
        beside.remove(longest)
        below.append(longest)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], head: bool = False) -> Grid:
    grid = Grid.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for width, is_number in zip(widths, right, strict=True):
        grid.add_column(
            width=width,
            overflow="fold",
            justify="right" if is_number else "left",
            vertical="bottom" if head else "top",
        )
    grid.add_row(*(Text(cell, "bold" if head else "") for cell in cells))
    return grid


def _widest(cell: str) -> int:
    return max(cell_len(line) for line in cell.split("\n"))


def _least(head: str) -> int:
    """A heading may fold: between words, and after any two full-width characters."""
    return max((len(word) if word.isascii() else min(cell_len(word), 4) for word in head.split()), default=1)


def fit(need: Sequence[int], room: int) -> list[int]:
    """Widths that fit `room`: the widest columns give way first, down to one common cap.

    >>> fit([6, 40, 90], 60)
    [6, 27, 27]
    """
    cap = max(need, default=1)
    while sum(min(n, cap) for n in need) > room and cap > LEAST:
        cap -= 1
    return [min(n, cap) for n in need]
