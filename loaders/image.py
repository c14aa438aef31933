"""The graph in memory as claims: read from the store, changed by datasets, written back where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.loaders import referring, sources
from bulian.loaders.statements import (
    Claim,
    Shape,
    claims_text,
    fold,
    foreign,
    implied,
    in_order,
    read_claims,
    same_node,
    same_props,
    shapes,
)
from bulian.ontology.model import Ontology
from bulian.records import Edge, Node, Value

EdgeKey = tuple[str, str, str, str | None]  # type, from, to, ref
LEADER_ROLE, LEADS, PART_OF = "ChainLeader", "LEADS", "PART_OF"


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
    """Records as stored, and the claims behind those touched.

    Without claims a record is gone. But a node that somebody refers to is kept as it was last stated, with
    what it is part of (`settle`).
    """

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
        self._last: dict[str, list[Claim]] = {}  # last known content of nodes that nobody states
        self._last_parts: dict[EdgeKey, list[Claim]] = {}  # and of what nodes are part of
        self.kept: dict[str, set[str]] = {}  # nodes that stay without claims → datasets that refer to them
        self.days = sources.Days()
        for node in self.stored_nodes.values():
            if node.label == sources.LABEL:
                self.days.note(node.id, self.node_claims(node.id))
            if _unstated(node) and _all_kept(claims := self.node_claims(node.id)):
                self._last[node.id], self.kept[node.id] = claims, set()
        for key, edge in self.stored_edges.items():
            if _unstated(edge) and _all_kept(claims := self.edge_claims(key)):
                self._last_parts[key] = claims

    # --- what is there ---

    def node_claims(self, node_id: str) -> list[Claim]:
        """What is stated of a node; nothing of one that is only kept."""
        if node_id in self._node_claims:
            return self._node_claims[node_id]
        node = self.stored_nodes.get(node_id)
        if node is None or node_id in self._last:
            return []
        return self._stored_claims(node.props, self.node_shape, node_id)

    def last_known(self, node_id: str) -> list[Claim]:
        """What is, or was last, stated of a node."""
        return self.node_claims(node_id) or self._last.get(node_id, [])

    def last_known_edge(self, key: EdgeKey) -> list[Claim]:
        return self.edge_claims(key) or self._last_parts.get(key, [])

    def edge_claims(self, key: EdgeKey) -> list[Claim]:
        """What is stated of a relationship; nothing of one that is only kept."""
        if key in self._edge_claims:
            return self._edge_claims[key]
        edge = self.stored_edges.get(key)
        if edge is None or key in self._last_parts:
            return []
        return self._stored_claims(edge.props, self.edge_shape, "->".join(key[:3]))

    def last_parts(self) -> dict[str, list[EdgeKey]]:
        """What each node is, or was last, part of."""
        found: dict[str, list[EdgeKey]] = {}
        for key in self.edge_keys(PART_OF):
            if key in self._last_parts or self.edge_claims(key):
                found.setdefault(key[1], []).append(key)
        return found

    def has_node(self, node_id: str) -> bool:
        if node_id in self.kept or self._node_claims.get(node_id):
            return True
        return self._is_stored(node_id)

    def _is_stored(self, node_id: str) -> bool:
        """Whether a node is stated in the store and no dataset touched it."""
        touched = node_id in self._node_claims or node_id in self._last
        return not touched and node_id in self.stored_nodes

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

    def labels(self) -> Iterable[tuple[str, str]]:
        """Id and class of every node that is or was there."""
        return list(self._labels.items())

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

    def node_datasets(self, node_id: str) -> set[str]:
        """The datasets that state a node; "" for a record that no loader wrote."""
        claims = [] if node_id in self.kept else self._node_claims.get(node_id)
        return self._datasets(claims, self.stored_nodes.get(node_id))

    def edge_datasets(self, key: EdgeKey) -> set[str]:
        claims = [] if key in self._last_parts else self._edge_claims.get(key)
        return self._datasets(claims, self.stored_edges.get(key))

    @staticmethod
    def _datasets(claims: list[Claim] | None, stored: Node | Edge | None) -> set[str]:
        if claims is not None:
            return {c.dataset for c in claims}
        names = stored.props.get("datasets") if stored else None
        found = set(names) if isinstance(names, list) else set()
        return found or ({""} if stored else set())

    # --- change ---

    def set_node(self, node_id: str, label: str, claims: Iterable[Claim], last: Iterable[Claim] = ()) -> None:
        """`last`: what was stated of it until now, kept if it has no claims and others refer to it."""
        self._labels.setdefault(node_id, label)
        self._node_claims[node_id] = in_order(claims)
        self._made_nodes.pop(node_id, None)
        self.kept.pop(node_id, None)
        self._last.pop(node_id, None)
        known = [replace(c, kept=True) for c in last]
        if known and not self._node_claims[node_id]:
            self._last[node_id] = known

    def settle(self) -> None:
        """Decide which nodes that nobody states any more stay, since somebody refers to them."""
        self.kept = {}
        self._leaders = None
        self.kept = referring.referrers(self, self._last)

    def set_edge(self, key: EdgeKey, claims: Iterable[Claim], last: Iterable[Claim] = ()) -> None:
        """`last`: as for a node, of what tells what one is part of."""
        self._edge_claims[key] = in_order(claims)
        self._made_edges.pop(key, None)
        self._last_parts.pop(key, None)
        known = [replace(c, kept=True) for c in last]
        if key[0] == PART_OF and known and not self._edge_claims[key]:
            self._last_parts[key] = known
        if key[0] == LEADS:
            self._leaders = None

    # --- what claims come to ---

    def node(self, node_id: str) -> Node | None:
        """The record as it should be stored, without what is added on writing; None when nobody states it."""
        node: Node | None = None
        if self._is_stored(node_id):
            node = self.stored_nodes[node_id]
        elif self.has_node(node_id):
            if node_id not in self._made_nodes:
                self._made_nodes[node_id] = self._make_node(node_id)
            node = self._made_nodes[node_id]
        if node is None:
            return None
        roles = self._roles(node)
        return node if set(roles) == set(node.roles) else replace(node, roles=roles)

    def _make_node(self, node_id: str) -> Node | None:
        claims = self.last_known(node_id)
        day = self.days.of(claims[0].dataset, claims[0].sources, claims[0].props)
        return Node(self._labels[node_id], node_id, self._props(claims, self.node_shape, day))

    def edge(self, key: EdgeKey) -> Edge | None:
        """The record as it should be stored; None when nobody states it or an end is gone."""
        if not self.has_node(key[1]) or not self.has_node(key[2]):
            return None
        if key in self._last_parts:
            claims = self._last_parts[key] if key[1] in self.kept else []
        elif key in self._edge_claims:
            claims = self._edge_claims[key]
        else:
            return self.stored_edges.get(key)
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
        for node_id in dict.fromkeys((*self._node_claims, *self._last, *leading)):
            stored, node = self.stored_nodes.get(node_id), self.node(node_id)
            if node is None:
                found.deleted_nodes += [stored] if stored else []
            elif stored is None:
                found.created_nodes.append(node)
            elif not same_node(stored, node):
                found.changed_nodes.append(node)
        gone = {n.id for n in found.deleted_nodes}
        beside = [k for k in self.stored_edges if k[1] in gone or k[2] in gone] if gone else []
        for key in dict.fromkeys((*self._edge_claims, *self._last_parts, *beside)):
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
        claim = implied(props, None if shape.edge else self.days.stored(props), shape)
        return [claim if claim is not None else foreign(props)]


def _all_kept(claims: Iterable[Claim]) -> bool:
    return all(c.kept for c in claims)


def _unstated(record: Node | Edge) -> bool:
    """Whether a stored record is nobody's now; its claims tell whether anybody's ever."""
    return "claims" in record.props and "datasets" not in record.props


def read_image(store: Store, ontology: Ontology) -> Image:
    """The whole graph of a store."""
    node_counts, edge_counts = store.counts()
    nodes = [n for label in node_counts if label in ontology.classes for n in store.nodes(label)]
    edges = [e for type_ in edge_counts if type_ in ontology.edges for e in store.edges(type_)]
    return Image(ontology, nodes, edges)
