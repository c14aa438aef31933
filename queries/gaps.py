"""Chain gaps of a region: status, evidence, actions and priority of every assessed link.

The rules are written down in docs/gaps.md. All facts come through query packs, so both engines give the
same answer; what is decided here is decided on plain data.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.queries import reasons
from bulian.queries.facts import ChainFacts, Link, Places, Presence, read_chain, read_places
from bulian.queries.findings import ALL_FACTS, CONFIDENCE, Assessment, Filters, Gap, GapAction, Hint, Maker
from bulian.queries.pack import run_pack
from bulian.records import Cell, Row

SURVEY_DAYS = 365


@dataclass(frozen=True, slots=True)
class Weights:
    """Read from priority.toml."""

    weight: dict[str, float]
    severity: dict[str, float]


@cache
def weights() -> Weights:
    data = tomllib.loads(files("bulian.queries").joinpath("priority.toml").read_text("utf-8"))
    return Weights(data["weight"], data["severity"])


def assess(
    store: Store,
    region_id: str,
    chain_ids: Sequence[str] = (),
    *,
    lang: str = "zh",
    filters: Filters = ALL_FACTS,
    covered_from: int = 3,
    today: date | None = None,
) -> Assessment:
    """Assess the links of some chains (default: every chain that has links) in a region and all inside it.

    `covered_from`: number of local firms from which a link counts as covered (2 or more).
    Raises UsageError when a chain has no links or the region is unknown.
    """
    if covered_from < 2:
        raise UsageError(f"a link cannot be covered by {covered_from} firm(s)", "give 2 or more")
    today = today or date.today()
    places = read_places(store)
    if region_id not in places.name:
        raise UsageError(f"no place {region_id} in this graph", "`bulian query run places` lists them")
    known = {str(r["chain_id"]): r for r in run_pack(store, "chains") if r["links"]}
    empty = [c for c in chain_ids if c not in known]
    if empty:
        raise UsageError(f"{empty[0]} has no links in this graph", f"chains with links: {', '.join(known)}")
    gaps: list[Gap] = []
    general: list[tuple[Link, Maker]] = []
    chains: dict[str, str] = {}
    for chain_id in chain_ids or list(known):
        row = known[chain_id]
        facts = read_chain(store, chain_id, str(row["chain"]), str(row["chain_en"] or ""))
        chains[chain_id] = (facts.name_en if lang == "en" else "") or facts.name
        hints = run_pack(store, "local_product_hints", {"chain": chain_id, "region": region_id})
        one = _Assessor(facts, hints, places, region_id, lang, filters, covered_from, today)
        gaps += [one.gap(link) for link in facts.assessed]
        general += one.too_general()
    gaps.sort(key=lambda g: (-g.priority, g.finding_id))
    unlinked = run_pack(store, "firms_without_link", {"region": region_id})
    return Assessment(
        region_id, places.label(region_id, lang), chains, today, gaps, general, tuple(map(_firm, unlinked))
    )


class _Assessor:
    """The rules for one chain in one region, over facts already read."""

    def __init__(
        self,
        facts: ChainFacts,
        hints: list[Row],
        places: Places,
        region_id: str,
        lang: str,
        filters: Filters,
        covered_from: int,
        today: date,
    ) -> None:
        self.facts, self.places, self.region_id, self.lang = facts, places, region_id, lang
        self.filters, self.covered_from, self.today = filters, covered_from, today
        self.hints: dict[str, list[Hint]] = defaultdict(list)
        for row in hints:
            words = tuple(_list(row["matched"]))
            self.hints[str(row["link_id"])].append(Hint(_firm(row), words))
        self.region = places.label(region_id, lang)
        self.province = places.province_of(region_id)
        self.partners = places.partners(region_id)
        self.local_of = {
            link: _makers(p for p in self._presence(link) if filters.keep(p) and self._here(p))
            for link in facts.links
        }
        self.max_reach = max((len(facts.downstream[link]) for link in facts.assessed), default=0)

    def _here(self, p: Presence) -> bool:
        return self.places.any_within(p.places, self.region_id)

    def _presence(self, link_id: str) -> list[Presence]:
        return [p for kind in self.facts.variants[link_id] for p in self.facts.makers.get(kind, ())]

    def gap(self, link_id: str) -> Gap:
        """Everything that is said about one link."""
        link, facts = self.facts.links[link_id], self.facts
        everyone = self._presence(link_id)
        kept = [p for p in everyone if self.filters.keep(p)]
        local = self.local_of[link_id]
        here = {m.id for m in local}
        near_or_here = [p for p in kept if self.province and self.places.any_within(p.places, self.province)]
        nearby = _makers(p for p in near_or_here if p.organization_id not in here)
        close = here | {m.id for m in nearby}
        national = _makers(p for p in kept if p.organization_id not in close)
        hidden = len({p.organization_id for p in everyone if self._here(p)} - here)
        away = {p.organization_id for p in everyone if not self._here(p)}
        elsewhere_hidden = len(away - {p.organization_id for p in kept})
        status = self._status(len(local))
        survey = self._survey(link_id)
        research = [p for kind in facts.variants[link_id] for p in facts.researchers.get(kind, ())]
        local_orgs = _makers(p for p in research if self.filters.keep(p) and self._here(p))
        evidence = "filtered" if hidden else "surveyed" if survey and survey["found"] == 0 else "not_surveyed"
        parts = self._parts(link, local_orgs)
        hints = tuple(self.hints[link_id]) if status != "covered" else ()
        actions = self._actions(link_id, status, bool(everyone), kept, local, local_orgs, nearby, national)
        w = weights()
        return Gap(
            finding_id="/".join(["gap", *(_slug(x) for x in (facts.chain_id, link_id, self.region_id))]),
            chain_id=facts.chain_id,
            chain=(facts.name_en if self.lang == "en" else "") or facts.name,
            link_id=link_id,
            link=self._link_name(link_id),
            stage=link.stage,
            parent=link.parent,
            status=status,
            evidence=evidence,
            hidden=hidden,
            local=local,
            local_orgs=local_orgs,
            nearby=nearby,
            national=national,
            criticality=link.criticality,
            chokepoint=link.chokepoint,
            demand=self._demand(link_id),
            downstream_reach=len(facts.downstream[link_id]),
            feasibility=parts["feasibility"],
            priority=round(w.severity[status] * sum(w.weight[k] * v for k, v in parts.items()), 4),
            parts=parts,
            actions=actions,
            reason=reasons.reason(
                self.lang, self.region, self._link_name(link_id), status, evidence, hidden, local, local_orgs,
                nearby, national, survey, [(h.firm, h.products) for h in hints], elsewhere_hidden,
            ),
            as_of=max((p.as_of for p in (*everyone, *research) if p.as_of), default=None),
            source_ids=tuple(sorted({*link.source_ids, *(s for m in local for s in m.source_ids)})),
            typical_products=link.typical_products,
            hints=hints,
        )  # fmt: skip

    def _link_name(self, link_id: str) -> str:
        link = self.facts.links[link_id]
        return (link.name_en if self.lang == "en" else "") or link.name

    def _status(self, firms: int) -> str:
        if firms >= self.covered_from:
            return "covered"
        return ("missing", "single_source", "thin")[min(firms, 2)]

    def _survey(self, link_id: str) -> Row | None:
        """The newest survey that still counts, of the region or of a place around it."""
        around = set(self.places.around(self.region_id))
        valid = []
        for row in self.facts.surveys.get(link_id, ()):
            when, days = row["date"], row["expires_after"]
            if str(row["region_id"]) not in around or not isinstance(when, date):
                continue
            if 0 <= (self.today - when).days <= (days if isinstance(days, int) else SURVEY_DAYS):
                valid.append((when, int(str(row["found"] or 0)), str(row["survey_id"]), row))
        return max(valid, key=lambda v: v[:3])[3] if valid else None

    def _demand(self, link_id: str) -> int:
        """Local customers: organizations here that ask for the link, and firms here in links it feeds."""
        asking = {
            str(d["organization_id"])
            for d in self.facts.demands.get(link_id, ())
            if self.places.any_within(tuple(_list(d["places"])), self.region_id)
        }
        fed = {m.id for nxt in self.facts.fed.get(link_id, ()) for m in self.local_of[nxt]}
        return len(asking | fed)

    def _parts(self, link: Link, local_orgs: tuple[Maker, ...]) -> dict[str, float]:
        near = self.facts.neighbours[link.id]
        present = sum(1 for n in near if self.local_of[n])
        demand = self._demand(link.id)
        return {
            "criticality": round((link.criticality - 1) / 4, 4) if link.criticality is not None else 0.5,
            "chokepoint": 1.0 if link.chokepoint else 0.0,
            "downstream": round(len(self.facts.downstream[link.id]) / self.max_reach, 4)
            if self.max_reach
            else 0.0,
            "demand": round(demand / (demand + 2), 4),
            "feasibility": round(0.7 * (present / len(near) if near else 0) + 0.3 * bool(local_orgs), 4),
        }

    def _actions(
        self,
        link_id: str,
        status: str,
        anybody: bool,
        kept: list[Presence],
        local: tuple[Maker, ...],
        local_orgs: tuple[Maker, ...],
        nearby: tuple[Maker, ...],
        national: tuple[Maker, ...],
    ) -> tuple[GapAction, ...]:
        """Every way that applies, in the order in which it is worth trying."""
        if status == "covered":
            return ()
        say = reasons.ActionText(self.lang, self.region)
        ways: list[GapAction] = []
        if local_orgs:
            ways.append(
                GapAction("convert", say.convert([m.label(self.lang) for m in local_orgs]), local_orgs)
            )
        here = {m.id for m in local}
        partners = self._partner_makers([p for p in kept if p.organization_id not in here])
        if partners:
            firms = tuple({m.id: m for _, makers in partners for m in makers}.values())
            named = [(self.places.label(p, self.lang), len(makers)) for p, makers in partners]
            ways.append(GapAction("collaborate", say.collaborate(named), firms))
        if nearby or national:
            ways.append(GapAction("attract", say.attract(len(nearby), len(national)), nearby + national))
        adjacent = [(n, self.local_of[n]) for n in self.facts.neighbours[link_id] if self.local_of[n]]
        grown = tuple({m.id: m for m in (*local, *(m for _, ms in adjacent for m in ms))}.values())
        if grown:
            text = say.grow(
                [m.label(self.lang) for m in local], [self._link_name(n) for n, _ in adjacent], len(grown)
            )
            way = GapAction("grow", text, grown)
            ways = [*ways, way] if status == "missing" else [way, *ways]
        if not anybody:
            ways.append(GapAction("import_dependent", say.import_dependent()))
        return tuple(ways)

    def _partner_makers(self, elsewhere: list[Presence]) -> list[tuple[str, tuple[Maker, ...]]]:
        found = []
        for partner in self.partners:
            makers = _makers(p for p in elsewhere if self.places.any_within(p.places, partner))
            if makers:
                found.append((partner, makers))
        return sorted(found, key=lambda f: (-len(f[1]), f[0]))

    def too_general(self) -> list[tuple[Link, Maker]]:
        """Local firms that are known only on a group link; they count for no link in it."""
        return [(self.facts.links[g], m) for g in sorted(self.facts.groups) for m in self.local_of[g]]


def _makers(presences: Iterable[Presence]) -> tuple[Maker, ...]:
    best: dict[str, Maker] = {}
    for p in presences:
        m = Maker(p.organization_id, p.name, p.name_en, p.kind, p.city, p.confidence, p.as_of, p.source_ids)
        old = best.get(m.id)
        if old is None or _grade(m) > _grade(old):
            best[m.id] = m
    return tuple(best[k] for k in sorted(best, key=lambda k: (-_grade(best[k]), k)))


def _firm(row: Row) -> Maker:
    return Maker(
        str(row["firm_id"]), str(row["firm"]), str(row["firm_en"] or ""), "firm", str(row["city"] or ""),
        str(row["confidence"] or ""), None, tuple(_list(row["source_ids"])),
    )  # fmt: skip


def _grade(m: Maker) -> int:
    return CONFIDENCE.index(m.confidence) if m.confidence in CONFIDENCE else 0


def _slug(node_id: str) -> str:
    return node_id.partition(":")[2] or node_id


def _list(cell: Cell) -> list[str]:
    return [str(x) for x in cell] if isinstance(cell, list) else []
