"""The same judgement by pySHACL over the RDF form: slow, and the yardstick for the fast one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal as OneOf
from urllib.parse import unquote

from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node as Term

from bulian.ontology import load_ontology
from bulian.ontology.compile import shapes_text
from bulian.ontology.model import Ontology
from bulian.ontology.rdf import BASE, edge_iri, node_id, node_iri, shapes_graph, to_rdf
from bulian.ontology.shacl import Context, Key, Violation, written_shapes
from bulian.ontology.shapes import VIOLATION, WARNING, derived_shapes
from bulian.records import Edge, Node


def validate_reference(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    context: Context | None = None,
    *,
    ontology: Ontology | None = None,
) -> list[Violation]:
    """What `validate` must report, by a general SHACL engine; takes seconds for a thousand records."""
    import pyshacl

    ontology = ontology or load_ontology()
    context = context or Context()
    nodes, edges = list(nodes), list(edges)
    data = to_rdf([*context.nodes, *nodes], [*context.edges, *edges], ontology)
    shapes = _own_shapes() if ontology is load_ontology() else full_shapes_graph(ontology)
    fields = {s.name: s.field for s in written_shapes() if s.rule}
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, Graph):
        raise RuntimeError(f"pySHACL could not validate: {report}")
    keys: dict[Term, tuple[OneOf["node", "edge"], Key]] = {node_iri(n.id): ("node", n.id) for n in nodes}
    keys.update({edge_iri(e): ("edge", e.key) for e in edges})
    found = {
        _violation(report, result, fields, *keys[focus])
        for result, focus in report.subject_objects(SH.focusNode)
        if focus in keys
    }
    return sorted(found, key=lambda v: v.order)


def full_shapes_graph(ontology: Ontology) -> Graph:
    """Every shape, written and derived, as SHACL for any engine."""
    graph = Graph().parse(data=shapes_text(), format="turtle")
    graph += shapes_graph(derived_shapes(ontology, written_shapes()), ontology)
    return graph


@cache
def _own_shapes() -> Graph:
    return full_shapes_graph(load_ontology())


def _violation(
    report: Graph, result: Term, fields: dict[str, str], kind: OneOf["node", "edge"], key: Key
) -> Violation:
    focus, shape, path, value = (
        report.value(result, p) for p in (SH.focusNode, SH.sourceShape, SH.resultPath, SH.value)
    )
    name = str(shape).rsplit("#", 1)[-1]
    text = {_language(m): str(m) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)}
    return Violation(
        kind,
        key,
        unquote(str(path).rsplit("#", 1)[-1]) if path is not None else fields.get(name, "ends"),
        "" if value is None or value == focus else _text(value),
        text["zh"],
        name,
        WARNING if report.value(result, SH.resultSeverity) == SH.Warning else VIOLATION,
        text["en"],
    )


def _language(message: Literal) -> str:
    """pySHACL drops the language of messages of SPARQL constraints."""
    return message.language or ("zh" if re.search(r"[\u4e00-\u9fff]", message) else "en")


def _text(value: Term) -> str:
    return node_id(value) if isinstance(value, URIRef) and value.startswith(BASE) else str(value)
