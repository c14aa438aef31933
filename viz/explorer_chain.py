"""The map of a chain: links in columns by stage, grouped by their group link, local organizations below."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.ontology.model import Ontology
from bulian.queries import run_pack
from bulian.queries.findings import Assessment, Gap
from bulian.viz.explorer_items import make_item, make_line
from bulian.viz.explorer_model import Item, Line, Picture, Section
from bulian.viz.explorer_read import Detail, Relation, read_details, read_relations
from bulian.viz.explorer_sheet import node_sheet, overview
from bulian.viz.explorer_text import say
from bulian.viz.layers import Block, Column

UPRIGHT = ("upstream", "midstream", "downstream", "application")  # the other stages lie below as lanes
ACTORS = "actors"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link belongs in its chain."""

    id: str
    stage: str
    parent_id: str


@dataclass(frozen=True)
class ChainShape:
    """The links of one chain, and which of them are groups: children, and no supply arc."""

    chain_id: str
    links: dict[str, Place]
    groups: frozenset[str]

    def group_of(self, link_id: str) -> str:
        """The nearest group above a link, or ""."""
        seen = {link_id}
        above = self.links[link_id].parent_id
        while above in self.links and above not in seen:
            if above in self.groups:
                return above
            seen.add(above)
            above = self.links[above].parent_id
        return ""


def chain_picture(
    store: Store,
    ontology: Ontology,
    gaps: Assessment | None,
    chain_ids: Sequence[str],
    region_id: str,
    lang: str,
) -> Picture:
    """All links of the chains with findings, supply arcs, and the local organizations behind the numbers.

    Raises UsageError for a chain that has no links.
    """
    found = {g.link_id: g for g in gaps.gaps} if gaps else {}
    places = {c: _links(store, c) for c in chain_ids}
    local = _local(gaps, [i for links in places.values() for i in links])
    ids = [*chain_ids, *(i for links in places.values() for i in links), *local, region_id]
    details = read_details(store, ontology, ids)
    relations = read_relations(store, [*chain_ids, *(i for p in places.values() for i in p), *local])
    shapes = [ChainShape(c, p, _groups(p, relations)) for c, p in places.items()]
    leaders = _leaders(details, relations, local)
    items = [
        item for shape in shapes for item in _link_items(shape, details, found, leaders, ontology, lang)
    ] + [_actor(details[i], i in leaders, ontology, lang) for i in local if i in details]
    drawn = {i.id for i in items}
    sections = [
        Section(
            details[s.chain_id].label(lang) if len(shapes) > 1 else "", *_layout(s, details, ontology, lang)
        )
        for s in shapes
    ]
    if actors := [i for i in items if i.look == "actor"]:
        sections.append(_actor_section(actors, ontology, lang))
    region = details.get(region_id)
    return Picture(
        title=_title(shapes, details, lang),
        region=gaps.region if gaps else region.label(lang) if region else "",
        as_of=gaps.as_of if gaps else _latest(details.values()),
        items=tuple(items),
        lines=tuple(_lines(relations, drawn, ontology, lang)),
        sections=tuple(sections),
        overview=overview(gaps, ontology, lang),
    )


def _links(store: Store, chain_id: str) -> dict[str, Place]:
    links: dict[str, Place] = {}
    for row in run_pack(store, "chain_links", {"chain": chain_id}):
        link = Place(str(row["link_id"]), str(row["stage"] or ""), str(row["parent_id"] or ""))
        links.setdefault(link.id, link)
    if not links:
        raise UsageError(
            f"{chain_id} has no links in this graph", "`bulian query run chains` lists the chains"
        )
    return links


def _groups(links: Mapping[str, Place], relations: Iterable[Relation]) -> frozenset[str]:
    parents = {p.parent_id for p in links.values()}
    joined = {end for r in relations if r.kind == "FEEDS" for end in (r.source, r.target)}
    return frozenset(i for i in links if i in parents and i not in joined)


def _local(gaps: Assessment | None, links: Sequence[str]) -> list[str]:
    wanted = set(links)
    return list(
        dict.fromkeys(
            m.id
            for g in (gaps.gaps if gaps else [])
            if g.link_id in wanted
            for m in (*g.local, *g.local_orgs)
        )
    )


def _leaders(details: Mapping[str, Detail], relations: Iterable[Relation], local: Sequence[str]) -> set[str]:
    leading = {r.source for r in relations if r.kind == "LEADS"}
    return leading | {i for i in local if i in details and details[i].props.get("is_chain_leader") is True}


