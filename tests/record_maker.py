"""Valid records of every class and relationship type, to be spoilt one value at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bulian.ontology import load_ontology
from bulian.ontology.model import Ontology, Property
from bulian.records import Edge, Node, Value

ONTOLOGY: Ontology = load_ontology()
SOURCED: dict[str, Value] = {"confidence": "medium", "source_ids": ["source:a"]}
DAY = date(2024, 5, 1)
NEEDED: dict[str, dict[str, Value]] = {
    "Place": {"level": "city"},
    "ChainLink": {"chain_id": "chain:h", "stage": "midstream", "name": "燃料电池电堆"},
    "Target": {"indicator": "企业数", "comparator": ">=", "value": 30},
    "Survey": {"region_id": "place:r", "link_id": "chain-link:l", "date": DAY},
    "SURVEYED": {"region_id": "place:r", "date": DAY},
    "COOPERATES_WITH": {"kind": "signed"},
}


@dataclass(frozen=True)
class Maker:
    """Makes valid records; `tag` keeps the ids of one case apart from those of the others."""

    tag: str = "t"

    def node(self, label: str, slug: str = "a", /, **props: Any) -> Node:
        node_id = f"{ONTOLOGY.node_class(label).kebab}:{self.tag}-{slug}"
        sourced = {} if label == "Source" else SOURCED
        return Node(label, node_id, {"name": "名称", **sourced, **NEEDED.get(label, {}), **props})

    def edge(self, kind: str, start: Node, end: Node, ref: str | None = None, /, **props: Any) -> Edge:
        values = {**SOURCED, "assertion": "observed", **NEEDED.get(kind, {}), **props}
        return Edge(kind, start.label, start.id, end.label, end.id, values, ref)

    def links(self, *slugs: str, **props: Any) -> list[Node]:
        return [self.node("ChainLink", s, **props) for s in slugs]


_FORMS: dict[str, Value] = {
    "credit_code": "91110000600037341L",
    "founded": "2024-05",
    "adcode": "610111",
    "url": "https://example.cn/a?b=1#L3",
    "source_ids": ["source:a", "source:b"],
}
_PLAIN: dict[str, Value] = {"string": "文字", "integer": 3, "decimal": 40.5, "boolean": True, "date": DAY}


def good_value(prop: Property) -> Value:
    value = _FORMS.get(prop.name, _PLAIN[prop.datatype])
    if prop.scheme:
        value = next(iter(ONTOLOGY.scheme(prop.scheme).concepts))
    elif prop.refers_to and prop.name not in _FORMS:
        value = f"{ONTOLOGY.node_class(prop.refers_to).kebab}:some"
    return [str(value), str(value) + "2"] if prop.many and not isinstance(value, list) else value


def full_node(label: str, slug: str = "full") -> Node:
    names = [p for p in ONTOLOGY.node_class(label).properties if p not in ("id", "is_group")]
    return Maker().node(label, slug, **{p: good_value(ONTOLOGY.properties[p]) for p in names})


def full_edge(kind: str, start: str, end: str) -> Edge:
    names = [p for p in ONTOLOGY.edge(kind).properties if p != "ref"]
    a, b = Maker().node(start, "from"), Maker().node(end, "to")
    return Maker().edge(kind, a, b, "x|y", **{p: good_value(ONTOLOGY.properties[p]) for p in names})
