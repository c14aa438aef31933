"""Everything the graph says about one chain, read through the packs once and held as plain data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bulian.graph.store import Store
from bulian.queries.pack import run_pack
from bulian.records import Row

PLACE_DEPTH = 20  # far above any real administrative tree; ends the walk on a cyclic one


@dataclass(frozen=True, slots=True)
class Presence:
    """One organization in one link, as one edge states it. `places`: where it lies, also through a park."""

    link_id: str
    organization_id: str
    name: str
    name_en: str
    kind: str
    city: str
    places: tuple[str, ...]
    confidence: str
    assertion: str
    as_of: date | None
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain. Unknown grades stay None."""

    id: str
    name: str
    name_en: str
    parent_id: str | None
    parent: str
    stage: str
    criticality: int | None
    chokepoint: bool | None
    typical_products: tuple[str, ...]
    source_ids: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """The tree of places and the cooperations between them."""

    parent: dict[str, str]
    name: dict[str, str]
    name_en: dict[str, str]
    level: dict[str, str]
    cooperations: list[Row]

    def around(self, place_id: str) -> list[str]:
        """The place itself, then what encloses it, nearest first."""
        chain = [place_id]
        while len(chain) < PLACE_DEPTH and (up := self.parent.get(chain[-1])) and up not in chain:
            chain.append(up)
        return chain

    @cached_property
    def _around(self) -> dict[str, frozenset[str]]:
        return {p: frozenset(self.around(p)) for p in self.name}

    def within(self, place_id: str, region_id: str) -> bool:
        return region_id in self._around.get(place_id, ())

    def any_within(self, place_ids: tuple[str, ...], region_id: str) -> bool:
        return any(self.within(p, region_id) for p in place_ids)

    def province_of(self, place_id: str) -> str | None:
        return next((p for p in self.around(place_id) if self.level.get(p) == "province"), None)

    def label(self, place_id: str, lang: str) -> str:
        return (self.name_en.get(place_id) if lang == "en" else None) or self.name.get(place_id, place_id)

    def partners(self, region_id: str) -> dict[str, list[Row]]:
        """Places joined to the region, to one in it or one around it, with the cooperations that say so.

        An intention is no partnership, and neither a place around the region nor one in it is a partner.
        """
        home = set(self.around(region_id)) | {p for p in self.name if self.within(p, region_id)}
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.cooperations:
            a, b = str(row["from_id"]), str(row["to_id"])
            if row["kind"] == "intended" or (a in home) == (b in home):
                continue
            found[b if a in home else a].append(row)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class ChainFacts:
    """One chain: links, arcs and who is where."""

    chain_id: str
    name: str
    name_en: str
    links: dict[str, Link]
    arcs: list[tuple[str, str, str]]  # from link, to link, role
    makers: dict[str, list[Presence]]
    researchers: dict[str, list[Presence]]
    demands: dict[str, list[Row]]
    surveys: dict[str, list[Row]]
    children: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def groups(self) -> frozenset[str]:
        """Links that only sum up others: they have children and take part in no supply arc."""
        joined = {end for a, b, _ in self.arcs for end in (a, b)}
        return frozenset(link for link in self.links if self.children.get(link) and link not in joined)

    @cached_property
    def assessed(self) -> list[str]:
        return [link for link in sorted(self.links) if link not in self.groups]

    @cached_property
    def variants(self) -> dict[str, list[str]]:
        """Link -> itself and every link that is a kind of it, through any number of `variant` arcs."""
        kinds: dict[str, list[str]] = defaultdict(list)
        for source, target, role in self.arcs:
            if role == "variant":
                kinds[target].append(source)
        return {link: _reach(link, kinds) for link in self.links}

    @cached_property
    def downstream(self) -> dict[str, list[str]]:
        """Link -> links of this chain that its output reaches along supply arcs, without itself."""
        feeds: dict[str, list[str]] = defaultdict(list)
        for source, target, _ in self.arcs:
            feeds[source].append(target)
        return {
            link: [x for x in _reach(link, feeds) if x != link and x in self.links] for link in self.links
        }

    @cached_property
    def fed(self) -> dict[str, list[str]]:
        """Link -> links that it feeds directly."""
        fed: dict[str, list[str]] = defaultdict(list)
        for source, target, _ in self.arcs:
            if target in self.links:
                fed[source].append(target)
        return dict(fed)

    @cached_property
    def neighbours(self) -> dict[str, list[str]]:
        """Link -> assessed links next to it: joined by a supply arc, or under the same parent."""
        near: dict[str, set[str]] = defaultdict(set)
        for source, target, _ in self.arcs:
            near[source].add(target)
            near[target].add(source)
        for siblings in self.children.values():
            for link in siblings:
                near[link].update(siblings)
        known = set(self.assessed)
        return {link: sorted((near[link] & known) - {link}) for link in self.links}


