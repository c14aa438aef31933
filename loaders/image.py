"""The graph in memory as claims: read from the store, changed by datasets, written back where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.loaders import sources
from bulian.loaders.statements import (
    FOLDED,
    Claim,
    Shape,
    claims_text,
    fold,
    implied,
    in_order,
    read_claims,
    shapes,
)
from bulian.ontology.model import Ontology
from bulian.records import Edge, Node, Value

EdgeKey = tuple[str, str, str, str | None]  # type, from, to, ref
LEADER_ROLE, LEADS = "ChainLeader", "LEADS"
_LATER = frozenset({"updated_at", "pinyin"})  # made when a record is written, not compared
_UNDATED = date(1970, 1, 1)


@dataclass
class Changes:
    """Records to create, replace and delete."""

    created_nodes: list[Node] = field(default_factory=list)
    changed_nodes: list[Node] = field(default_factory=list)
    deleted_nodes: list[Node] = field(default_factory=list)
    created_edges: list[Edge] = field(default_factory=list)
    changed_edges: list[Edge] = field(default_factory=list)
    deleted_edges: list[Edge] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


class Image:
    """Records as stored, and the claims behind those touched. Without claims a record is gone."""

    def __init__(self, ontology: Ontology, nodes: Iterable[Node] = (), edges: Iterable[Edge] = ()) -> None:
        self.ontology = ontology
        self.node_shape, self.edge_shape = shapes(ontology)
        self.stored_nodes: dict[str, Node] = {n.id: n for n in nodes}
        self.stored_edges: dict[EdgeKey, Edge] = {e.key: e for e in edges}
        self._node_claims: dict[str, list[Claim]] = {}  # of touched nodes
        self._edge_claims: dict[EdgeKey, list[Claim]] = {}
        self._labels: dict[str, str] = {n.id: n.label for n in self.stored_nodes.values()}
        self._made_nodes: dict[str, Node | None] = {}
        self._made_edges: dict[EdgeKey, Edge] = {}
        self._leaders: set[str] | None = None
        self._days: dict[tuple[str, str], date] = {}  # (dataset, source) → when it was published
        self._retrieved: dict[str, date] = {}
        for node in self.stored_nodes.values():
            if node.label == sources.LABEL:
                self._note_source(node.id, self.node_claims(node.id))

    # --- what is there ---

    def node_claims(self, node_id: str) -> list[Claim]:
        if node_id in self._node_claims:
            return self._node_claims[node_id]
        node = self.stored_nodes.get(node_id)
        return self._stored_claims(node.props, self.node_shape, node_id) if node else []

    def edge_claims(self, key: EdgeKey) -> list[Claim]:
        if key in self._edge_claims:
            return self._edge_claims[key]
        edge = self.stored_edges.get(key)
        return self._stored_claims(edge.props, self.edge_shape, "->".join(key[:3])) if edge else []

    def has_node(self, node_id: str) -> bool:
        if node_id in self._node_claims:
            return bool(self._node_claims[node_id])
        return node_id in self.stored_nodes

    def nodes(self) -> Iterator[Node]:
        """Every node that is in the graph now."""
        for node_id in list(self._labels):
            if (node := self.node(node_id)) is not None:
                yield node

    def edges(self, type_: str | None = None) -> Iterator[Edge]:
        """Every relationship, or every one of a type, that is in the graph now."""
        for key in self.edge_keys(type_):
            if (edge := self.edge(key)) is not None:
                yield edge

    def edge_keys(self, type_: str | None = None) -> list[EdgeKey]:
        keys = dict.fromkeys((*self.stored_edges, *self._edge_claims))
        return [k for k in keys if type_ is None or k[0] == type_]

    def label_of(self, node_id: str) -> str:
        """The class that an id names, also of a node that is gone."""
        if node_id in self._labels:
            return self._labels[node_id]
        cls = self.ontology.class_of_id(node_id)
        return cls.name if cls else ""

    def stated_by(self, dataset: str) -> tuple[list[str], list[EdgeKey]]:
        """Nodes and relationships of which a dataset has claims."""
        nodes = [
            i
            for i in self._labels
            if dataset in self._datasets(self._node_claims.get(i), self.stored_nodes.get(i))
        ]
        edges = [
            k
            for k in self.edge_keys()
            if dataset in self._datasets(self._edge_claims.get(k), self.stored_edges.get(k))
        ]
        return nodes, edges

    def only_by(self, node_id: str, dataset: str) -> bool:
        """Whether nobody but this dataset states a node."""
        return self._datasets(self._node_claims.get(node_id), self.stored_nodes.get(node_id)) == {dataset}

    @staticmethod
    def _datasets(claims: list[Claim] | None, stored: Node | Edge | None) -> set[str]:
        if claims is not None:
            return {c.dataset for c in claims}
        names = stored.props.get("datasets") if stored else None
        found = set(names) if isinstance(names, list) else set()
        return found or ({""} if stored else set())

    def retrieved(self, dataset: str) -> date | None:
        """When a dataset that is in the graph was retrieved."""
        return self._retrieved.get(dataset)

    # --- change ---

    def set_node(self, node_id: str, label: str, claims: Iterable[Claim]) -> None:
        self._labels.setdefault(node_id, label)
        self._node_claims[node_id] = in_order(claims)
        self._made_nodes.pop(node_id, None)

    def set_edge(self, key: EdgeKey, claims: Iterable[Claim]) -> None:
        self._edge_claims[key] = in_order(claims)
        self._made_edges.pop(key, None)
        if key[0] == LEADS:
            self._leaders = None

    def note_sources(self, dataset: str, claims: dict[str, Claim], own: str, *, all_of_them: bool) -> None:
        """The days of a dataset's sources as its rows have them now; others stay unless these are all."""
        for key in [k for k in self._days if all_of_them and k[0] == dataset]:
            del self._days[key]
        for source, claim in claims.items():
            self._note_source(source, [claim])
        self._retrieved[dataset] = claims[own].day

    def _note_source(self, source: str, claims: Iterable[Claim]) -> None:
        for claim in claims:
            published = claim.props.get("published")
            if isinstance(published, date):
                self._days[claim.dataset, source] = published
            if source == sources.source_id("dataset", claim.dataset):
                self._retrieved[claim.dataset] = claim.day

    # --- what claims come to ---

    def node(self, node_id: str) -> Node | None:
        """The record as it should be stored, without what is added on writing; None when nobody states it."""
        if node_id not in self._node_claims:
            node = self.stored_nodes.get(node_id)
        else:
            if node_id not in self._made_nodes:
                self._made_nodes[node_id] = self._make_node(node_id)
            node = self._made_nodes[node_id]
        if node is None:
            return None
        roles = self._roles(node)
        return node if set(roles) == set(node.roles) else replace(node, roles=roles)

    def _make_node(self, node_id: str) -> Node | None:
        claims = self._node_claims[node_id]
        if not claims:
            return None
        day = self._implied_day(claims[0]) if len(claims) == 1 else None
        return Node(self._labels[node_id], node_id, self._props(claims, self.node_shape, day))

    def edge(self, key: EdgeKey) -> Edge | None:
        """The record as it should be stored; None when nobody states it or an end is gone."""
        if not self.has_node(key[1]) or not self.has_node(key[2]):
            return None
        if key not in self._edge_claims:
            return self.stored_edges.get(key)
        claims = self._edge_claims[key]
        if claims and key not in self._made_edges:
            props = self._props(claims, self.edge_shape, None)
            labels = self._labels[key[1]], self._labels[key[2]]
            self._made_edges[key] = Edge(key[0], labels[0], key[1], labels[1], key[2], props, key[3])
        return self._made_edges[key] if claims else None

    def _props(self, claims: list[Claim], shape: Shape, day: date | None) -> dict[str, Value]:
        folded = fold(claims, shape)
        props: dict[str, Value] = {k: v for k, v in folded.items() if v not in (None, [], "")}
        if len(claims) > 1 or implied(props, day, shape) != claims[0]:
            props["claims"] = claims_text(claims)
        return props

    def _roles(self, node: Node) -> tuple[str, ...]:
        """A chain leader is an organization that a row calls so, or that leads a chain."""
        others = tuple(r for r in node.roles if r != LEADER_ROLE)
        leads = node.props.get("is_chain_leader") is True or node.id in self._leading()
        return (*others, LEADER_ROLE) if leads and self.ontology.is_a(node.label, "Organization") else others

    def _leading(self) -> set[str]:
        if self._leaders is None:
            self._leaders = {
                k[1] for k in self.edge_keys(LEADS) if self.edge_claims(k) and self.has_node(k[2])
            }
        return self._leaders

    # --- differences ---

    def changes(self) -> Changes:
        """What to write so that the store holds what the claims come to."""
        self._leaders = None
        found = Changes()
        leading = [
            i
            for i, n in self.stored_nodes.items()
            if i not in self._node_claims and self._roles(n) != n.roles
        ]
        for node_id in (*self._node_claims, *leading):
            stored, node = self.stored_nodes.get(node_id), self.node(node_id)
            if node is None:
                found.deleted_nodes += [stored] if stored else []
            elif stored is None:
                found.created_nodes.append(node)
            elif not same_node(stored, node):
                found.changed_nodes.append(node)
        gone = {n.id for n in found.deleted_nodes}
        beside = [k for k in self.stored_edges if k[1] in gone or k[2] in gone] if gone else []
        for key in dict.fromkeys((*self._edge_claims, *beside)):
            before, edge = self.stored_edges.get(key), self.edge(key)
            if edge is None:
                found.deleted_edges += [before] if before else []
            elif before is None:
                found.created_edges.append(edge)
            elif not same_props(before.props, edge.props):
                found.changed_edges.append(edge)
        return found

    # --- claims of stored records ---

    def _stored_claims(self, props: dict[str, Value], shape: Shape, what: str) -> list[Claim]:
        texts = props.get("claims")
        if isinstance(texts, list):
            try:
                return read_claims(texts, self.ontology)
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(
                    f"{what}: its record of statements is damaged ({error})",
                    "rebuild the graph from its datasets",
                ) from error
        claim = implied(props, None if shape.edge else self._stored_day(props), shape)
        return [claim if claim is not None else _foreign(props)]

    def _stored_day(self, props: dict[str, Value]) -> date | None:
        datasets, ids = props.get("datasets"), props.get("source_ids")
        if not isinstance(datasets, list) or len(datasets) != 1:
            return None
        return self._day(datasets[0], ids if isinstance(ids, list) else (), props)

    def _implied_day(self, claim: Claim) -> date | None:
        """The day that a reader of the stored record would give its one claim."""
        return self._day(claim.dataset, claim.sources, claim.props)

    def _day(self, dataset: str, ids: Iterable[str], props: dict[str, Value]) -> date | None:
        ids = tuple(ids)
        if not ids:  # a source itself
            retrieved = props.get("retrieved")
            return retrieved if isinstance(retrieved, date) else None
        known = [d for i in ids if (d := self._days.get((dataset, i)))]
        return max(known) if known else self._retrieved.get(dataset)


