"""What explorer pages read from the graph, through query packs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bulian.graph.store import Store
from bulian.ontology.model import Ontology
from bulian.queries import run_pack
from bulian.records import Cell, Row
from bulian.viz.explorer_model import SourceRef

BATCH = 2000  # ids in one query


@dataclass(frozen=True, slots=True)
class Detail:
    """A node as its sheet shows it; `props` holds only what is known."""

    id: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    confidence: str = ""
    source_ids: tuple[str, ...] = ()
    props: Mapping[str, Cell] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        english = self.props.get("name_en") if lang == "en" else None
        return str(english or self.name)

    def text(self, name: str) -> str:
        value = self.props.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship with what it rests on."""

    source: str
    target: str
    kind: str
    role: str
    detail: str
    assertion: str
    as_of: date | None
    source_ids: tuple[str, ...]


def read_details(store: Store, ontology: Ontology, ids: Iterable[str]) -> dict[str, Detail]:
    """The nodes of these ids, by id; ids that are not in the graph are left out."""
    return {
        detail.id: detail
        for batch in _batches(ids)
        for detail in (_detail(r, ontology) for r in run_pack(store, "node_details", {"ids": batch}))
    }


def _detail(row: Row, ontology: Ontology) -> Detail:
    node_id = str(row["node_id"])
    found = ontology.class_of_id(node_id)
    known = row["properties"]
    return Detail(
        id=node_id,
        kind=found.name if found else node_id.partition(":")[0],
        name=str(row["name"] or node_id),
        aliases=strings(row["aliases"]),
        pinyin=strings(row["pinyin"]),
        confidence=str(row["confidence"] or ""),
        source_ids=strings(row["source_ids"]),
        props={
            str(p["name"]): p["value"] for p in known if isinstance(p, dict) and p["value"] not in ("", [])
        }
        if isinstance(known, list)
        else {},
    )


def read_relations(store: Store, ids: Iterable[str]) -> list[Relation]:
    """Every relationship that has both ends among these nodes, except from a node to itself."""
    rows = run_pack(store, "relationships_among", {"ids": sorted(set(ids))})
    return [_relation(r) for r in rows if r["from_id"] != r["to_id"]]


def _relation(row: Row) -> Relation:
    as_of = row["as_of"]
    return Relation(
        source=str(row["from_id"]),
        target=str(row["to_id"]),
        kind=str(row["relationship"]),
        role=str(row["role"] or ""),
        detail=str(row["detail"] or ""),
        assertion=str(row["assertion"] or "observed"),
        as_of=as_of if isinstance(as_of, date) else None,
        source_ids=strings(row["source_ids"]),
    )


def read_around(store: Store, focus: str, hops: int) -> dict[str, int]:
    """Node -> signed distance from the focus: negative where the way begins with a relationship to it."""
    distance = {focus: 0}
    frontier = [focus]
    for hop in range(1, hops + 1):
        found: dict[str, int] = {}
        for batch in _batches(frontier):
            for row in run_pack(store, "neighbours", {"ids": batch}):
                other = str(row["other_id"])
                if other in distance or other in found:
                    continue
                side = distance[str(row["node_id"])] or (1 if row["direction"] == "out" else -1)
                found[other] = hop if side > 0 else -hop
        distance |= found
        frontier = list(found)
    return distance


def read_sources(store: Store, ids: Iterable[str]) -> tuple[SourceRef, ...]:
    """The sources of these ids. One that the graph does not hold is cited by its id."""
    wanted = sorted(set(ids))
    found = {
        str(row["source_id"]): SourceRef(
            id=str(row["source_id"]),
            name=str(row["source"] or row["source_id"]),
            url=str(row["url"] or ""),
            date=str(row["published"] or row["retrieved"] or ""),
        )
        for batch in _batches(wanted)
        for row in run_pack(store, "sources", {"ids": batch})
    }
    return tuple(found.get(i) or SourceRef(i, i) for i in wanted)


def strings(value: Cell) -> tuple[str, ...]:
    return tuple(str(v) for v in value if v is not None) if isinstance(value, list) else ()


def _batches(ids: Iterable[str]) -> list[list[str]]:
    wanted = sorted(set(ids))
    return [wanted[n : n + BATCH] for n in range(0, len(wanted), BATCH)]