def _link_items(
    shape: ChainShape,
    details: Mapping[str, Detail],
    found: Mapping[str, Gap],
    leaders: set[str],
    ontology: Ontology,
    lang: str,
) -> list[Item]:
    inside: dict[str, list[str]] = defaultdict(list)
    for link in shape.links:
        inside[shape.group_of(link)].append(link)
    items = []
    for link in shape.links:
        if link in shape.groups:
            items.append(_group_item(details[link], _below(link, inside), found, ontology, lang))
            continue
        item = make_item(details[link], found.get(link), ontology, lang)
        if link in found and any(m.id in leaders for m in found[link].local):
            item = replace(item, marks=(*item.marks, "leader"))
        items.append(item)
    return items


def _below(group: str, inside: Mapping[str, list[str]]) -> list[str]:
    """Every link under a group, through groups inside it."""
    found: list[str] = []
    waiting = [group]
    while waiting:
        here = [i for i in inside.get(waiting.pop(), ()) if i not in found]
        found += here
        waiting += here
    return found


def _group_item(
    detail: Detail, below: Iterable[str], found: Mapping[str, Gap], ontology: Ontology, lang: str
) -> Item:
    assessed = [found[i] for i in below if i in found]
    missing = sum(g.status == "missing" for g in assessed)
    note = say("group_note", lang, missing=missing, all=len(assessed)) if assessed else ""
    lead = " · ".join(x for x in (say("group", lang), note) if x)
    sheet = replace(node_sheet(detail, ontology, lang), lead=lead)
    return replace(make_item(detail, None, ontology, lang), look="group", note=note, marks=(), sheet=sheet)


def _actor(detail: Detail, leads: bool, ontology: Ontology, lang: str) -> Item:
    item = make_item(detail, None, ontology, lang)
    short = detail.text("short_name") if lang != "en" else ""
    return replace(item, label=short or item.label, marks=("leader",) if leads else ())


def _layout(
    shape: ChainShape, details: Mapping[str, Detail], ontology: Ontology, lang: str
) -> tuple[tuple[Column, ...], tuple[Block, ...]]:
    """Columns and lanes by stage; one block for each group in each stage where it has links."""
    stages = ontology.scheme("stage").concepts
    used = {p.stage for p in shape.links.values()}
    order = [*UPRIGHT, *(s for s in stages if s not in UPRIGHT), *sorted(used - set(stages) - set(UPRIGHT))]
    columns = [
        Column(
            key=s,
            title=stages[s].label[lang] if s in stages else s,
            lane=s not in UPRIGHT,
            colour=(stages[s].colour or "") if s in stages else "",
            flows=True,
        )
        for s in order
        if s in used
    ]
    members: dict[tuple[str, str], list[str]] = {}
    for link, place in shape.links.items():
        key = (place.stage, link if link in shape.groups else shape.group_of(link))
        members.setdefault(key, []).extend([] if link in shape.groups else [link])
    mixed = Counter(stage for stage, _ in members)
    mixed.subtract(mixed.keys())  # stages with more than one block
    blocks = [
        Block(
            key=f"{shape.chain_id}/{stage}/{group}",
            column=stage,
            title=details[group].label(lang) if group else say("other_stage", lang) if mixed[stage] else "",
            items=tuple(links),
            header=group if group and shape.links[group].stage == stage else None,
        )
        for (stage, group), links in members.items()
    ]
    return tuple(columns), tuple(blocks)


def _actor_section(actors: Sequence[Item], ontology: Ontology, lang: str) -> Section:
    kinds: dict[str, list[Item]] = defaultdict(list)
    for actor in actors:
        kinds[actor.kind].append(actor)
    blocks = [
        Block(
            f"{ACTORS}/{kind}",
            ACTORS,
            f"{ontology.classes[kind].plural[lang] if kind in ontology.classes else kind} {len(kinds[kind])}",
            tuple(i.id for i in sorted(kinds[kind], key=lambda i: ("leader" not in i.marks, i.label))),
        )
        for kind in sorted(kinds, key=lambda k: -len(kinds[k]))
    ]
    column = Column(ACTORS, say("actors_lane", lang), lane=True, colour="#475569")
    return Section("", (column,), tuple(blocks), aside=True)


def _lines(relations: Iterable[Relation], drawn: set[str], ontology: Ontology, lang: str) -> Iterable[Line]:
    """Supply arcs are always drawn; the rest beside the selection, or the map could not be read."""
    for relation in relations:
        if relation.source in drawn and relation.target in drawn:
            yield replace(make_line(relation, ontology, lang), quiet=relation.kind != "FEEDS")


def _title(shapes: Sequence[ChainShape], details: Mapping[str, Detail], lang: str) -> str:
    names = [details[s.chain_id].label(lang) if s.chain_id in details else s.chain_id for s in shapes]
    return say("chain_title", lang, name=(", " if lang == "en" else "、").join(names))


def _latest(details: Iterable[Detail]) -> date | None:
    dates = [d.props.get("updated_at") for d in details]
    return max((d for d in dates if isinstance(d, date)), default=None)
