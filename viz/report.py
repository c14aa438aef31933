"""The gap report as data: findings, candidates, numbered sources, limits and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bulian.graph.store import Store
from bulian.ontology.model import Ontology
from bulian.queries.facts import read_places
from bulian.queries.findings import Assessment, Gap, GapAction, Maker
from bulian.queries.gaps import weights
from bulian.queries.pack import run_pack
from bulian.queries.reasons import NAMED
from bulian.records import Row
from bulian.viz.report_changes import Changes, compare
from bulian.viz.report_findings import CITED, SHOWN, findings_json, read_findings
from bulian.viz.report_limits import Limit, limits

STATUSES = ("missing", "single_source", "thin", "covered")
TOP = 10
SCHEMES = ("gap-status", "gap-evidence", "gap-action", "stage", "confidence")


@dataclass(frozen=True, slots=True)
class Note:
    """A source, numbered by first use. `cited`: on paper, not only in the workbook."""

    number: int
    id: str
    name: str
    url: str
    published: str
    retrieved: date | None
    publisher: str
    licence: str
    cited: bool

    @property
    def link(self) -> str:
        """The address, when it is one that a reader may safely follow."""
        return self.url if self.url.lower().startswith(("http://", "https://")) else ""

    @property
    def readable(self) -> str:
        """The address as a person reads it: Chinese instead of percent signs."""
        return unquote(self.url)


@dataclass(frozen=True, slots=True)
class Party:
    """An organization behind a finding. `where`: local, nearby, partner or national."""

    id: str
    name: str
    city: str
    where: str
    partner: bool
    confidence: str
    as_of: date | None
    products: tuple[str, ...]
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One way to act: code, sentence, and the organizations where the sentence leaves them out."""

    action: str
    evidence: str
    names: tuple[str, ...]
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One assessed link with all that is said about it. `rank` over all chains; 0: covered."""

    rank: int
    gap: Gap
    local: tuple[Party, ...]
    candidates: tuple[Party, ...]
    actions: tuple[ActionLine, ...]
    source_ids: tuple[str, ...]  # of the link's place in the chain
    survey_sources: tuple[str, ...]  # of the survey that found nobody

    def on_paper(self) -> Iterable[str]:
        """Ids of the sources that the page cites for it, in reading order."""
        yield from (*self.survey_sources, *self.source_ids[:CITED])
        yield from (s for p in self.local for s in p.source_ids[:CITED])
        yield from (s for a in self.actions for s in a.source_ids)
        yield from (s for p in self.candidates[:SHOWN] for s in p.source_ids[:CITED])


@dataclass(frozen=True, slots=True)
class ChainPart:
    """One chain's chapter. `findings`: gaps by rank; `covered`: the links that are none."""

    id: str
    name: str
    findings: tuple[Finding, ...]
    covered: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of links by status, all four codes."""
        tally = Counter(f.gap.status for f in (*self.findings, *self.covered))
        return {s: tally[s] for s in STATUSES}

    @property
    def assessed(self) -> int:
        return len(self.findings) + len(self.covered)

    @property
    def missing_by_evidence(self) -> Counter[str]:
        return Counter(f.gap.evidence for f in self.findings if f.gap.status == "missing")


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of use of some of the graph's sources."""

    dataset: str
    licence: str
    sources: int
    retrieved: date | None


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report says, in one language. `codes`: scheme -> code -> label."""

    lang: str
    region_id: str
    region: str
    as_of: date
    chains: tuple[ChainPart, ...]
    top: tuple[Finding, ...]
    notes: tuple[Note, ...]
    limits: tuple[Limit, ...]
    licences: tuple[Licence, ...]
    codes: dict[str, dict[str, str]]
    colours: dict[str, str]  # of status codes
    weight: dict[str, float]
    severity: dict[str, float]
    changes: Changes = field(default_factory=Changes)
    generated_at: datetime | None = None

    def label(self, scheme: str, code: str) -> str:
        return self.codes[scheme].get(code, code)

    def numbers(self, source_ids: Iterable[str]) -> str:
        """The notes that stand for some sources, as `[1][7]`."""
        known = {n.id: n.number for n in self.notes}
        return "".join(f"[{known[s]}]" for s in dict.fromkeys(source_ids) if s in known)

    @property
    def findings(self) -> list[Finding]:
        """Every assessed link, chain by chain, covered ones last in each."""
        return [f for c in self.chains for f in (*c.findings, *c.covered)]


def build_report(
    store: Store, ontology: Ontology, assessment: Assessment, *, lang: str = "zh", since: Path | None = None
) -> ReportData:
    """Put an assessment together with candidates, sources and limits.

    `assessment` must have been made in `lang`. `since`: folder of an earlier report to compare with.
    Raises UsageError when that report cannot be read.
    """
    old = read_findings(since) if since else None  # first: an unreadable one should cost nothing
    facts = _read_facts(store, assessment, lang)
    chains = _chains(assessment, facts)
    found = sorted((f for c in chains for f in c.findings), key=lambda f: f.rank)
    notes = _notes(store, chains)
    w = weights()
    data = ReportData(
        lang=lang,
        region_id=assessment.region_id,
        region=assessment.region,
        as_of=assessment.as_of,
        chains=chains,
        top=tuple(found[:TOP]),
        notes=notes,
        limits=limits(store, assessment, notes, lang),
        licences=_licences(store),
        codes={s: {c.code: c.label[lang] for c in ontology.scheme(s).concepts.values()} for s in SCHEMES},
        colours={c.code: c.colour or "#555555" for c in ontology.scheme("gap-status").concepts.values()},
        weight=w.weight,
        severity=w.severity,
    )
    return replace(data, changes=compare(old, findings_json(data), since.name if since else "", lang))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read from the graph beside the assessment."""

    lang: str
    products: dict[str, tuple[str, ...]]  # firm -> main products
    city_en: dict[str, str]
    surveys: dict[str, tuple[str, ...]]  # link -> sources of the newest survey here that found nobody

    def party(self, m: Maker, where: str, partner: bool) -> Party:
        city = self.city_en.get(m.city, m.city) if self.lang == "en" else m.city
        products = self.products.get(m.id, ())
        return Party(
            m.id, m.label(self.lang), city, where, partner, m.confidence, m.as_of, products, m.source_ids
        )


