"""Whatever is written, both engines give the same back: random nodes and edges, changed and deleted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulian.graph import Edge, Node, open_store
from bulian.graph.store import Store
from bulian.ontology.model import Ontology

LABELS = ("Firm", "University", "Place")
TYPES = ("LOCATED_IN", "COOPERATES_WITH")
PROPERTIES = (
    "summary",
    "aliases",
    "city",
    "founded",
    "updated_at",
    "lon",
    "criticality",
    "is_group",
    "other_values",
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63 - 1)
values = st.one_of(
    texts,
    texts.map(lambda t: f"补链{t}"),
    st.booleans(),
    numbers,
    st.dates(),
    st.lists(texts, max_size=4),
    st.sampled_from(
        ["2026-11-24", "", "null", "true", "1", "1.0", "[]", "firm:0", "Firm_firm:0", "'\"`{}$\\u0041"]
    ),
    st.none(),
)
props = st.dictionaries(st.sampled_from(PROPERTIES), values, max_size=5)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    label, number = draw(st.sampled_from(LABELS)), draw(st.integers(0, 4))
    roles = draw(st.sampled_from([(), ("ChainLeader",)]))
    return Node(label, f"{label.lower()}:{number}", {"name": draw(names), **draw(props)}, roles)


@dataclass(frozen=True)
class Step:
    """What one load does: nodes and relationships set, then some deleted."""

    nodes: list[Node]
    edges: list[tuple[str, int, int, str | None, dict[str, Any]]]
    gone_nodes: list[int]
    gone_edges: list[int]


steps = st.builds(
    Step,
    st.lists(nodes(), min_size=1, max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from(TYPES),
            st.integers(0, 99),
            st.integers(0, 99),
            st.sampled_from([None, None, "a", "b|c", "", "拼"]),
            props,
        ),
        max_size=8,
    ),
    st.lists(st.integers(0, 99), max_size=2),
    st.lists(st.integers(0, 99), max_size=2),
)


class Model:
    """What the stores should hold, as two dictionaries."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str, str, str | None], Edge] = {}

    def apply(self, step: Step, stores: tuple[Store, ...], ontology: Ontology) -> None:
        self.nodes |= {n.id: _tidy_node(n) for n in step.nodes}
        ids = sorted(self.nodes)
        edges = [self._edge(ids, *e) for e in step.edges]
        self.edges |= {e.key: e for e in edges}
        gone_edges = [list(self.edges.values())[i % len(self.edges)] for i in step.gone_edges if self.edges]
        gone_nodes = [self.nodes[ids[i % len(ids)]] for i in step.gone_nodes]
        for store in stores:
            store.upsert_nodes(step.nodes, ontology)
            store.upsert_edges(edges)
            store.delete_edges(gone_edges)
            for node in gone_nodes:
                store.delete_nodes(node.label, [node.id])
        for edge in gone_edges:
            self.edges.pop(edge.key, None)
        lost = {n.id for n in gone_nodes}
        self.nodes = {k: n for k, n in self.nodes.items() if k not in lost}
        self.edges = {k: e for k, e in self.edges.items() if not lost & {e.from_id, e.to_id}}

    def _edge(
        self, ids: list[str], type_: str, a: int, b: int, ref: str | None, props: dict[str, Any]
    ) -> Edge:
        start, end = self.nodes[ids[a % len(ids)]], self.nodes[ids[b % len(ids)]]
        return Edge(type_, start.label, start.id, end.label, end.id, _tidy(props), ref)


def _tidy(props: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in sorted(props.items()) if v is not None}


def _tidy_node(node: Node) -> Node:
    return Node(node.label, node.id, _tidy(node.props), node.roles)


def _everything(store: Store) -> dict[Any, Any]:
    found: dict[Any, Any] = {n.id: n for label in LABELS for n in store.nodes(label)}
    return found | {e.key: e for type_ in TYPES for e in store.edges(type_)}


def _same(a: Any, b: Any) -> bool:
    """Equality that tells 1, 1.0 and true apart, and 0.0 from -0.0 not."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) is type(b) and (a == b or (isinstance(a, float) and math.isclose(a, b, rel_tol=0)))


def _differences(found: dict[Any, Any], model: Model) -> list[str]:
    want: dict[Any, Any] = {**model.nodes, **model.edges}
    odd = [f"only in one: {key}" for key in found.keys() ^ want.keys()]
    for key in found.keys() & want.keys():
        a, b = found[key], want[key]
        if a != b or not all(_same(a.props[k], b.props[k]) for k in b.props):
            odd.append(f"{a} != {b}")
    return odd


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=st.lists(steps, min_size=1, max_size=3))
def test_both_engines_hold_what_was_written(
    both_stores: tuple[Store, Store], ontology: Ontology, plan: list[Step]
) -> None:
    model = Model()
    for store in both_stores:
        store.wipe()
    for step in plan:
        model.apply(step, both_stores, ontology)
        for store in both_stores:
            assert _differences(_everything(store), model) == [], store.engine
    counts = [store.counts() for store in both_stores]
    assert counts[0] == counts[1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(steps, min_size=2, max_size=4))
def test_the_embedded_graph_survives_its_file(
    plan: list[Step], ontology: Ontology, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = f"kglite:{tmp_path_factory.mktemp('life') / 'graph.kgl'}"
    model = Model()
    for step in plan:
        with open_store(url, write=True) as store:
            store.ensure_schema(ontology)
            model.apply(step, (store,), ontology)
            store.commit()
        with open_store(url) as store:
            assert _differences(_everything(store), model) == []
            assert store.warnings == []
