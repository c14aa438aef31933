"""What the SPARQL constraints of shapes.ttl say, over plain records. Each rule yields (bad record, value)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bulian.ontology.shapes import Shape
from bulian.records import Edge, Node, Value

Scalar = str | int | float | bool | date
Found = Iterator[tuple[Node | Edge, str]]
_CODE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")


def apply(
    shape: Shape, by_id: Mapping[str, Node], edges: Mapping[str, Sequence[Edge]], nodes: Iterable[Node]
) -> Found:
    """The records that break a shape's rule: `by_id` and `edges` (by type) are all, `nodes` those judged."""
    if shape.rule == "credit-code":
        return _credit_code(nodes)
    return _RULES[shape.rule or ""](edges.get(shape.relationship or "", ()), by_id)


def _acyclic(edges: Sequence[Edge], by_id: Mapping[str, Node]) -> Found:
    """Edges inside a strongly connected component; an edge from a node to itself is another matter."""
    component = _components(edges)
    for edge in edges:
        if edge.from_id != edge.to_id and component[edge.from_id] == component[edge.to_id]:
            yield edge, ""


def _components(edges: Sequence[Edge]) -> dict[str, int]:
    """Node id → number of its strongly connected component (Tarjan, without recursion)."""
    targets: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        targets[edge.from_id].append(edge.to_id)
        targets[edge.to_id]
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    component: dict[str, int] = {}
    path: list[str] = []
    for root in targets:
        if root in index:
            continue
        work = [(root, iter(targets[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    path.append(target)
                    work.append((target, iter(targets[target])))
                    break
                if target not in component:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    while path[-1] != node:
                        component[path.pop()] = index[node]
                    component[path.pop()] = index[node]
    return component


def _one_chain(edges: Sequence[Edge], by_id: Mapping[str, Node]) -> Found:
    for edge in edges:
        link, parent = by_id.get(edge.from_id), by_id.get(edge.to_id)
        if link and parent and _differ(link.props.get("chain_id"), parent.props.get("chain_id")):
            yield edge, ""


def _its_own_chain(edges: Sequence[Edge], by_id: Mapping[str, Node]) -> Found:
    for edge in edges:
        link, chain = by_id.get(edge.from_id), by_id.get(edge.to_id)
        if link and chain and chain.label == "Chain" and _differ(link.props.get("chain_id"), chain.id):
            yield edge, ""


def _differ(one: Value, other: Value) -> bool:
    return any(lexical(a) != lexical(b) for a in scalars(one) for b in scalars(other))


def _no_group(edges: Sequence[Edge], by_id: Mapping[str, Node]) -> Found:
    groups = {n.id for n in by_id.values() if any(v is True for v in scalars(n.props.get("is_group")))}
    for edge in edges:
        if edge.from_id in groups or edge.to_id in groups:
            yield edge, ""


def _credit_code(nodes: Iterable[Node]) -> Found:
    from stdnum.cn import uscc

    for node in nodes:
        for code in _strings(node.props.get("credit_code")):
            if _CODE.search(code) and uscc.calc_check_digit(code[:17]) != code[17]:
                yield node, code


def scalars(value: Value) -> list[Scalar]:
    """The values of a property, one by one: nothing for None, the members of a list."""
    if value is None:
        return []
    return [v for v in value if v is not None] if isinstance(value, list) else [value]


def lexical(value: Scalar) -> str:
    """A value as the text of its RDF literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value):
        return f"{Decimal(repr(value)):f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _strings(value: Value) -> list[str]:
    return [v for v in scalars(value) if isinstance(v, str)]


_RULES: dict[str, Callable[[Sequence[Edge], Mapping[str, Node]], Found]] = {
    "acyclic": _acyclic,
    "one-chain": _one_chain,
    "its-own-chain": _its_own_chain,
    "no-group": _no_group,
}
