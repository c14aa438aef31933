"""The texts that write nodes and relationships: the same Cypher on both engines, one text a shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bulian.records import Edge, Node

if TYPE_CHECKING:
    from bulian.ontology.model import Ontology

BATCH = 5_000  # rows a statement: large enough to be fast, small enough for a server's transaction memory
RESERVED = frozenset({"id", "title", "type", "ref"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one shape with the statement that writes them all or none.

    `count`: the statement returns one row with column `n`, how many rows found what they name.
    """

    what: str
    text: str
    rows: list[dict[str, Any]]
    count: bool = False


def node_batches(nodes: Iterable[Node], ontology: Ontology) -> Iterator[Batch]:
    """Nodes grouped by class and roles. `SET n = map` replaces what was stored, so the map holds the id."""
    shapes: dict[tuple[str, tuple[str, ...]], list[Node]] = {}
    for node in {(n.label, n.id): n for n in nodes}.values():  # of two with one id the last
        shapes.setdefault((node.label, tuple(sorted(set(node.roles)))), []).append(node)
    for (label, roles), members in shapes.items():
        text = _node_text(label, roles, ontology)
        rows = [{"id": n.id, "props": {"id": n.id, **_props(n.props, n.id)}} for n in members]
        for part in _parts(rows):
            yield Batch(f"nodes {label}", text, part)


def _node_text(label: str, roles: tuple[str, ...], ontology: Ontology) -> str:
    extra = [*ontology.labels(label)[1:], *roles]
    lost = [c.name for c in ontology.classes.values() if c.role and c.name not in extra]
    text = f"UNWIND $rows AS row MERGE (n:{name(label)} {{id: row.id}})"
    if extra:
        text += f" SET n:{':'.join(map(name, extra))}"
    if lost:
        text += f" REMOVE n:{':'.join(map(name, lost))}"
    return text + " SET n = row.props"


def edge_batches(edges: Iterable[Edge]) -> Iterator[Batch]:
    """Relationships grouped by type, end classes and whether they have a ref.

    A plain MERGE would take any parallel relationship that has a ref for the one that has none; so that one
    is looked for, and created where it is missing.
    """
    for (type_, from_label, to_label, keyed), rows in _edge_shapes(edges).items():
        ends = f"MATCH (a:{name(from_label)} {{id: row.a}}) MATCH (b:{name(to_label)} {{id: row.b}})"
        t = name(type_)
        if keyed:
            write = f"MERGE (a)-[r:{t} {{ref: row.ref}}]->(b) SET r = row.props"
        else:
            write = (
                f"OPTIONAL MATCH (a)-[old:{t}]->(b) WHERE old.ref IS NULL"
                " FOREACH (_ IN CASE WHEN old IS NULL THEN [1] ELSE [] END |"
                f" CREATE (a)-[new:{t}]->(b) SET new = row.props)"
                " FOREACH (_ IN CASE WHEN old IS NULL THEN [] ELSE [1] END | SET old = row.props)"
            )
        text = f"UNWIND $rows AS row {ends} {write} RETURN count(*) AS n"
        for part in _parts(list(rows.values())):
            yield Batch(f"relationships {from_label}-{type_}->{to_label}", text, part, count=True)


def edge_deletions(edges: Iterable[Edge]) -> Iterator[Batch]:
    """Statements that delete exactly the relationships named by (type, from, to, ref)."""
    for (type_, from_label, to_label, keyed), rows in _edge_shapes(edges).items():
        where = "r.ref = row.ref" if keyed else "r.ref IS NULL"
        text = (
            f"UNWIND $rows AS row MATCH (a:{name(from_label)} {{id: row.a}})"
            f" MATCH (b:{name(to_label)} {{id: row.b}})"
            f" MATCH (a)-[r:{name(type_)}]->(b) WHERE {where} DELETE r"
        )
        for part in _parts(list(rows.values())):
            yield Batch(f"delete {type_}", text, part)


def node_deletions(label: str, ids: Iterable[str]) -> Iterator[Batch]:
    """Statements that delete nodes of one class with their relationships."""
    text = f"UNWIND $rows AS row MATCH (n:{name(label)} {{id: row.id}}) DETACH DELETE n"
    for part in _parts([{"id": i} for i in dict.fromkeys(ids)]):
        yield Batch(f"delete {label}", text, part)


_Shape = tuple[str, str, str, bool]
_Key = tuple[str, str, str, str | None]


def _edge_shapes(edges: Iterable[Edge]) -> dict[_Shape, dict[_Key, dict[str, Any]]]:
    shapes: dict[_Shape, dict[_Key, dict[str, Any]]] = {}
    for e in edges:
        props = _props(e.props, "->".join((e.from_id, e.to_id)))
        row: dict[str, Any] = {"a": e.from_id, "b": e.to_id, "props": props}
        if e.ref is not None:
            row["ref"] = props["ref"] = e.ref
        shapes.setdefault((e.type, e.from_label, e.to_label, e.ref is not None), {})[e.key] = row
    return shapes


def _props(props: dict[str, Any], owner: str) -> dict[str, Any]:
    """Properties without the empty ones. ValueError: a name that an engine or the store keeps for itself."""
    if bad := RESERVED.intersection(props):
        raise ValueError(f"{owner}: reserved property name {', '.join(sorted(bad))}")
    return {k: list(v) if isinstance(v, tuple) else v for k, v in props.items() if v is not None}


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield list(rows[start : start + BATCH])


def name(text: str) -> str:
    """A label or type fit to stand in a query text. ValueError for anything else."""
    if not _NAME.match(text):
        raise ValueError(f"not a label or relationship type: {text!r}")
    return text
