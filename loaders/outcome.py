"""What became of each row and of each relationship, against the graph before the load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bulian.loaders import sources
from bulian.loaders.builtin import dataset_mappings
from bulian.loaders.checks import Before
from bulian.loaders.image import EdgeKey, Image
from bulian.loaders.mapping import End, FileMapping
from bulian.loaders.row import Link, Outcome, Row
from bulian.loaders.statements import same_node, same_props
from bulian.ontology.model import Ontology

if TYPE_CHECKING:
    from bulian.loaders.datasetload import DatasetResult


def count(
    image: Image, result: DatasetResult, rows: Sequence[Row], links: Sequence[Link], before: Before
) -> None:
    """Sets the outcome of every row and relationship, and counts what is no longer stated at the file that
    would state it. What columns of a withdrawn row said goes with it and is not counted again."""
    stated = dict.fromkeys(k.key for k in links if k.alive)
    nodes = {r.node_id for r in rows if r.alive and r.node_id}
    result.edge_outcomes = {k: _edge_outcome(image, before, k) for k in stated}
    gone: set[str] = set()
    if result.replaced:
        own = [i for i in before.own_nodes if image.label_of(i) != sources.LABEL]
        gone = {i for i in own if i not in nodes}
        result.withdrawn_edges = [k for k in before.own_edges if k not in stated]
    _rows(image, result, rows, links, before)
    mappings = [*(f.source.mapping for f in result.files), *dataset_mappings().values()]
    for node_id in gone:
        result.withdrawn[_file_of_node(mappings, image, node_id)] += 1
    for key in result.withdrawn_edges:
        name, is_column = _file_of_edge(mappings, image, key)
        if not (is_column and gone.intersection(key[1:3])):
            result.withdrawn[name] += 1


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
) -> None:
    """The first row of a node or relationship is created, changed or unchanged; later ones merged."""
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
    for key in result.withdrawn_edges:
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


def _file_of_node(mappings: Iterable[FileMapping], image: Image, node_id: str) -> str:
    """The kind of file whose rows are nodes of this class."""
    label = image.label_of(node_id)
    return next((m.name for m in mappings if _makes(m, image.ontology, label)), label)


def _file_of_edge(mappings: Sequence[FileMapping], image: Image, key: EdgeKey) -> tuple[str, bool]:
    """The kind of file that states such a relationship, and whether in a column of its nodes' rows."""
    labels = image.label_of(key[1]), image.label_of(key[2])
    for mapping in sorted(mappings, key=lambda m: m.node is None):
        for rule in mapping.relationships:
            lookup = mapping.lookups.get(rule.type_lookup or "", {})
            types = [rule.type] if rule.type else [e.get("type") for e in lookup.values()]
            ends = zip((rule.start, rule.end), labels, strict=True)
            if key[0] in types and all(_fits(mapping, e, image.ontology, label) for e, label in ends):
                return mapping.name, mapping.node is not None
    return "relations", False


def _makes(mapping: FileMapping, ontology: Ontology, label: str) -> bool:
    """Whether rows of a file may be nodes of a class."""
    rule = mapping.node
    if rule is None:
        return False
    scheme = ontology.schemes.get(rule.class_scheme or "")
    return label in ({c.node_class for c in scheme.concepts.values()} if scheme else {rule.class_name})


def _fits(mapping: FileMapping, end: End, ontology: Ontology, label: str) -> bool:
    if end.is_row:
        return _makes(mapping, ontology, label)
    classes = ("Place",) if end.place else end.classes
    return not classes or any(ontology.is_a(label, c) for c in classes)
