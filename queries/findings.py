"""What an assessment says: gaps, the organizations behind their numbers, actions, hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bulian.queries.facts import Link, Presence
from bulian.records import Cell, Row

CONFIDENCE = ("low", "medium", "high")
COLUMNS = (
    "finding_id", "chain", "link_id", "link", "stage", "status", "evidence", "hidden", "local_firms",
    "local_organizations", "nearby_firms", "national_firms", "criticality", "chokepoint", "demand",
    "downstream_reach", "feasibility", "priority", "action", "actions", "reason", "as_of",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What counts as presence. A firm that a filter takes away is counted in `hidden`, never forgotten."""

    min_confidence: str = "low"
    observed_only: bool = False
    since: date | None = None

    def keep(self, p: Presence) -> bool:
        grade = CONFIDENCE.index(p.confidence) if p.confidence in CONFIDENCE else 0
        if grade < CONFIDENCE.index(self.min_confidence):
            return False
        if self.observed_only and p.assertion == "inferred":
            return False
        return self.since is None or (p.as_of is not None and p.as_of >= self.since)


ALL_FACTS = Filters()


@dataclass(frozen=True, slots=True)
class Maker:
    """An organization behind a number, with what the claim rests on."""

    id: str
    name: str
    name_en: str
    kind: str
    city: str
    confidence: str
    as_of: date | None
    source_ids: tuple[str, ...]

    def label(self, lang: str) -> str:
        return (self.name_en if lang == "en" else "") or self.name


@dataclass(frozen=True, slots=True)
class GapAction:
    """One way to close or strengthen a link, with a sentence that says on what evidence."""

    action: str
    evidence: str
    organizations: tuple[Maker, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """A local firm whose main products name the link though it is not recorded in it: to be checked."""

    firm: Maker
    products: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """One assessed link of a chain in a region. Counts in `to_row`, organizations here."""

    finding_id: str
    chain_id: str
    chain: str
    link_id: str
    link: str
    stage: str
    parent: str
    status: str
    evidence: str
    hidden: int
    local: tuple[Maker, ...]
    local_orgs: tuple[Maker, ...]
    nearby: tuple[Maker, ...]
    national: tuple[Maker, ...]
    criticality: int | None
    chokepoint: bool | None
    demand: int
    downstream_reach: int
    feasibility: float
    priority: float
    parts: dict[str, float]
    actions: tuple[GapAction, ...]
    reason: str
    as_of: date | None
    source_ids: tuple[str, ...]
    typical_products: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def action(self) -> str:
        return self.actions[0].action if self.actions else ""

    def to_row(self) -> Row:
        """The columns of `bulian gaps`: codes in English, counts for organizations."""
        actions: list[Cell] = [{"action": a.action, "evidence": a.evidence} for a in self.actions]
        return {
            "finding_id": self.finding_id, "chain": self.chain, "link_id": self.link_id, "link": self.link,
            "stage": self.stage, "status": self.status, "evidence": self.evidence, "hidden": self.hidden,
            "local_firms": len(self.local), "local_organizations": len(self.local_orgs),
            "nearby_firms": len(self.nearby), "national_firms": len(self.national),
            "criticality": self.criticality, "chokepoint": self.chokepoint, "demand": self.demand,
            "downstream_reach": self.downstream_reach, "feasibility": self.feasibility,
            "priority": self.priority, "action": self.action, "actions": actions, "reason": self.reason,
            "as_of": self.as_of,
        }  # fmt: skip


@dataclass(frozen=True)
class Assessment:
    """Every assessed link of the chains, covered ones too, worst first; and what could not be counted."""

    region_id: str
    region: str
    chains: dict[str, str]  # id -> name
    as_of: date
    gaps: list[Gap]
    too_general: list[tuple[Link, Maker]] = field(default_factory=list)  # local firms known only on a group
    unlinked: tuple[Maker, ...] = ()  # local firms recorded in no link of any chain

    def with_status(self, statuses: Sequence[str]) -> list[Gap]:
        return [g for g in self.gaps if g.status in statuses]
