"""The RDF form of records, and pySHACL over it, which must say what the fast check says."""

from __future__ import annotations

import math
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from bad_records import EARLY, LATE, WRITTEN
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from record_maker import DAY, ONTOLOGY, Maker

from bulian.ontology.compile import shapes_text
from bulian.ontology.rdf import edge_iri, node_id, node_iri, shapes_graph, to_rdf
from bulian.ontology.read import BL
from bulian.ontology.reference import validate_reference
from bulian.ontology.shacl import Violation, all_shapes, validate
from bulian.ontology.shapes import relationship_class
from bulian.ontology.stored import TURTLE
from bulian.records import Edge, Node

XSD = "http://www.w3.org/2001/XMLSchema#"


def differences(nodes: list[Node], edges: list[Edge]) -> list[tuple[str, Violation]]:
    """What only one of the two reports."""
    fast, slow = validate(nodes, edges), validate_reference(nodes, edges)
    return [("fast only", v) for v in fast if v not in slow] + [
        ("pySHACL only", v) for v in slow if v not in fast
    ]


def test_pyshacl_reports_the_same_on_all_cases_together() -> None:
    nodes: list[Node] = []
    edges: list[Edge] = []
    expected: set[str] = set()
    for number, (shape, make) in enumerate(WRITTEN):
        case = make(Maker(f"c{number}"))
        nodes += case[0]
        edges += case[1]
        expected.add(shape)
    m = Maker("extra")
    nodes += [
        m.node("Firm", "type", name=5, aliases=[1, "x", True], website="网", lon=3, unheard_of=["a", "b"])
    ]
    nodes += [m.node("Place", "range", lon="east", lat=True, adcode=610111, level=["city", "town"])]
    nodes += [m.node("Firm", "codes", credit_code=["91110000600037341M", "9", "91110000600037341L"])]
    edges += [
        m.edge("PART_OF", m.node("Task"), m.node("Place")),
        m.edge("LED_BY", m.node("Lab"), m.node("Lab")),
    ]
    found = validate(nodes, edges)
    assert expected <= {v.shape for v in found}
    assert differences(nodes, edges) == []


_TEXTS = [
    "", " ", "高", "high", "observed", "upstream", "其他", "平台及相关", "source:a", "chain:h", "place:r",
    "chain-link:a", "2024", "2024-05-01", "610111", "https://a.cn", "91110000600037341L",
    "91110000600037341M", "a\nb", ">=", "signed",
]  # fmt: skip
_SCALARS = st.one_of(
    st.sampled_from(_TEXTS),
    st.sampled_from([DAY, EARLY, LATE, date(1800, 1, 1), date(2100, 12, 31), datetime(2024, 5, 1, 8)]),
    st.sampled_from([0, 1, 5, 6, -1, 180, 181, 0.0, 1.0, 4.5, -0.0, 1e-7, 1e22, math.inf, math.nan]),
    st.booleans(),
    st.text(max_size=4),
    st.integers(-10, 10),
    st.floats(allow_nan=False, width=32),
)
_VALUES = st.one_of(_SCALARS, st.none(), st.lists(st.one_of(_SCALARS, st.none()), max_size=3))


