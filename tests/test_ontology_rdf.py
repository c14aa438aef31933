"""The RDF form of records, and pySHACL over it, which must say what the fast check says."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

from bad_records import EARLY, LATE, WRITTEN
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_maker import DAY, ONTOLOGY, Maker

from bulian.graph.records import Edge, Node
from bulian.ontology.reference import validate_reference
from bulian.ontology.shacl import validate


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
    assert validate_reference(nodes, edges) == found


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
    made = [m.node(draw(labels), str(i), **draw(odd)) for i in range(draw(st.integers(1, 9)))]
    kinds = st.sampled_from([*ONTOLOGY.edges, *["FEEDS", "BROADER", "PART_OF"] * 12])
    edges: dict[Any, Edge] = {}
    for _ in range(draw(st.integers(0, 14))):
        kind, start, end = draw(kinds), draw(st.sampled_from(made)), draw(st.sampled_from(made))
        edge = m.edge(kind, start, end, draw(st.sampled_from([None, None, "", "x|y"])), **draw(odd))
        edges[edge.key] = edge
    present = [n for n in made if draw(st.integers(0, 9))]
    return present, list(edges.values())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_pyshacl_reports_the_same_on_any_records(drawn: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = drawn
    assert validate(nodes, edges) == validate_reference(nodes, edges)
