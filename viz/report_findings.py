"""findings.json: a report for programs, and what the next report compares itself with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulian.errors import UsageError

if TYPE_CHECKING:
    from bulian.viz.report import Finding, Party, ReportData
    from bulian.viz.report_changes import Findings

FORMAT = "bulian-findings/1"
CITED = 2  # sources that one statement cites on paper
SHOWN = 4  # candidates a finding shows on paper; workbook and findings.json have all


def findings_json(data: ReportData) -> dict[str, Any]:
    """Every assessed link with what was found, in plain json values; codes in English, names in `lang`."""
    findings = data.findings
    used = {s for f in findings for s in (*f.source_ids, *f.survey_sources)}
    used |= {s for f in findings for p in (*f.local, *f.candidates) for s in p.source_ids}
    return {
        "format": FORMAT,
        "lang": data.lang,
        "region_id": data.region_id,
        "region": data.region,
        "as_of": data.as_of.isoformat(),
        "generated_at": data.generated_at.isoformat() if data.generated_at else None,
        "chains": [
            {"id": c.id, "name": c.name, "assessed": c.assessed, "counts": c.counts} for c in data.chains
        ],
        "findings": [_finding(f) for f in findings],
        "changes": asdict(data.changes),
        "limits": [{"key": x.key, "number": x.number, "of": x.of} for x in data.limits],
        "sources": {
            n.id: {"name": n.name, "url": n.url, "published": n.published, "number": n.number}
            for n in data.notes
            if n.id in used
        },
    }


def _finding(f: Finding) -> dict[str, Any]:
    row = {k: _iso(v) for k, v in f.gap.to_row().items()}
    return {
        **row,
        "chain_id": f.gap.chain_id,
        "rank": f.rank or None,
        "parts": f.gap.parts,
        "local": _parties(f.local),
        "candidates": _parties(f.candidates),
        "hints": [{"id": h.firm.id, "name": h.firm.name, "products": list(h.products)} for h in f.gap.hints],
        "sources": list(f.source_ids),
        "survey_sources": list(f.survey_sources),
    }


def _parties(parties: Iterable[Party]) -> list[dict[str, Any]]:
    return [
        {
            "id": p.id,
            "name": p.name,
            "city": p.city,
            "where": p.where,
            "confidence": p.confidence,
            "as_of": _iso(p.as_of),
            "sources": list(p.source_ids),
        }
        for p in parties
    ]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def read_findings(folder: Path) -> Findings:
    """The findings of a published report. Raises UsageError when this program cannot read them."""
    file = folder / "findings.json"
    hint = "choose another report to compare with: --since DATE"
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as bad:
        raise UsageError(f"cannot read {file}: {bad}", hint) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UsageError(f"{file} is not of the form {FORMAT}", hint)
    return data
