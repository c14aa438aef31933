"""What became of each row and of each relationship, against the graph before the load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bulian.loaders import sources
from bulian.loaders.builtin import dataset_mappings
from bulian.loaders.checks import Before
from bulian.loaders.image import EdgeKey, Image, same_node, same_props
from bulian.loaders.mapping import End, FileMapping
from bulian.loaders.row import Link, Outcome, Row
from bulian.ontology.model import Ontology

if TYPE_CHECKING:
    from bulian.loaders.datasetload import DatasetResult


def count(
    image: Image, result: DatasetResult, rows: Sequence[Row], links: Sequence[Link], before: Before
) -> None:
    """Sets the outcome of every row and relationship, and counts what is no longer stated at the file that
    would state it. Relationships of a node that is withdrawn go with it and are not counted again."""
    stated = {k.key for k in links if k.alive}
    nodes = {r.node_id for r in rows if r.alive and r.node_id}
    result.edge_outcomes = {k: _edge_outcome(image, before, k) for k in stated}
    withdrawn_edges: list[EdgeKey] = []
    withdrawn_nodes: list[str] = []
    if result.replaced:
        withdrawn_nodes = [
            i for i in before.own_nodes if i not in nodes and not i.startswith(f"{sources.LABEL.lower()}:")
        ]
        gone = set(withdrawn_nodes)
        withdrawn_edges = [k for k in before.own_edges if k not in stated and not gone.intersection(k[1:3])]
    result.withdrawn_edges = withdrawn_edges
    _rows(image, result, rows, links, before, withdrawn_edges)
    mappings = [*(f.source.mapping for f in result.files), *dataset_mappings().values()]
    ontology = image.ontology
    for node_id in withdrawn_nodes:
        result.withdrawn[_file_of_node(mappings, ontology, image.label_of(node_id))] += 1
    for type_, start, end, _ in withdrawn_edges:
        labels = image.label_of(start), image.label_of(end)
        result.withdrawn[_file_of_edge(mappings, ontology, type_, *labels)] += 1


def _edge_outcome(image: Image, before: Before, key: EdgeKey) -> Outcome:
    old, new = before.edges.get(key), image.edge(key)
    if old is None or new is None:
        return "created"
    return "unchanged" if same_props(old.props, new.props) else "changed"


def _node_outcome(image: Image, before: Before, node_id: str) -> Outcome:
    old, new = before.nodes.get(node_id), image.node(node_id)
    if old is None or new is None:
        return "created"
    return "unchanged" if same_node(old, new) else "changed"


def _rows(
    image: Image,
    result: DatasetResult,
    rows: Sequence[Row],
    links: Sequence[Link],
    before: Before,
    withdrawn: Sequence[EdgeKey],
) -> None:
    """The first row of a node or relationship is created, changed or unchanged; later ones are merged into
    it."""
    moved: set[str] = set()  # nodes of which a relationship of their own row changed
    for link in links:
        if link.alive:
            if link.primary:
                link.row.key = link.key
            elif result.edge_outcomes[link.key] != "unchanged":
                moved.add(link.row.node_id)
    owners = {
        (r.type, r.start.is_row)
        for f in result.files
        for r in f.source.mapping.relationships
        if f.source.mapping.node
    }
    for key in withdrawn:
        moved |= {end for is_start, end in ((True, key[1]), (False, key[2])) if (key[0], is_start) in owners}
    seen: set[str | EdgeKey] = set()
    for row in rows:
        if not row.alive:
            continue
        if row.node_id:
            row.key = row.node_id
        if row.key is None:  # states nothing: cannot be, but must not be lost from the count
            row.outcome = "unchanged"
        elif row.key in seen:
            row.outcome = "merged"
        elif isinstance(row.key, str):
            row.outcome = _node_outcome(image, before, row.key)
            if row.outcome == "unchanged" and row.key in moved:
                row.outcome = "changed"
        else:
            row.outcome = result.edge_outcomes[row.key]
        if row.key is not None:
            seen.add(row.key)


def _file_of_node(mappings: Iterable[FileMapping], ontology: Ontology, label: str) -> str:
    """The kind of file whose rows are nodes of this class."""
    for mapping in mappings:
        rule = mapping.node
        if rule is None:
            continue
        scheme = ontology.schemes.get(rule.class_scheme or "")
        names = {c.node_class for c in scheme.concepts.values()} if scheme else {rule.class_name}
        if label in names:
            return mapping.name
    return label


def _file_of_edge(
    mappings: Sequence[FileMapping], ontology: Ontology, type_: str, start: str, end: str
) -> str:
    """The kind of file that states such a relationship: as a column of its nodes, else as a row of its
    own."""
    for mapping in sorted(mappings, key=lambda m: m.node is None):
        for rule in mapping.relationships:
            lookup = mapping.lookups.get(rule.type_lookup or "", {})
            types = [rule.type] if rule.type else [e.get("type") for e in lookup.values()]
            if type_ in types and _fits(rule.start, ontology, start) and _fits(rule.end, ontology, end):
                return mapping.name
    return "relations"


def _fits(end: End, ontology: Ontology, label: str) -> bool:
    classes = ("Place",) if end.place else end.classes
    return end.is_row or not classes or any(ontology.is_a(label, c) for c in classes)
