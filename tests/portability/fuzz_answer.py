"""The right rows of a random query, found by trying every walk: no planner, so nothing to get wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from portability.fuzz_query import Condition, Graph, Hop, NodePattern, Pattern, Query

Binding = dict[str, int | None]  # variable → position of its node
Row = tuple[Any, ...]


def answer(graph: Graph, query: Query) -> list[Row]:
    """The rows, in no order (lists inside them sorted as the query asks)."""
    found = [b for b in _matches(graph, query.first, {}) if _holds(graph, query.where, b)]
    if query.second:
        found = [row for b in found for row in _second(graph, query, query.second, b)]
    return _rows(graph, query, found)


def _second(graph: Graph, query: Query, pattern: Pattern, binding: Binding) -> list[Binding]:
    found = [b for b in _matches(graph, pattern, binding) if _holds(graph, query.second_where, b)]
    if not found and query.then == "OPTIONAL MATCH":
        return [{**binding, **{var: None for var in pattern.variables if var not in binding}}]
    return found


# --- matching: a relationship is used once in a pattern ---


def _matches(graph: Graph, pattern: Pattern, binding: Binding) -> Iterator[Binding]:
    def go(step: int, at: int, used: frozenset[int], bound: Binding) -> Iterator[Binding]:
        if step == len(pattern.hops):
            yield bound
            return
        node = pattern.nodes[step + 1]
        for there, walked in _walks(graph, at, pattern.hops[step], used):
            if _fits(graph, node, there, bound):
                yield from go(step + 1, there, walked, {**bound, node.var: there})

    first = pattern.nodes[0]
    for start in range(len(graph.nodes)):
        if _fits(graph, first, start, binding):
            yield from go(0, start, frozenset(), {**binding, first.var: start})


def _fits(graph: Graph, pattern: NodePattern, at: int, bound: Binding) -> bool:
    node = graph.nodes[at]
    if pattern.var in bound and bound[pattern.var] != at:
        return False
    has_label = {None: True, "C": node.secondary}.get(pattern.label, node.label == pattern.label)
    return has_label and pattern.id in (None, node.id) and pattern.v in (None, node.v)


def _walks(graph: Graph, at: int, hop: Hop, used: frozenset[int]) -> Iterator[tuple[int, frozenset[int]]]:
    low, high = hop.length or (1, 1)
    front = [(at, used)]
    if low == 0:
        yield at, used
    for length in range(1, high + 1):
        front = [(to, done | {e}) for place, done in front for to, e in _steps(graph, place, hop, done)]
        if length >= low:
            yield from front


def _steps(graph: Graph, at: int, hop: Hop, used: frozenset[int]) -> Iterator[tuple[int, int]]:
    types = hop.types.split("|") if hop.types else None
    for e, (a, type_, b) in enumerate(graph.edges):
        if e in used or (types and type_ not in types):
            continue
        if hop.direction in ">-" and a == at:
            yield b, e
        loop_seen = hop.direction == "-" and a == b
        if hop.direction in "<-" and b == at and not loop_seen:
            yield a, e


# --- predicates: a null makes them unknown, and unknown is not kept ---


def _holds(graph: Graph, conditions: list[Condition], bound: Binding) -> bool:
    return all(_true(graph, c, bound) for c in conditions)


def _true(graph: Graph, condition: Condition, bound: Binding) -> bool:
    at = bound[condition.var]
    assert at is not None  # a WHERE belongs to the clause that binds its variables
    value = graph.nodes[at].v
    match condition.kind, condition.args:
        case ("compare" | "not compare") as kind, (operator, limit):
            if value is None:
                return False
            kept: bool = {">": value > limit, "=": value == limit, "<>": value != limit}[operator]
            return kept == (kind == "compare")
        case "null", (wanted,):
            return (value is None) == bool(wanted)
        case "other", (var,):
            return at != bound[var]
        case "exists", (type_, direction):
            return _touches(graph, at, type_, direction)
        case "no pattern", (type_, direction):
            return not _touches(graph, at, type_, direction)
        case "count", (type_, least):
            return len([1 for a, t, _ in graph.edges if t == type_ and a == at]) > int(least)
        case "id", (id_,):
            return graph.nodes[at].id == str(id_)
        case "in", (values,):
            return value in tuple(values)  # a null is in no list of numbers
    raise AssertionError(condition)


def _touches(graph: Graph, at: int, type_: str, direction: str) -> bool:
    return any(True for _ in _steps(graph, at, Hop(direction, type_), frozenset()))


# --- what RETURN makes of the bindings ---


def _rows(graph: Graph, query: Query, found: list[Binding]) -> list[Row]:
    key, target = query.key, query.target
    match query.returns:
        case "count rows":
            return [(len(found),)]
        case "count":
            return [(sum(b[target] is not None for b in found),)]
        case "count distinct":
            return [(len({b[target] for b in found} - {None}),)]
        case "rows":
            return [(_id(graph, b[key]), _id(graph, b[target])) for b in found]
        case "distinct":
            return [(i,) for i in {_id(graph, b[target]) for b in found}]
        case "call":
            return [(_id(graph, b[key]), _degree(graph, b[key])) for b in found]
        case "comprehension":
            return [(_id(graph, b[key]), _positive(graph, b[key])) for b in found]
        case "labels":
            kinds = Counter(_labels(graph, b[key]) for b in found)
            return [(list(k), n) for k, n in kinds.items()]
        case "sum":
            return [
                _sum_row(k, [_v(graph, t) for t in ts]) for k, ts in _grouped(graph, found, query, _v).items()
            ]
    groups = _grouped(graph, found, query, _id)
    return _group_rows(graph, query.returns, groups)


def _group_rows(graph: Graph, returns: str, groups: dict[Any, list[int | None]]) -> list[Row]:
    bound = {k: [t for t in targets if t is not None] for k, targets in groups.items()}
    sizes = [(k, len(targets)) for k, targets in bound.items()]
    match returns:
        case "group rows":
            return [(k, len(targets)) for k, targets in groups.items()]
        case "group":
            return [*sizes]
        case "group distinct":
            return [(k, len(set(targets))) for k, targets in bound.items()]
        case "having":
            return [(k, n) for k, n in sizes if n > 1]
        case "top":
            return [*sorted(sizes, key=lambda row: (-row[1], row[0]))[:2]]
        case "collect":
            return [(k, sorted(graph.nodes[t].id for t in targets)) for k, targets in bound.items()]
        case "collect distinct":
            return [(k, len({_v(graph, t) for t in targets} - {None})) for k, targets in bound.items()]
    raise AssertionError(returns)


def _grouped(graph: Graph, found: list[Binding], query: Query, by: Any) -> dict[Any, list[int | None]]:
    groups: dict[Any, list[int | None]] = {}
    for b in found:
        groups.setdefault(by(graph, b[query.key]), []).append(b[query.target])
    return groups


def _sum_row(key: Any, values: list[int | None]) -> Row:
    known = [v for v in values if v is not None]
    return key, sum(known), min(known, default=None)


def _degree(graph: Graph, at: int | None) -> int:
    return sum(a == at and t == "R" for a, t, _ in graph.edges)


def _positive(graph: Graph, at: int | None) -> int:
    return sum(a == at and t == "S" and (graph.nodes[b].v or 0) > 0 for a, t, b in graph.edges)


def _id(graph: Graph, at: int | None) -> str | None:
    return None if at is None else graph.nodes[at].id


def _labels(graph: Graph, at: int | None) -> tuple[str, ...]:
    assert at is not None  # a key is a node of the first MATCH
    node = graph.nodes[at]
    return (node.label, "C") if node.secondary else (node.label,)


def _v(graph: Graph, at: int | None) -> int | None:
    return None if at is None else graph.nodes[at].v