@st.composite
def records(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    """Nodes and edges, most of them valid but for a value or two; ids and keys are unique."""
    m = Maker()
    names = list(ONTOLOGY.properties)
    odd = st.dictionaries(st.sampled_from([*names, "unheard_of", "a b"]), _VALUES, max_size=3)
    labels = st.sampled_from([*ONTOLOGY.concrete, *["ChainLink"] * 20, *["Place"] * 8, *["Target"] * 4])
    made = [m.node(draw(labels), str(i), **draw(odd)) for i in range(draw(st.integers(1, 30)))]
    kinds = st.sampled_from([*ONTOLOGY.edges, *["FEEDS", "BROADER", "PART_OF"] * 12])
    edges: dict[Any, Edge] = {}
    for _ in range(draw(st.integers(0, 30))):
        kind, start, end = draw(kinds), draw(st.sampled_from(made)), draw(st.sampled_from(made))
        edge = m.edge(kind, start, end, draw(st.sampled_from([None, None, "", "x|y"])), **draw(odd))
        edges[edge.key] = edge
    present = [n for n in made if draw(st.integers(0, 9))]
    return present, list(edges.values())


# Few and large examples, and no shrinking: a run of pySHACL takes a second, however few the records.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@settings(max_examples=10, deadline=None, phases=_PHASES, suppress_health_check=list(HealthCheck))
@given(records())
def test_pyshacl_reports_the_same_on_any_records(drawn: tuple[list[Node], list[Edge]]) -> None:
    assert differences(*drawn) == []


def ontology_files() -> dict[str, str]:
    here = files("bulian.ontology")
    return {name: here.joinpath(name).read_text(encoding="utf-8") for name in TURTLE}


# -- the RDF form


def test_iris_go_there_and_back() -> None:
    for one in ("firm:longi", "chain-link:h2-stack", "product:电堆 a/b", "firm:600373.SH", "place:a%2Fb"):
        assert node_id(node_iri(one)) == one
    assert str(node_iri("chain-link:h2-stack")) == "https://w3id.org/bulian/id/chain-link/h2-stack"


def test_relationships_stand_twice() -> None:
    m = Maker()
    firm, link = m.node("Firm", city="西安市"), m.node("ChainLink")
    edge = m.edge("OPERATES_IN", firm, link, amount=3, as_of=DAY)
    graph = to_rdf([firm, link], [edge], ONTOLOGY)
    start, end, carrier = node_iri(firm.id), node_iri(link.id), edge_iri(edge)
    assert (start, BL.OPERATES_IN, end) in graph
    assert (carrier, BL["from"], start) in graph
    assert (carrier, BL.to, end) in graph
    kinds = {BL.Relationship, BL.Sourced, BL.OperatesInRelationship}
    assert set(graph.objects(carrier, RDF.type)) == kinds
    assert (carrier, BL.amount, Literal("3", datatype=URIRef(f"{XSD}decimal"))) in graph
    assert (carrier, BL.as_of, Literal("2024-05-01", datatype=URIRef(f"{XSD}date"))) in graph
    assert set(graph.objects(start, RDF.type)) == {BL.Firm, BL.Organization, BL.Node, BL.Sourced}
    assert (start, DCTERMS.source, URIRef("https://w3id.org/bulian/id/source/a")) in graph
    assert (start, BL.city, Literal("西安市")) in graph
    assert graph.value(start, BL.id) == Literal(firm.id)


def test_parallel_relationships_have_carriers_of_their_own() -> None:
    m = Maker()
    a, b = m.node("Place", "a"), m.node("Place", "b")
    edges = [m.edge("COOPERATES_WITH", a, b, ref) for ref in ("signed|协议", "planned|规划", None, "")]
    assert len({edge_iri(e) for e in edges}) == 4


def test_turtle_goes_there_and_back() -> None:
    m = Maker()
    nodes = [m.node("Firm", aliases=["甲", "乙\n丙", '"丁"'], is_chain_leader=True, founded="1999")]
    graph = to_rdf(nodes, [], ONTOLOGY)
    assert set(Graph().parse(data=graph.serialize(format="turtle"), format="turtle")) == set(graph)


def test_shapes_are_valid_shacl() -> None:
    """By the shapes that describe SHACL itself, which pySHACL carries; one derived shape of each kind."""
    import pyshacl

    kinds = {"value-stage", "value-aliases", "id-firm", "properties-lab", "properties-feeds", "ends-part-of"}
    derived = [s for s in all_shapes(ONTOLOGY) if s.name in kinds]
    assert len(derived) == len(kinds)
    for shapes in (Graph().parse(data=shapes_text(), format="turtle"), shapes_graph(derived, ONTOLOGY)):
        conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
        assert conforms, text


def test_turtle_files_name_only_terms_that_exist() -> None:
    """Every term of our own prefixes that a file uses is stated in one of them."""
    graph = Graph()
    for text in ontology_files().values():
        graph.parse(data=text, format="turtle")
    stated = set(graph.subjects())
    ours = ("https://w3id.org/bulian#", "https://w3id.org/bulian/concept#", "https://w3id.org/bulian/shape#")
    carriers = {BL[relationship_class(e)] for e in ONTOLOGY.edges}
    used = {t for triple in graph for t in triple if isinstance(t, URIRef) and str(t).startswith(ours)}
    assert used - stated - carriers == set()