def _foreign(props: dict[str, Value]) -> Claim:
    """A record that no loader wrote: a claim of nobody's dataset, so that nothing withdraws it."""
    own = {k: v for k, v in props.items() if k not in FOLDED}
    ids, as_of = props.get("source_ids"), props.get("as_of")
    day = as_of if isinstance(as_of, date) else _UNDATED
    return Claim(
        "", tuple(ids) if isinstance(ids, list) else (), str(props.get("confidence") or "low"), day, own
    )


def same_node(one: Node, other: Node) -> bool:
    return set(one.roles) == set(other.roles) and same_props(one.props, other.props)


def same_props(one: dict[str, Value], other: dict[str, Value]) -> bool:
    """Whether two records say the same, apart from what is made on writing."""
    return _compared(one) == _compared(other)


def _compared(props: dict[str, Value]) -> dict[str, Any]:
    return {
        k: tuple(v) if isinstance(v, list) else v for k, v in props.items() if k not in _LATER and v != []
    }


def read_image(store: Store, ontology: Ontology) -> Image:
    """The whole graph of a store."""
    node_counts, edge_counts = store.counts()
    nodes = [n for label in node_counts if label in ontology.classes for n in store.nodes(label)]
    edges = [e for type_ in edge_counts if type_ in ontology.edges for e in store.edges(type_)]
    return Image(ontology, nodes, edges)
