"""The load report: what became of every row, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bulian.loaders.datasetload import DatasetResult, Kept
from bulian.loaders.location import Unplaced
from bulian.loaders.reasons import reason_text
from bulian.loaders.row import OUTCOMES, File, Rejected, Row

_NUMBERS = ("rows", *OUTCOMES, "withdrawn")
_SHOWN = 5  # examples in a note


@dataclass(frozen=True, slots=True)
class TooGeneral:
    """A firm on a link that only sums up others: it does not count for the links in it."""

    organization_id: str
    organization: str
    link_id: str
    link: str


@dataclass
class FileReport:
    """One file. rows = created + changed + unchanged + merged + quarantined."""

    dataset: str
    file: str
    numbers: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"dataset": self.dataset, "file": self.file}
        found |= {n: self.numbers[n] for n in _NUMBERS}
        found["rejected_values"] = [
            {"row": r.row, "field": r.field, "value": r.value, "reason": r.reason, "hint": r.hint}
            for r in self.rejected
        ]
        found["reasons"] = dict(sorted(self.reasons.items()))
        if self.error:
            found["error"] = self.error
        return found


@dataclass
class LoadReport:
    """What a load did. `loaded`: it was written (not with --dry-run, nor when bad rows forbade it)."""

    files: list[FileReport] = field(default_factory=list)
    edges_by_type: dict[str, dict[str, int]] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    too_general: list[TooGeneral] = field(default_factory=list)
    unknown_files: list[str] = field(default_factory=list)
    unknown_columns: dict[str, list[str]] = field(default_factory=dict)
    unused_decisions: dict[str, list[int]] = field(default_factory=dict)
    kept_all: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    released: list[Kept] = field(default_factory=list)
    uncarded: list[str] = field(default_factory=list)  # datasets of folders without a dataset.toml
    quarantine: Path | None = None
    loaded: bool = True
    dry_run: bool = False

    @property
    def totals(self) -> dict[str, int]:
        found = {n: sum(f.numbers[n] for f in self.files) for n in _NUMBERS}
        found["rejected_values"] = sum(len(f.rejected) for f in self.files)
        return found

    @property
    def rejected(self) -> int:
        """Rows that did not enter, and files that could not be read."""
        return sum(f.numbers["quarantined"] + bool(f.error) for f in self.files)

    def to_json(self) -> dict[str, Any]:
        return {
            "files": [f.to_json() for f in self.files],
            "totals": self.totals,
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "loaded": self.loaded,
            "dry_run": self.dry_run,
            "edges_by_type": self.edges_by_type,
            "unplaced": [
                {
                    "file": u.file,
                    "row": u.row,
                    "id": u.node_id,
                    "name": u.name,
                    "field": u.field,
                    "value": u.value,
                    "reason": u.reason,
                    "placed_in": u.placed_in,
                }
                for u in self.unplaced
            ],
            "too_general": [
                {
                    "organization_id": t.organization_id,
                    "organization": t.organization,
                    "link_id": t.link_id,
                    "link": t.link,
                }
                for t in self.too_general
            ],
            "unknown_files": self.unknown_files,
            "unknown_columns": self.unknown_columns,
            "unused_decisions": self.unused_decisions,
            "withdrawal_suspended": self.kept_all,
            "kept": [{"id": k.node_id, "name": k.name, "referred_by": list(k.datasets)} for k in self.kept],
            "released": [{"id": k.node_id, "name": k.name} for k in self.released],
            "without_description": self.uncarded,
        }

    def to_rows(self, lang: str) -> list[dict[str, Any]]:
        """One row a file and a last one for all, for a table."""
        rows = [
            self._row(f.file, {n: f.numbers[n] for n in _NUMBERS}, len(f.rejected), f.reasons, lang)
            for f in self.files
        ]
        totals = self.totals
        reasons = sum((f.reasons for f in self.files), Counter[str]())
        label = "total" if lang == "en" else "合计"
        return [*rows, self._row(label, totals, totals["rejected_values"], reasons, lang)]

    @staticmethod
    def _row(
        name: str, numbers: dict[str, int], rejected: int, reasons: Counter[str], lang: str
    ) -> dict[str, Any]:
        why = "; ".join(f"{reason_text(reason, lang)} {n}" for reason, n in reasons.most_common())
        return {
            "file": name,
            **{n: numbers[n] for n in _NUMBERS},
            "rejected_values": rejected,
            "reasons": why,
        }

    def notes(self, lang: str) -> list[str]:
        """What a person should know beyond the numbers, one line each."""
        from bulian.loaders.notes import notes

        return notes(self, lang)


def report_of(results: Iterable[DatasetResult]) -> LoadReport:
    """Counts of all datasets of a load."""
    report = LoadReport()
    for result in results:
        by_kind: dict[str, FileReport] = {}
        for file in result.files:
            entry = _file(result.dataset.info.name, file)
            by_kind.setdefault(file.source.mapping.name, entry)
            report.files.append(entry)
            if file.unknown_columns:
                report.unknown_columns[file.name] = list(file.unknown_columns)
        for kind, number in sorted(result.withdrawn.items()):
            if kind not in by_kind:
                by_kind[kind] = FileReport(result.dataset.info.name, kind)
                report.files.append(by_kind[kind])
            by_kind[kind].numbers["withdrawn"] = number
        _rest(report, result)
    return report


def _file(dataset: str, file: File) -> FileReport:
    entry = FileReport(dataset, file.name, error=file.error)
    entry.numbers["rows"] = len(file.rows)
    for row in file.rows:
        entry.numbers[row.outcome] += 1
        if row.alive:
            entry.rejected += row.rejected
        else:
            entry.reasons[row.reason] += 1
    return entry


def _rest(report: LoadReport, result: DatasetResult) -> None:
    for key, outcome in result.edge_outcomes.items():
        _tally(report, key[0], outcome)
    for key in result.withdrawn_edges:
        _tally(report, key[0], "withdrawn")
    report.unplaced += result.unplaced
    report.kept += result.kept
    report.released += result.released
    if not (result.dataset.carded or result.dataset.single):
        report.uncarded.append(result.dataset.info.name)
    report.unknown_files += result.dataset.unknown_files
    if result.dataset.unknown_keys:
        report.unknown_columns["dataset.toml"] = list(result.dataset.unknown_keys)
    if result.unused_decisions:
        report.unused_decisions[result.dataset.info.name] = result.unused_decisions
    if result.kept_all:
        report.kept_all.append(result.dataset.info.name)


def _tally(report: LoadReport, type_: str, outcome: str) -> None:
    counts = report.edges_by_type.setdefault(type_, {})
    counts[outcome] = counts.get(outcome, 0) + 1


def bad_rows(results: Iterable[DatasetResult]) -> list[Row]:
    return [r for result in results for f in result.files for r in f.rows if not r.alive]
