"""Random small graphs and random queries on them, as data that can be rendered to Cypher."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import kglite

TYPES = "RS"


@dataclass(frozen=True)
class GraphNode:
    """A node with a primary label A or B, perhaps the secondary label C, and a small value or none."""

    id: str
    label: str
    secondary: bool
    v: int | None


@dataclass(frozen=True)
class Graph:
    """Nodes, and edges as (from, type, to) by position."""

    nodes: list[GraphNode]
    edges: list[tuple[int, str, int]]

    @classmethod
    def random(cls, r: random.Random) -> Graph:
        n = r.randint(3, 8)
        nodes = [
            GraphNode(f"n{i}", r.choice("AB"), r.random() < 0.3, r.choice([0, 1, 2, None])) for i in range(n)
        ]
        return cls(
            nodes, [(r.randrange(n), r.choice(TYPES), r.randrange(n)) for _ in range(r.randint(0, 12))]
        )

    def load(self) -> kglite.KnowledgeGraph:
        """The graph in the engine, after a life: nodes and relationships that were there once are deleted."""
        graph = kglite.KnowledgeGraph()
        declared = {"primary_key": "id", "optional": ["id", "name", "v"]}
        graph.define_schema({"nodes": dict.fromkeys("AB", declared)})
        for node in self.nodes:
            labels = f"{node.label}:C" if node.secondary else node.label
            text = f"CREATE (n:{labels} {{id: $id, name: $id}}) SET n.v = $v"
            graph.cypher(text, params={"id": node.id, "v": node.v})
        for a, type_, b in self.edges:
            ends = f"(a:{self.nodes[a].label} {{id: $a}}), (b:{self.nodes[b].label} {{id: $b}})"
            ids = {"a": self.nodes[a].id, "b": self.nodes[b].id}
            graph.cypher(f"MATCH {ends} CREATE (a)-[:{type_}]->(b)", params=ids)
            graph.cypher(f"MATCH {ends} CREATE (a)-[:{type_} {{gone: true}}]->(b)", params=ids)
            graph.cypher(f"MATCH {ends} CREATE (a)-[:{type_}]->(:D:C {{name: 'd'}})-[:R]->(b)", params=ids)
        graph.cypher("MATCH ()-[r {gone: true}]->() DELETE r")
        graph.cypher("MATCH (d:D) DETACH DELETE d")
        return graph


@dataclass(frozen=True)
class NodePattern:
    """`(x:A {id: 'n1'})`; a bound one is a variable of the clause before."""

    var: str
    label: str | None = None
    id: str | None = None
    v: int | None = None
    bound: bool = False

    def text(self) -> str:
        literals = [f"id: '{self.id}'"] if self.id is not None else []
        literals += [f"v: {self.v}"] if self.v is not None else []
        label = f":{self.label}" if self.label else ""
        return f"({self.var}{label}{' {' + ', '.join(literals) + '}' if literals else ''})"


@dataclass(frozen=True)
class Hop:
    """`-[:R|S*1..2]->`; direction `>`, `<` or `-` (either way)."""

    direction: str
    types: str | None = None
    length: tuple[int, int] | None = None

    def text(self) -> str:
        body = f":{self.types}" if self.types else ""
        if self.length:
            low, high = self.length
            body += f"*{low}" if low == high else f"*{low}..{high}"
        return arrow(self.direction, f"[{body}]" if body else "")


@dataclass(frozen=True)
class Pattern:
    """Nodes with hops between them."""

    nodes: list[NodePattern]
    hops: list[Hop]

    def text(self) -> str:
        rest = "".join(hop.text() + node.text() for hop, node in zip(self.hops, self.nodes[1:], strict=True))
        return self.nodes[0].text() + rest

    @property
    def variables(self) -> list[str]:
        return [node.var for node in self.nodes]


@dataclass(frozen=True)
class Condition:
    """One predicate on a variable; `kind` says which, `args` are its own."""

    kind: str
    var: str
    args: tuple[Any, ...] = ()

    def text(self) -> str:
        x = self.var
        match self.kind, self.args:
            case "compare", (operator, value):
                return f"{x}.v {operator} {value}"
            case "not compare", (operator, value):
                return f"NOT {x}.v {operator} {value}"
            case "null", (wanted,):
                return f"{x}.v IS {'' if wanted else 'NOT '}NULL"
            case "other", (y,):
                return f"{x} <> {y}"
            case "exists", (type_, direction):
                return f"EXISTS {{ ({x}){arrow(direction, f'[:{type_}]')}() }}"
            case "no pattern", (type_, direction):
                return f"NOT ({x}){arrow(direction, f'[:{type_}]')}()"
            case "count", (type_, least):
                return f"COUNT {{ ({x})-[:{type_}]->() }} > {least}"
            case "id", (id_,):
                return f"{x}.id = '{id_}'"
            case "in", (values,):
                return f"{x}.v IN {list(values)}"
        raise AssertionError(self)


# What a query returns of key `{k}` and target `{t}`; fuzz_answer.py knows the right rows of each.
RETURNS = {
    "count rows": "RETURN count(*) AS n",
    "count": "RETURN count({t}) AS n",
    "count distinct": "RETURN count(DISTINCT {t}) AS n",
    "group rows": "RETURN {k}.id AS k, count(*) AS n",
    "group": "RETURN {k}.id AS k, count({t}) AS n",
    "group distinct": "RETURN {k}.id AS k, count(DISTINCT {t}.id) AS n",
    "rows": "RETURN {k}.id AS k, {t}.id AS t",
    "distinct": "RETURN DISTINCT {t}.id AS t",
    "sum": "RETURN {k}.v AS k, sum({t}.v) AS s, min({t}.v) AS m",
    "labels": "RETURN labels({k}) AS k, count(*) AS n",
    "having": "WITH {k}, count({t}) AS n WHERE n > 1 RETURN {k}.id AS k, n",
    "top": "WITH {k}, count({t}) AS n ORDER BY n DESC, {k}.id LIMIT 2 RETURN {k}.id AS k, n",
    "collect": "WITH {k} AS kk, {t} AS tt ORDER BY tt.id RETURN kk.id AS k, collect(tt.id) AS c",
    "collect distinct": "RETURN {k}.id AS k, size(collect(DISTINCT {t}.v)) AS n",
    "call": "CALL ({k}) {{ OPTIONAL MATCH ({k})-[:R]->(z) RETURN count(z) AS n }} RETURN {k}.id AS k, n",
    "comprehension": "RETURN {k}.id AS k, size([({k})-[:S]->(z) WHERE z.v > 0 | z.id]) AS n",
}


@dataclass(frozen=True)
class Query:
    """MATCH first WHERE .., perhaps (OPTIONAL) MATCH second WHERE .., then one of RETURNS."""

    first: Pattern
    where: list[Condition]
    then: str | None
    second: Pattern | None
    second_where: list[Condition]
    returns: str
    key: str
    target: str

    def text(self) -> str:
        text = f"MATCH {self.first.text()}{_where(self.where)}"
        if self.second:
            text += f" {self.then} {self.second.text()}{_where(self.second_where)}"
        return f"{text} {RETURNS[self.returns].format(k=self.key, t=self.target)}"

    @classmethod
    def random(cls, r: random.Random, graph: Graph) -> Query:
        first = _pattern(r, graph, None, 0)
        where = _conditions(r, first.variables, graph)
        then = r.choice([None, None, None, "MATCH", "OPTIONAL MATCH", "OPTIONAL MATCH"])
        second, second_where, targets = None, [], first.variables
        if then:
            second = _pattern(r, graph, r.choice(first.variables), 10)
            second_where = _conditions(r, second.variables, graph)
            targets = second.variables[1:]
        key, returns = r.choice(first.variables), r.choice(list(RETURNS))
        return cls(first, where, then, second, second_where, returns, key, r.choice(targets))


def arrow(direction: str, body: str) -> str:
    """A relationship pattern around its brackets."""
    return {">": f"-{body}->", "<": f"<-{body}-", "-": f"-{body}-"}[direction]


def _where(conditions: list[Condition]) -> str:
    return " WHERE " + " AND ".join(c.text() for c in conditions) if conditions else ""


def _pattern(r: random.Random, graph: Graph, start: str | None, base: int) -> Pattern:
    hops = r.choice([1, 1, 2, 2, 3] if start else [0, 1, 1, 2, 2, 3])
    nodes = [_node(r, f"x{base + i}", graph) for i in range(hops + 1)]
    if start:
        nodes[0] = NodePattern(start, bound=True)
    lengths: list[tuple[int, int] | None] = [*[None] * 7, (1, 2), (2, 2), (0, 1)]
    return Pattern(
        nodes,
        [Hop(r.choice("><-"), r.choice([None, "R", "S", "R|S"]), r.choice(lengths)) for _ in range(hops)],
    )


def _node(r: random.Random, var: str, graph: Graph) -> NodePattern:
    label, dice = r.choice([None, None, "A", "B", "C"]), r.random()
    if dice < 0.25:
        return NodePattern(var, label, id=r.choice(graph.nodes).id)
    return NodePattern(var, label, v=r.choice([0, 1, 2]) if dice < 0.35 else None)


def _conditions(r: random.Random, variables: list[str], graph: Graph) -> list[Condition]:
    makers: dict[str, Any] = {
        "compare": lambda: (r.choice([">", "=", "<>"]), r.choice([0, 1])),
        "not compare": lambda: (r.choice([">", "=", "<>"]), r.choice([0, 1])),
        "null": lambda: (r.random() < 0.5,),
        "other": lambda: (r.choice(variables),),
        "exists": lambda: (r.choice(TYPES), r.choice("><-")),
        "no pattern": lambda: (r.choice(TYPES), r.choice("><-")),
        "count": lambda: (r.choice(TYPES), r.choice([0, 1])),
        "id": lambda: (r.choice(graph.nodes).id,),
        "in": lambda: ((0, 2),),
    }
    chosen = [r.choice(list(makers)) for _ in range(r.choice([0, 0, 1, 1, 2]))]
    return [Condition(kind, r.choice(variables), makers[kind]()) for kind in chosen]
