"""What a gap report does not know, counted and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bulian.graph.store import Store
from bulian.queries.facts import Link
from bulian.queries.findings import Assessment
from bulian.queries.pack import run_pack
from bulian.records import Row

if TYPE_CHECKING:
    from bulian.viz.report import Note


@dataclass(frozen=True, slots=True)
class Limit:
    """One matter: `number` of `of` (None: there is no whole). `details`: name and remark of each case."""

    key: str
    number: int
    of: int | None
    details: tuple[tuple[str, str], ...] = ()


def limits(store: Store, assessment: Assessment, notes: Sequence[Note], lang: str) -> tuple[Limit, ...]:
    """In the order in which they bear on a finding."""
    gaps = assessment.gaps
    missing = [g for g in gaps if g.status == "missing"]
    records = [(g, m) for g in gaps for m in (*g.local, *g.nearby, *g.national)]
    cited = [n for n in notes if n.cited]
    unseen = [g for g in missing if g.evidence == "not_surveyed"]
    hints = [(h.firm.label(lang), g.link) for g in gaps if g.status != "covered" for h in g.hints]
    nobody = [g for g in gaps if not (g.local or g.nearby or g.national)]
    general = sorted({(m.label(lang), _link(link, lang)) for link, m in assessment.too_general})
    unplaced = [(str(r["organization"]), _place(r)) for r in run_pack(store, "unplaced_organizations")]
    ungraded = [(g.link, g.chain) for g in gaps if g.criticality is None]
    unlinked = tuple((m.label(lang), m.city) for m in assessment.unlinked)
    hinted = tuple((g.link, "、".join(h.firm.label(lang) for h in g.hints)) for g in missing if g.hints)
    bare = [(n.name, f"[{n.number}]") for n in cited if not n.link]
    return (
        Limit("not_surveyed", len(unseen), len(missing)),
        Limit("hints", len(hints), None, tuple(hints)),
        Limit("low_confidence", sum(m.confidence == "low" for _, m in records), len(records)),
        Limit("undated", sum(m.as_of is None for _, m in records), len(records)),
        Limit("unsourced", sum(not m.source_ids for _, m in records), len(records)),
        Limit("no_maker", len(nobody), len(gaps), tuple((g.link, g.chain) for g in nobody)),
        Limit("unlinked", len(unlinked), None, unlinked),
        Limit("hinted", len(hinted), len(missing), hinted),
        Limit("too_general", len({m.id for _, m in assessment.too_general}), None, tuple(general)),
        Limit("unplaced", len(unplaced), None, tuple(unplaced)),
        Limit("no_grade", len(ungraded), len(gaps), tuple(ungraded)),
        Limit("no_url", len(bare), len(cited), tuple(bare)),
    )


def _link(link: Link, lang: str) -> str:
    return (link.name_en if lang == "en" else "") or link.name


def _place(row: Row) -> str:
    """What the record says of its place, as far as it says anything."""
    return " ".join(dict.fromkeys(str(row[k]) for k in ("province", "city", "place_text") if row[k]))