def _reach(start: str, step: dict[str, list[str]]) -> list[str]:
    seen, queue = {start: None}, [start]
    while queue:
        for nxt in step.get(queue.pop(), ()):
            if nxt not in seen:
                seen[nxt] = None
                queue.append(nxt)
    return list(seen)


def read_places(store: Store) -> Places:
    """The whole place tree (hundreds to thousands of rows) and every cooperation."""
    rows = run_pack(store, "places")
    return Places(
        parent={_s(r["place_id"]): _s(r["parent_id"]) for r in rows if r["parent_id"]},
        name={_s(r["place_id"]): _s(r["place"]) for r in rows},
        name_en={_s(r["place_id"]): _s(r["place_en"]) for r in rows},
        level={_s(r["place_id"]): _s(r["level"]) for r in rows},
        cooperations=run_pack(store, "cooperations"),
    )


def read_chain(store: Store, chain_id: str, name: str, name_en: str) -> ChainFacts:
    """Read one chain in seven queries."""
    params = {"chain": chain_id}
    links: dict[str, Link] = {}
    children: dict[str, list[str]] = defaultdict(list)
    for r in run_pack(store, "chain_links", params):
        link = _link(r)
        links.setdefault(link.id, link)
        if link.parent_id:
            children[link.parent_id].append(link.id)
    arcs = [
        (_s(r["from_id"]), _s(r["to_id"]), _s(r["role"])) for r in run_pack(store, "chain_supplies", params)
    ]
    makers = [_presence(r, "firm", "firm") for r in run_pack(store, "chain_makers", params)]
    researchers = [
        _presence(r, "organization", _s(r["kind"])) for r in run_pack(store, "chain_researchers", params)
    ]
    return ChainFacts(
        chain_id, name, name_en, links, arcs,
        _by_link(makers), _by_link(researchers),
        _rows_by_link(run_pack(store, "chain_demands", params)),
        _rows_by_link(run_pack(store, "chain_surveys", params)),
        dict(children),
    )  # fmt: skip


def _link(r: Row) -> Link:
    criticality, chokepoint = r["criticality"], r["chokepoint"]
    return Link(
        id=_s(r["link_id"]),
        name=_s(r["link"]),
        name_en=_s(r["link_en"]),
        parent_id=_s(r["parent_id"]) or None,
        parent=_s(r["parent"]),
        stage=_s(r["stage"]),
        criticality=int(criticality) if isinstance(criticality, int | float) else None,
        chokepoint=chokepoint if isinstance(chokepoint, bool) else None,
        typical_products=_strings(r["typical_products"]),
        source_ids=_strings(r["source_ids"]),
    )


def _presence(r: Row, prefix: str, kind: str) -> Presence:
    as_of = r["as_of"]
    return Presence(
        link_id=_s(r["link_id"]),
        organization_id=_s(r[f"{prefix}_id"]),
        name=_s(r[prefix]),
        name_en=_s(r[f"{prefix}_en"]),
        kind=kind,
        city=_s(r["city"]),
        places=_strings(r["places"]),
        confidence=_s(r["confidence"]),
        assertion=_s(r["assertion"]),
        as_of=as_of if isinstance(as_of, date) else None,
        source_ids=_strings(r["source_ids"]),
    )


def _by_link(rows: list[Presence]) -> dict[str, list[Presence]]:
    table: dict[str, list[Presence]] = defaultdict(list)
    for row in rows:
        table[row.link_id].append(row)
    return dict(table)


def _rows_by_link(rows: list[Row]) -> dict[str, list[Row]]:
    table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        table[_s(row["link_id"])].append(row)
    return dict(table)


def _s(value: Any) -> str:
    return "" if value is None else str(value)


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()
