"""Accepted rows into the image, round by round, until the shapes find nothing more to set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from bulian.loaders.image import EdgeKey, Image
from bulian.loaders.links import column_of
from bulian.loaders.row import Link, Row
from bulian.loaders.statements import Claim, same_node, same_props
from bulian.ontology.model import Ontology
from bulian.ontology.rules import lexical
from bulian.ontology.shacl import Context, Violation, validate
from bulian.ontology.shapes import VIOLATION
from bulian.records import Edge, Node, Value

NodeClaims = dict[str, tuple[str, list[Claim]]]
EdgeClaims = dict[EdgeKey, list[Claim]]
_WHOLE = frozenset({"id", "ref", "ends", "from", "to", ""})  # fields that mean the whole record


@dataclass
class Before:
    """Claims and records as they were before this dataset, for everything that it touches."""

    node_claims: dict[str, list[Claim]] = field(default_factory=dict)
    last: dict[str, list[Claim]] = field(default_factory=dict)
    edge_claims: dict[EdgeKey, list[Claim]] = field(default_factory=dict)
    last_edges: dict[EdgeKey, list[Claim]] = field(default_factory=dict)
    nodes: dict[str, Node | None] = field(default_factory=dict)
    edges: dict[EdgeKey, Edge | None] = field(default_factory=dict)
    own_nodes: list[str] = field(default_factory=list)
    own_edges: list[EdgeKey] = field(default_factory=list)


class Checks:
    """Puts a dataset's claims into the image and takes back what the shapes forbid. `base`: nodes that stand
    whatever the dataset says."""

    def __init__(
        self,
        ontology: Ontology,
        image: Image,
        dataset: str,
        replaces: bool,
        base: Collection[str],
        rows: Sequence[Row],
        links: Sequence[Link],
    ) -> None:
        self.ontology = ontology
        self.image = image
        self.dataset = dataset
        self.replaces = replaces
        self.base = base
        self.rows = rows
        self.links = links
        self.before = Before()
        self.before.own_nodes, self.before.own_edges = image.stated_by(dataset)

    def run(self, claims: Callable[[], tuple[NodeClaims, EdgeClaims]]) -> Before:
        """`claims`: what the rows still accepted state. Every round sets something aside, or is the last."""
        while True:
            self._cascade()
            self._apply(*claims())
            if not self._judge():
                return self.before

    # --- into the image ---

    def _apply(self, nodes: NodeClaims, edges: EdgeClaims) -> None:
        image, before = self.image, self.before
        for node_id in (*nodes, *(before.own_nodes if self.replaces else ())):
            if node_id not in before.node_claims:
                before.node_claims[node_id] = image.node_claims(node_id)
                before.last[node_id] = image.last_known(node_id)
                before.nodes[node_id] = image.node(node_id)
        for key in (*edges, *(before.own_edges if self.replaces else self._superseded(nodes))):
            if key not in before.edge_claims:
                before.edge_claims[key] = image.edge_claims(key)
                before.last_edges[key] = image.last_known_edge(key)
                before.edges[key] = image.edge(key)
        for node_id, old in before.node_claims.items():
            label, new = nodes.get(node_id, (image.label_of(node_id), []))
            image.set_node(node_id, label, [*self._kept(old, bool(new)), *new], before.last[node_id])
        superseded = set() if self.replaces else set(self._superseded(nodes))
        for key, old in before.edge_claims.items():
            restated = key in edges or key in superseded
            claims = [*self._kept(old, restated), *edges.get(key, ())]
            image.set_edge(key, claims, before.last_edges[key])
        image.settle()

    def _kept(self, old: list[Claim], restated: bool) -> list[Claim]:
        """Claims of others; and the dataset's own earlier ones when it only adds and did not restate this."""
        return [c for c in old if c.dataset != self.dataset or not (self.replaces or restated)]

    def _superseded(self, nodes: NodeClaims) -> list[EdgeKey]:
        """Relationships that columns of an earlier version of a restated row gave, when the dataset only
        adds: they stand on the very sources of the node's own earlier claims and say nothing more."""
        owners = {
            (rule.type, rule.start.is_row)
            for row in self.rows
            if row.node_id
            for rule in row.file.source.mapping.relationships
        }
        found = []
        for key in self.before.own_edges:
            for owner, is_start in ((key[1], True), (key[2], False)):
                if owner not in nodes or (key[0], is_start) not in owners:
                    continue
                mine = [c for c in self._earlier_edge(key) if c.dataset == self.dataset]
                basis = {(c.sources, c.confidence, c.day) for c in self._earlier_node(owner)}
                if all(not c.props and (c.sources, c.confidence, c.day) in basis for c in mine):
                    found.append(key)
        return found

    def _earlier_edge(self, key: EdgeKey) -> list[Claim]:
        known = self.before.edge_claims.get(key)
        return self.image.edge_claims(key) if known is None else known

    def _earlier_node(self, node_id: str) -> list[Claim]:
        known = self.before.node_claims.get(node_id)
        claims = self.image.node_claims(node_id) if known is None else known
        return [c for c in claims if c.dataset == self.dataset]

    # --- ends that are gone ---

    def _cascade(self) -> None:
        """What refers to a row set aside goes too: the row where it needs it, else only the value."""
        again = True
        while again:
            live = {r.node_id for r in self.rows if r.alive and r.node_id}
            again = False
            for link in self.links:
                if link.alive and (
                    lost := [e for e in link.key[1:3] if e not in live and e not in self.base]
                ):
                    self._drop(link, "reference to a quarantined row", lost[0])
                    again = again or not link.row.alive
            for row in self.rows:
                for column, name, node_id in row.refs if row.alive else ():
                    if name in row.props and node_id not in live and node_id not in self.base:
                        again = again or self._drop_reference(row, column, name, node_id)

    @staticmethod
    def _drop_reference(row: Row, column: str, name: str, node_id: str) -> bool:
        if column in row.file.source.mapping.required:
            row.quarantine("reference to a quarantined row", column, node_id)
            return True
        del row.props[name]
        row.reject(column, node_id, "reference to a quarantined row")
        return False

    def _drop(self, link: Link, reason: str, hint: str) -> None:
        link.dead = True
        one_of = link.row.file.source.mapping.required_any
        last = link.column in one_of and not any(
            k.row is link.row and k.alive and k.column in one_of for k in self.links
        )
        if link.primary or link.rule.required or last:
            link.row.quarantine(reason, link.column, link.value, hint)
        else:
            link.row.reject(link.column, link.value, reason, hint)

    # --- shapes ---

    def _judge(self) -> bool:
        """Validate what is new or changed. True: something was set aside, so look again."""
        nodes = [n for i, old in self.before.nodes.items() if (n := self._new_node(i, old))]
        edges = [e for k, old in self.before.edges.items() if (e := self._new_edge(k, old))]
        if not nodes and not edges:
            return False
        judged_nodes, judged_edges = {n.id for n in nodes}, {e.key for e in edges}
        context = Context(
            [n for n in self.image.nodes() if n.id not in judged_nodes],
            [e for e in self.image.edges() if e.key not in judged_edges],
        )
        violations = validate(nodes, edges, context, ontology=self.ontology)
        rows: dict[str, list[Row]] = defaultdict(list)
        links: dict[EdgeKey, list[Link]] = defaultdict(list)
        for row in self.rows:
            if row.alive and row.node_id:
                rows[row.node_id].append(row)
        for link in self.links:
            if link.alive:
                links[link.key].append(link)
        acted = [self._cycles(violations, links, context.edges)]
        for v in violations:
            if isinstance(v.key, str):
                acted.append(self._node(v, rows.get(v.key, [])))
            elif not self._is_cycle(v):
                acted.append(self._edge(v, links.get(v.key, [])))
        return any(acted)

    def _new_node(self, node_id: str, old: Node | None) -> Node | None:
        node = self.image.node(node_id)
        return node if node is not None and (old is None or not same_node(old, node)) else None

    def _new_edge(self, key: EdgeKey, old: Edge | None) -> Edge | None:
        edge = self.image.edge(key)
        return edge if edge is not None and (old is None or not same_props(old.props, edge.props)) else None

    def _node(self, v: Violation, rows: Iterable[Row]) -> bool:
        rows = [r for r in rows if r.alive]
        guilty = [r for r in rows if _holds(r.props, v)]
        if v.severity == VIOLATION or v.field in _WHOLE:
            for row in guilty or rows:
                row.quarantine(f"shape {v.shape}", v.field, v.value, v.message)
            return bool(rows)
        for row in guilty:
            _remove(row.props, v)
            row.reject(_column(row, v.field), v.value, f"shape {v.shape}", v.message)
        return bool(guilty)

    def _edge(self, v: Violation, links: Iterable[Link]) -> bool:
        links = [k for k in links if k.alive]
        if v.severity == VIOLATION or v.field in _WHOLE:
            for link in links:
                self._drop(link, f"shape {v.shape}", v.message)
            return bool(links)
        guilty = [k for k in links if _holds(k.props, v)]
        for link in guilty:
            _remove(link.props, v)
            link.row.reject(column_of(link, v.field), v.value, f"shape {v.shape}", v.message)
        return bool(guilty)

    # --- cycles ---

    def _is_cycle(self, v: Violation) -> bool:
        return (
            not isinstance(v.key, str)
            and v.shape.startswith("no-cycle")
            and self.ontology.edge(v.key[0]).acyclic
        )

    def _cycles(
        self, violations: Sequence[Violation], links: dict[EdgeKey, list[Link]], others: Sequence[Edge]
    ) -> bool:
        """Of relationships that run in a circle, only those that close one: the later rows."""
        found: dict[str, list[tuple[EdgeKey, Violation]]] = defaultdict(list)
        for v in violations:
            if not isinstance(v.key, str) and self._is_cycle(v):
                found[v.key[0]].append((v.key, v))
        position = {k: n for n, k in enumerate(links)}
        dropped = False
        for type_, members in found.items():
            reach: dict[str, list[str]] = defaultdict(list)
            for edge in others:
                if edge.type == type_:
                    reach[edge.from_id].append(edge.to_id)
            for key, v in sorted(members, key=lambda m: position.get(m[0], -1)):
                if _reaches(reach, key[2], key[1]):
                    for link in links.get(key, ()):
                        self._drop(link, f"shape {v.shape}", v.message)
                        dropped = True
                else:
                    reach[key[1]].append(key[2])
        return dropped


def _reaches(edges: dict[str, list[str]], start: str, goal: str) -> bool:
    seen, queue = {start}, [start]
    while queue:
        node = queue.pop()
        if node == goal:
            return True
        for target in edges.get(node, ()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return False


def _holds(props: dict[str, Value], v: Violation) -> bool:
    value = props.get(v.field)
    if value is None:
        return False
    items = value if isinstance(value, list) else [value]
    return not v.value or any(lexical(i) == v.value for i in items)


def _remove(props: dict[str, Value], v: Violation) -> None:
    value = props.get(v.field)
    if isinstance(value, list) and v.value:
        left = [i for i in value if lexical(i) != v.value]
        if left:
            props[v.field] = left
            return
    props.pop(v.field, None)


def _column(row: Row, name: str) -> str:
    """The column that a property comes from, as people know it."""
    node = row.file.source.mapping.node
    return next((f.column for f in node.fields if f.property == name and f.column), name) if node else name
