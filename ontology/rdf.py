"""Records as RDF: a triple for each value and relationship, and a node for a relationship's properties."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from urllib.parse import quote, unquote

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS
from rdflib.term import Node as Term

from bulian.ontology.model import LANGS, Ontology
from bulian.ontology.read import BL, RULE
from bulian.ontology.rules import Scalar, lexical, scalars
from bulian.ontology.shapes import WARNING, Shape, relationship_class
from bulian.records import Edge, Node, Value

BASE = "https://w3id.org/bulian/id/"
_SAFE = "!$&'()*+,;=:@-._~"  # what a path segment may hold as it is (RFC 3986)


def node_iri(node_id: str) -> URIRef:
    """`firm:longi` → https://w3id.org/bulian/id/firm/longi."""
    kebab, _, slug = node_id.partition(":")
    return URIRef(f"{BASE}{quote(kebab, safe=_SAFE)}/{quote(slug, safe=_SAFE)}")


def node_id(iri: str) -> str:
    """The inverse of `node_iri`."""
    kebab, _, slug = iri.removeprefix(BASE).partition("/")
    return f"{unquote(kebab)}:{unquote(slug)}"


def edge_iri(edge: Edge) -> URIRef:
    """The node that carries the relationship's properties."""
    parts = [edge.type, edge.from_id, edge.to_id, *([] if edge.ref is None else [edge.ref])]
    return URIRef(f"{BASE}relationship/{'/'.join(quote(p, safe=_SAFE) for p in parts)}")


def literal(value: Scalar, datatype: str | None = None) -> Literal:
    """A value as a literal of its own type; whole numbers are decimal where the ontology says so."""
    if isinstance(value, bool):
        return Literal(value)
    if isinstance(value, int):
        return Literal(lexical(value), datatype=XSD.decimal if datatype == "decimal" else XSD.integer)
    if isinstance(value, float):
        # xsd:decimal has no infinity; a double then fails the datatype check, as it must.
        return Literal(lexical(value), datatype=XSD.decimal) if math.isfinite(value) else Literal(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return Literal(lexical(value), datatype=XSD.date)
    # Texts without xsd:string, as Turtle has them: rdflib takes "a" and "a"^^xsd:string for two values.
    return Literal(value)


def to_rdf(nodes: Iterable[Node], edges: Iterable[Edge], ontology: Ontology) -> Graph:
    """The RDF form. Ends that are not among `nodes` get the class that the relationship says."""
    graph = Graph()
    graph.bind("bl", BL)
    labels: dict[str, str] = {}
    for node in nodes:
        labels[node.id] = node.label
        _add_node(graph, node, ontology)
    for edge in edges:
        for end, label in ((edge.from_id, edge.from_label), (edge.to_id, edge.to_label)):
            if end not in labels:
                labels[end] = label
                for kind in node_classes(label, ontology):
                    graph.add((node_iri(end), RDF.type, BL[kind]))
        _add_edge(graph, edge, ontology)
    return graph


def node_classes(label: str, ontology: Ontology) -> Iterator[str]:
    """The RDF classes of a node: its labels, and those above them that are none."""
    yield from ontology.labels(label)
    yield from ontology.node_class(label).structural


def _add_node(graph: Graph, node: Node, ontology: Ontology) -> None:
    subject = node_iri(node.id)
    for label in (node.label, *node.roles):
        for kind in node_classes(label, ontology):
            graph.add((subject, RDF.type, BL[kind]))
    _add_values(graph, subject, {**node.props, "id": node.id}, ontology)


def _add_edge(graph: Graph, edge: Edge, ontology: Ontology) -> None:
    subject, start, end = edge_iri(edge), node_iri(edge.from_id), node_iri(edge.to_id)
    graph.add((start, BL[edge.type], end))
    for kind in ("Relationship", "Sourced", relationship_class(edge.type)):
        graph.add((subject, RDF.type, BL[kind]))
    graph.add((subject, BL["from"], start))
    graph.add((subject, BL["to"], end))
    _add_values(graph, subject, {**edge.props, "ref": edge.ref}, ontology)


def _add_values(graph: Graph, subject: URIRef, props: Mapping[str, Value], ontology: Ontology) -> None:
    for name, value in props.items():
        known = ontology.properties.get(name)
        for one in scalars(value):
            graph.add((subject, BL[quote(name, safe="")], literal(one, known.datatype if known else None)))
            if name == "source_ids" and isinstance(one, str) and ":" in one:
                graph.add((subject, DCTERMS.source, node_iri(one)))


def shapes_graph(shapes: Iterable[Shape], ontology: Ontology) -> Graph:
    """Derived shapes as SHACL, to stand beside those of shapes.ttl."""
    graph = Graph()
    for shape in shapes:
        subject = RULE[shape.name]
        graph.add((subject, RDF.type, SH.PropertyShape if shape.path else SH.NodeShape))
        for lang in LANGS:
            graph.add((subject, SH.message, Literal(shape.message[lang], lang=lang)))
        graph.add((subject, SH.severity, SH.Warning if shape.severity == WARNING else SH.Violation))
        for target in shape.target_classes:
            graph.add((subject, SH.targetClass, BL[target]))
        for name in shape.holders_of:
            graph.add((subject, SH.targetSubjectsOf, BL[name]))
        if shape.path:
            _add_value_constraints(graph, subject, shape)
        if shape.only_properties is not None:
            _add_closed(graph, subject, shape.only_properties, ontology)
        if shape.ends is not None:
            _add_ends(graph, subject, shape.ends)
    return graph


def _add_value_constraints(graph: Graph, subject: URIRef, shape: Shape) -> None:
    graph.add((subject, SH.path, BL[shape.path or ""]))
    if shape.min_count is not None:
        graph.add((subject, SH.minCount, Literal(shape.min_count)))
    if shape.max_count is not None:
        graph.add((subject, SH.maxCount, Literal(shape.max_count)))
    if shape.datatype is not None:
        graph.add((subject, SH.datatype, XSD[shape.datatype]))
    if shape.pattern is not None:
        graph.add((subject, SH.pattern, Literal(shape.pattern)))
    if shape.one_of is not None:
        graph.add((subject, SH["in"], _list(graph, (literal(c) for c in shape.one_of))))


def _add_closed(graph: Graph, subject: URIRef, names: Iterable[str], ontology: Ontology) -> None:
    """Only these values; types, the relationships themselves and their ends are no values."""
    others = [RDF.type, DCTERMS.source, BL["from"], BL["to"], *(BL[e] for e in ontology.edges)]
    graph.add((subject, SH.closed, Literal(True)))
    graph.add((subject, SH.ignoredProperties, _list(graph, (*others, *(BL[n] for n in names)))))


def _add_ends(graph: Graph, subject: URIRef, ends: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    ways: list[Term] = []
    for starts, stops in ends:
        way = BNode()
        for path, classes in (("from", starts), ("to", stops)):
            end = BNode()
            graph.add((way, SH.property, end))
            graph.add((end, SH.path, BL[path]))
            kinds: list[Term] = []
            for name in classes:
                kind = BNode()
                graph.add((kind, SH["class"], BL[name]))
                kinds.append(kind)
            graph.add((end, SH["or"], _list(graph, kinds)))
        ways.append(way)
    graph.add((subject, SH["or"], _list(graph, ways)))


def _list(graph: Graph, members: Iterable[Term]) -> Term:
    head = BNode()
    Collection(graph, head, list(members))
    return head