def _read_facts(store: Store, assessment: Assessment, lang: str) -> _Facts:
    places = read_places(store)
    firms = {m.id for g in assessment.gaps for m in (*g.local, *g.nearby, *g.national)}
    profiles = run_pack(store, "firm_profiles", {"ids": sorted(firms)})
    around = set(places.around(assessment.region_id))
    surveys: dict[str, tuple[str, tuple[str, ...]]] = {}
    for chain_id in assessment.chains:
        for r in run_pack(store, "chain_surveys", {"chain": chain_id}):
            link, when = str(r["link_id"]), str(r["date"])
            if r["found"] == 0 and r["region_id"] in around and when > surveys.get(link, ("", ()))[0]:
                surveys[link] = (when, _strings(r["source_ids"]))
    return _Facts(
        lang,
        {str(r["firm_id"]): _strings(r["main_products"]) for r in profiles},
        {places.name[p]: en for p, en in places.name_en.items() if en},
        {link: sources for link, (_, sources) in surveys.items()},
    )


def _chains(assessment: Assessment, facts: _Facts) -> tuple[ChainPart, ...]:
    gaps = [g for g in assessment.gaps if g.status != "covered"]
    rank = {g.finding_id: i + 1 for i, g in enumerate(gaps)}
    parts = []
    for chain_id, name in assessment.chains.items():
        own = [
            _finding(g, rank.get(g.finding_id, 0), facts) for g in assessment.gaps if g.chain_id == chain_id
        ]
        listed = tuple(f for f in own if f.rank)
        parts.append(ChainPart(chain_id, name, listed, tuple(f for f in own if not f.rank)))
    return tuple(parts)


def _finding(gap: Gap, rank: int, facts: _Facts) -> Finding:
    here = {s for m in gap.local for s in m.source_ids}
    return Finding(
        rank=rank,
        gap=gap,
        local=tuple(facts.party(m, "local", False) for m in gap.local),
        candidates=_candidates(gap, facts),
        actions=tuple(_action(a, facts.lang) for a in gap.actions),
        source_ids=tuple(s for s in gap.source_ids if s not in here),
        survey_sources=facts.surveys.get(gap.link_id, ()) if gap.evidence == "surveyed" else (),
    )


def _candidates(gap: Gap, facts: _Facts) -> tuple[Party, ...]:
    """Nearest first: same province, partner places, the rest; in each the best supported first."""
    partners = {m.id for a in gap.actions if a.action == "collaborate" for m in a.organizations}
    near = [facts.party(m, "nearby", m.id in partners) for m in gap.nearby]
    far = [
        facts.party(m, "partner" if m.id in partners else "national", m.id in partners) for m in gap.national
    ]
    order = ("nearby", "partner", "national")
    grade = ("high", "medium", "low")

    def key(p: Party) -> tuple[int, bool, int, str]:
        known = grade.index(p.confidence) if p.confidence in grade else len(grade)
        return (order.index(p.where), not p.partner, known, p.id)

    return tuple(sorted((*near, *far), key=key))


def _action(action: GapAction, lang: str) -> ActionLine:
    """The sentence of `grow` names links, not firms; candidates are listed by themselves."""
    named = action.organizations if action.action in ("convert", "grow") else ()
    return ActionLine(
        action.action,
        action.evidence,
        tuple(m.label(lang) for m in named[:NAMED]) if action.action == "grow" else (),
        tuple(dict.fromkeys(s for m in named[:NAMED] for s in m.source_ids[:1])),
    )


# ---------------------------------------------------------------- sources, limits, licences


def _notes(store: Store, chains: Sequence[ChainPart]) -> tuple[Note, ...]:
    """Sources in order of first use: those on paper first, then those that only the workbook cites."""
    findings = [f for c in chains for f in (*c.findings, *c.covered)]
    paper = dict.fromkeys(s for f in findings for s in f.on_paper())
    everything = (s for f in findings for p in (*f.local, *f.candidates) for s in p.source_ids)
    order = list(dict.fromkeys((*paper, *everything)))
    rows = {str(r["source_id"]): r for r in run_pack(store, "sources", {"ids": order})}
    return tuple(_note(i + 1, s, rows.get(s, {}), s in paper) for i, s in enumerate(order))


def _note(number: int, source_id: str, row: Row, cited: bool) -> Note:
    """A source that is cited but not in the graph keeps its id as its name."""

    def text(key: str) -> str:
        return str(row.get(key) or "")

    retrieved = row.get("retrieved")
    return Note(
        number,
        source_id,
        text("source") or source_id,
        text("url"),
        text("published_text") or text("published"),
        retrieved if isinstance(retrieved, date) else None,
        text("publisher"),
        text("licence"),
        cited,
    )


def _licences(store: Store) -> tuple[Licence, ...]:
    return tuple(
        Licence(
            str(r["dataset"] or ""),
            str(r["licence"] or ""),
            int(str(r["sources"])),
            r["retrieved"] if isinstance(r["retrieved"], date) else None,
        )
        for r in run_pack(store, "licences")
    )


def _strings(cell: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in cell) if isinstance(cell, list) else ()
