"""Rows that did not enter, as files that staff can open, correct and load again."""

from __future__ import annotations

import csv
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bulian.errors import UsageError
from bulian.loaders.formula import guard
from bulian.loaders.reasons import hint_text
from bulian.loaders.row import Row
from bulian.loaders.rows import QUARANTINE_COLUMNS, RawCell

_UNSAFE = re.compile(r"[^\w.\-]+")


def folder_name(dataset: str) -> str:
    """A dataset's name as a folder name that cannot lead elsewhere."""
    safe = _UNSAFE.sub("_", dataset).strip("._")
    return safe[:100] or "dataset"


def write_quarantine(folder: Path, dataset: str, rows: Iterable[Row]) -> Path | None:
    """Replaces what an earlier load of the dataset set aside. Returns the dataset's folder, None when it is
    empty.

    Raises UsageError when the folder cannot be written.
    """
    target = folder / folder_name(dataset)
    by_file: dict[str, list[Row]] = {}
    for row in rows:
        if not row.alive:
            by_file.setdefault(row.file.source.path.stem, []).append(row)
    try:
        if not by_file:
            shutil.rmtree(target, ignore_errors=True)
            return None
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder, prefix=f".{target.name}."))
        fresh.chmod(0o755)
        for stem, members in by_file.items():
            _write(fresh / f"{stem}.csv", members)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(fresh, target)
    except OSError as error:
        raise UsageError(
            f"{target}: rejected rows cannot be written ({error.strerror})", "choose another --quarantine"
        ) from error
    return target


def _write(path: Path, rows: list[Row]) -> None:
    columns: dict[str, str] = {}
    for row in rows:
        columns |= row.file.table.columns
        columns |= {k: k for k in row.raw.values if k not in columns}
    with path.open("w", encoding="utf-8-sig", newline="") as out:  # the BOM makes Excel read Chinese
        writer = csv.writer(out)
        writer.writerow([guard(c) for c in (*QUARANTINE_COLUMNS, *columns.values())])
        for row in rows:
            hint = hint_text(row.reason, row.hint)
            told = (row.file.name, str(row.raw.number), row.reason, row.field, row.value, hint)
            cells = [_text(row.raw.values.get(k, "")) for k in columns]
            writer.writerow([guard(c) for c in (*told, *cells)])


def _text(cell: RawCell) -> str:
    text = "; ".join(cell) if isinstance(cell, list) else cell
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
