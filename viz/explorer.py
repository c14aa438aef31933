"""Explorer pages: a chain map, the surroundings of a node, the nodes of a query's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bulian.errors import UnknownName, UsageError
from bulian.graph.store import Store
from bulian.ontology.model import Ontology
from bulian.queries.findings import Assessment
from bulian.records import Cell, Row
from bulian.viz.explorer_chain import chain_picture
from bulian.viz.explorer_items import make_item, make_line
from bulian.viz.explorer_model import Item, Picture, Section, cap
from bulian.viz.explorer_page import render, write_page
from bulian.viz.explorer_read import Detail, read_around, read_details, read_relations, read_sources
from bulian.viz.explorer_text import say
from bulian.viz.layers import Block, Column

__all__ = ["explore_chain", "explore_neighbourhood", "explore_rows", "write_page"]

_ID = re.compile(r"[a-z][a-z0-9-]*:\S+")
MAX_NODES = 5000
MANY_LINES = 150  # around a node; of more only those of the node itself are always drawn


def explore_chain(
    store: Store,
    ontology: Ontology,
    gaps: Assessment | None,
    chain_ids: Sequence[str],
    region_id: str,
    *,
    lang: str = "zh",
    max_nodes: int = MAX_NODES,
) -> str:
    """HTML of the map of chains as a region has them; no `chain_ids`: those that `gaps` assessed.

    Without `gaps` links have no status. Raises UsageError for a chain that has no links.
    """
    chosen = list(chain_ids) or list(gaps.chains if gaps else ())
    picture = chain_picture(store, ontology, gaps, chosen, region_id, lang)
    rank = {"link": 0.0, "group": 0.0}
    picture = cap(picture, _limit(max_nodes), lambda i: rank.get(i.look, 1.0))
    return _html(store, ontology, picture, lang, max_nodes)


def explore_neighbourhood(
    store: Store,
    ontology: Ontology,
    focus_id: str,
    hops: int = 1,
    *,
    gaps: Assessment | None = None,
    lang: str = "zh",
    max_nodes: int = MAX_NODES,
) -> str:
    """HTML of a node and everything within some hops: what points at it on the left, what it points at right.

    Raises UnknownName when there is no such node, UsageError for less than one hop.
    """
    if hops < 1:
        raise UsageError(f"{hops} hops show nothing", "give 1 or more")
    distance = read_around(store, focus_id, hops)
    details = read_details(store, ontology, distance)
    if focus_id not in details:
        raise UnknownName("node", focus_id)
    columns = [Column(str(n), _hop(n, lang)) for n in range(-hops, hops + 1)]
    picture = _picture(store, ontology, details, gaps, lang)
    home = {i: str(n) for i, n in distance.items()}
    title = say("focus_title", lang, name=details[focus_id].label(lang), hops=hops)
    if len(picture.lines) > MANY_LINES:
        quiet = (replace(e, quiet=focus_id not in (e.source, e.target)) for e in picture.lines)
        picture = replace(picture, lines=tuple(quiet))
    picture = replace(
        picture, title=title, focus=focus_id, sections=(_section(columns, home, picture, ontology, lang),),
        items=tuple(replace(i, marks=(*i.marks, "focus")) if i.id == focus_id else i for i in picture.items),
    )  # fmt: skip
    picture = cap(picture, _limit(max_nodes), lambda i: abs(distance[i.id]))
    return _html(store, ontology, picture, lang, max_nodes)


def _hop(n: int, lang: str) -> str:
    if abs(n) > 1:
        return say("further", lang, n=abs(n))
    return say(("incoming", "centre", "outgoing")[n + 1], lang)


def explore_rows(
    store: Store,
    ontology: Ontology,
    rows: Sequence[Row],
    *,
    title: str,
    columns: Mapping[str, str],
    gaps: Assessment | None = None,
    lang: str = "zh",
    max_nodes: int = MAX_NODES,
) -> str:
    """HTML of the nodes whose ids stand in a query's rows, one column of the map for each of `columns`.

    `columns`: column of the rows -> its heading. A list of ids that stands alone is a way, step by step.
    Raises UsageError when the rows hold no id of a node of this graph.
    """
    home, heads = _homes(rows, columns, ontology)
    details = read_details(store, ontology, home)
    if not details:
        raise UsageError(
            "the rows hold no ids of nodes", "choose a query with a column such as link_id or firm_id"
        )
    picture = _picture(store, ontology, details, gaps, lang)
    order = {i: n for n, i in enumerate(home)}
    shown = [Column(key, head) for key, head in heads.items()]
    picture = replace(picture, title=title, sections=(_section(shown, home, picture, ontology, lang),))
    picture = cap(picture, _limit(max_nodes), lambda i: order[i.id])
    return _html(store, ontology, picture, lang, max_nodes)


def _homes(
    rows: Sequence[Row], columns: Mapping[str, str], ontology: Ontology
) -> tuple[dict[str, str], dict[str, str]]:
    """Node id -> key of its map column, in the order of the rows; and the headings of the map columns."""
    found = [(c, _ids(row.get(c), ontology), isinstance(row.get(c), list)) for row in rows for c in columns]
    found = [f for f in found if f[1]]
    ways = all(is_list for _, _, is_list in found) and len({c for c, _, _ in found}) == 1
    home: dict[str, str] = {}
    for column, ids, _ in found:
        for n, node_id in enumerate(ids, 1):
            home.setdefault(node_id, f"{n:03}" if ways else column)
    used = set(home.values())
    if ways:
        return home, {key: str(int(key)) for key in sorted(used)}
    return home, {c: head for c, head in columns.items() if c in used}


def _ids(value: Cell, ontology: Ontology) -> list[str]:
    """Ids of nodes in a cell; sources are cited and not drawn."""
    texts = value if isinstance(value, list) else [value]
    return [
        t
        for t in texts
        if isinstance(t, str) and _ID.fullmatch(t) and (c := ontology.class_of_id(t)) and c.name != "Source"
    ]


def _section(
    columns: Iterable[Column], home: Mapping[str, str], picture: Picture, ontology: Ontology, lang: str
) -> Section:
    """One block for each column and class."""
    blocks: dict[tuple[str, str], list[str]] = {}
    for item in picture.items:
        blocks.setdefault((home[item.id], item.kind), []).append(item.id)
    place = {name: n for n, name in enumerate(ontology.classes)}
    made = [
        Block(f"{column}/{kind}", column, f"{_plural(ontology, kind, lang)} {len(ids)}", tuple(ids))
        for (column, kind), ids in sorted(blocks.items(), key=lambda b: (b[0][0], place.get(b[0][1], 999)))
    ]
    return Section("", tuple(columns), tuple(made))


def _plural(ontology: Ontology, kind: str, lang: str) -> str:
    return ontology.classes[kind].plural[lang] if kind in ontology.classes else kind


def _picture(
    store: Store, ontology: Ontology, details: Mapping[str, Detail], gaps: Assessment | None, lang: str
) -> Picture:
    found = {g.link_id: g for g in gaps.gaps} if gaps else {}
    relations = read_relations(store, details)
    return Picture(
        title="",
        region=gaps.region if gaps else "",
        as_of=gaps.as_of if gaps else max((r.as_of for r in relations if r.as_of), default=None),
        items=tuple(make_item(d, found.get(d.id), ontology, lang) for d in details.values()),
        lines=tuple(make_line(r, ontology, lang) for r in relations),
        sections=(),
    )


def _html(store: Store, ontology: Ontology, picture: Picture, lang: str, max_nodes: int) -> str:
    cited = {s for i in picture.items for s in _cited(i)} | {
        s for line in picture.lines for s in line.source_ids
    }
    picture = replace(picture, sources=read_sources(store, cited))
    return render(picture, ontology, lang=lang, max_nodes=max_nodes)


def _cited(item: Item) -> Iterable[str]:
    yield from item.sheet.source_ids
    for part in item.sheet.parts:
        for entry in part.entries:
            yield from entry.source_ids


def _limit(max_nodes: int) -> int:
    if max_nodes < 1:
        raise UsageError(f"a page of {max_nodes} nodes shows nothing", "give --max-nodes 1 or more")
    return max_nodes
