"""Checks records against the shapes: over plain values for speed, or with pySHACL over their RDF form."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal, TypeAlias

from bulian.errors import UnknownName
from bulian.ontology import load_ontology, rules
from bulian.ontology.model import Ontology, Text
from bulian.ontology.rules import lexical, scalars
from bulian.ontology.shapes import Shape, derived_shapes, relationship_class
from bulian.records import Edge, Node, Value

Key: TypeAlias = "str | tuple[str, str, str, str | None]"
Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one record. `severity`: `violation` bars the record, `warning` only the value.

    `key` is a node's id or an edge's key; `field` a property, `from`, `to` or `ends`; `value` the bad value
    as text, empty where something is missing or the whole record is meant.
    """

    kind: Literal["node", "edge"]
    key: Key
    field: str
    value: str
    message: str
    shape: str
    severity: str
    message_en: str = ""

    @property
    def order(self) -> tuple[str, str, str, str]:
        return (self.shape, str(self.key), self.field, self.value)


@dataclass(frozen=True)
class Context:
    """Records around the ones judged, already in the graph: they complete the picture and are not judged."""

    nodes: Sequence[Node] = field(default_factory=tuple)
    edges: Sequence[Edge] = field(default_factory=tuple)


def validate(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    context: Context | None = None,
    *,
    ontology: Ontology | None = None,
) -> list[Violation]:
    """Everything wrong with the records, sorted by shape and record.

    Ids and edge keys are unique among the records. An end that is in neither the records nor the context
    counts as what its edge says it is. Raises UnknownName for a class or type that the ontology lacks.
    """
    return _Checker(ontology or load_ontology(), context or Context()).check(list(nodes), list(edges))


def all_shapes(ontology: Ontology) -> tuple[Shape, ...]:
    """The written and the derived shapes."""
    written = written_shapes()
    return (*written, *derived_shapes(ontology, written))


@cache
def written_shapes() -> tuple[Shape, ...]:
    """The shapes of shapes.ttl, from the cache where it has them."""
    from bulian.ontology import stored

    def build() -> tuple[Shape, ...]:
        from bulian.ontology import compile as compiler

        return compiler.written_shapes(load_ontology())

    return stored.kept("shapes", build, lambda shapes: [asdict(s) for s in shapes], _from_json)


def _from_json(data: list[dict[str, Any]]) -> tuple[Shape, ...]:
    def plain(value: Any) -> Any:
        return tuple(map(plain, value)) if isinstance(value, list) else value

    return tuple(
        Shape(**{**{k: plain(v) for k, v in s.items()}, "message": Text(**s["message"])}) for s in data
    )


@dataclass(slots=True)
class _Checks:
    """What to test on records of one class or type."""

    values: dict[str, list[tuple[Test, Shape]]]  # property → tests of each of its values
    most: dict[str, list[Shape]]  # property → shapes that limit the number of its values
    needed: list[tuple[str, int, Shape]]  # property, the fewest values
    ordered: list[Shape]  # one property may not exceed another
    no_loop: list[Shape]
    closed: Shape | None
    ends: Shape | None


class _Checker:
    def __init__(self, ontology: Ontology, context: Context) -> None:
        self.ontology = ontology
        self.context = context
        self.shapes = all_shapes(ontology)
        self.found: set[Violation] = set()
        self._checks: dict[tuple[str, ...], _Checks] = {}

    def check(self, nodes: list[Node], edges: list[Edge]) -> list[Violation]:
        labels = {n.id: n.label for n in (*self.context.nodes, *nodes)}
        for node in nodes:
            checks = self._node_checks((node.label, *node.roles))
            self._check_property(node, checks, "id", node.id)
            self._check_record(node, checks, node.props, "id")
        for edge in edges:
            checks = self._edge_checks(edge.type)
            self._check_property(edge, checks, "ref", edge.ref)
            self._check_record(edge, checks, edge.props, "ref")
            start, end = labels.get(edge.from_id, edge.from_label), labels.get(edge.to_id, edge.to_label)
            if checks.ends and (start, end) not in self.ontology.allowed(edge.type):
                self._concrete(start)
                self._concrete(end)
                self._report(checks.ends, edge, checks.ends.field)
            if edge.from_id == edge.to_id:
                for shape in checks.no_loop:
                    self._report(shape, edge, "from", edge.from_id)
        self._check_rules(nodes, edges)
        return sorted(self.found, key=lambda v: v.order)

    # -- one record

    def _check_record(
        self, record: Node | Edge, checks: _Checks, props: Mapping[str, Value], own: str
    ) -> None:
        """`own`: the name under which the record itself holds a value, whatever the properties say."""
        for name, value in props.items():
            if value is None or name == own:
                continue
            tests = checks.values.get(name)
            if tests is None or isinstance(value, list):
                self._check_property(record, checks, name, value)
                continue
            for test, shape in tests:  # the common case, kept free of calls: it runs millions of times
                if not test(value):
                    self._report(shape, record, name, lexical(value))
        for name, least, shape in checks.needed:
            value = props.get(name)
            if value.__class__ in _UNSURE and name != own and _count(value) < least:
                self._report(shape, record, name)
        for shape in checks.ordered:
            limits = scalars(props.get(shape.at_most or ""))
            for one in scalars(props.get(shape.path or "")):
                if not all(_not_above(one, limit) for limit in limits):
                    self._report(shape, record, shape.path or "", lexical(one))

    def _check_property(self, record: Node | Edge, checks: _Checks, name: str, value: Value) -> None:
        tests = checks.values.get(name)
        if tests is None:
            if checks.closed:
                for one in scalars(value):
                    self._report(checks.closed, record, name, lexical(one))
        elif isinstance(value, list):
            for test, shape in tests:
                for one in value:
                    if one is not None and not test(one):
                        self._report(shape, record, name, lexical(one))
            for shape in checks.most.get(name, ()):
                if _count(value) > (shape.max_count or 0):
                    self._report(shape, record, name)
        elif value is not None:
            for test, shape in tests:
                if not test(value):
                    self._report(shape, record, name, lexical(value))

    def _report(self, shape: Shape, record: Node | Edge, field_name: str, value: str = "") -> None:
        kind: Literal["node", "edge"] = "node" if isinstance(record, Node) else "edge"
        key: Key = record.id if isinstance(record, Node) else record.key
        text = shape.message
        self.found.add(Violation(kind, key, field_name, value, text.zh, shape.name, shape.severity, text.en))

    # -- all records together

    def _check_rules(self, nodes: list[Node], edges: list[Edge]) -> None:
        judged = {id(r) for r in (*nodes, *edges)}
        by_id = {n.id: n for n in (*self.context.nodes, *nodes)}
        by_type: dict[str, list[Edge]] = defaultdict(list)
        for edge in (*self.context.edges, *edges):
            by_type[edge.type].append(edge)
        for shape in self.shapes:
            if shape.rule:
                for record, value in rules.apply(shape, by_id, by_type, nodes):
                    if id(record) in judged:
                        self._report(shape, record, shape.field, value)

    # -- what to test on which class

    def _concrete(self, label: str) -> None:
        if label not in self.ontology.concrete:
            self.ontology.node_class(label)  # names the nearest when it is unknown
            raise UnknownName("class with nodes of its own", label, self.ontology.below(label)[:3])

    def _node_checks(self, labels: tuple[str, ...]) -> _Checks:
        if labels not in self._checks:
            self._concrete(labels[0])
            kinds = {k for label in labels for k in self.ontology.labels(label)}
            kinds |= {k for label in labels for k in self.ontology.node_class(label).structural}
            self._checks[labels] = self._build(kinds)
        return self._checks[labels]

    def _edge_checks(self, edge: str) -> _Checks:
        if (edge,) not in self._checks:
            self.ontology.edge(edge)
            self._checks[(edge,)] = self._build({"Relationship", "Sourced", relationship_class(edge)})
        return self._checks[(edge,)]

    def _build(self, kinds: set[str]) -> _Checks:
        checks = _Checks({}, defaultdict(list), [], [], [], None, None)
        for shape in self.shapes:
            if not (shape.holders_of or kinds & set(shape.target_classes)) or shape.rule:
                continue
            if shape.only_properties is not None:
                checks.closed = shape
            elif shape.ends is not None:
                checks.ends = shape
            elif shape.differs_from:
                checks.no_loop.append(shape)
            else:
                self._add_property_shape(checks, shape)
        if checks.closed:
            for name, tests in checks.values.items():
                if name not in (checks.closed.only_properties or ()):
                    tests.append((lambda _: False, checks.closed))
        return checks

    def _add_property_shape(self, checks: _Checks, shape: Shape) -> None:
        name = shape.path or ""
        tests = checks.values.setdefault(name, [])
        tests += [(test, shape) for test in value_tests(shape, self.ontology.properties[name].datatype)]
        if shape.max_count is not None:
            checks.most[name].append(shape)
        if shape.min_count:
            checks.needed.append((name, shape.min_count, shape))
        if shape.at_most:
            checks.ordered.append(shape)


def value_tests(shape: Shape, datatype: str) -> list[Test]:
    """The tests that each value must pass, for a property that the ontology gives `datatype`."""
    tests: list[Test] = []
    if shape.datatype is not None:
        tests.append(_TYPE_TESTS["real" if shape.datatype == datatype == "decimal" else shape.datatype])
    if shape.one_of is not None:
        codes = frozenset(shape.one_of)
        tests.append(lambda v: isinstance(v, str) and v in codes)
    if shape.none_of is not None:
        banned = frozenset(shape.none_of)
        tests.append(lambda v: not (isinstance(v, str) and v in banned))
    if shape.pattern is not None:
        search = re.compile(shape.pattern).search
        tests.append(lambda v: search(v if isinstance(v, str) else lexical(v)) is not None)
    if shape.not_pattern is not None:
        forbidden = re.compile(shape.not_pattern).search
        tests.append(lambda v: forbidden(v if isinstance(v, str) else lexical(v)) is None)
    if (low := shape.minimum) is not None:
        lowest = date.fromisoformat(low) if isinstance(low, str) else low
        tests.append(lambda v: _not_above(lowest, v))
    if (high := shape.maximum) is not None:
        highest = date.fromisoformat(high) if isinstance(high, str) else high
        tests.append(lambda v: _not_above(v, highest))
    return tests


_UNSURE = (type(None), list)  # every other value is one value, and no shape wants more

_TYPE_TESTS: dict[str, Test] = {
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: type(v) is int,
    "decimal": lambda v: type(v) is float and math.isfinite(v),
    "real": lambda v: type(v) is int or (type(v) is float and math.isfinite(v)),
    "boolean": lambda v: type(v) is bool,
    "date": lambda v: type(v) is date,
}


def _not_above(one: Any, other: Any) -> bool:
    """Whether one <= other; False where they cannot be compared."""
    if type(one) is date and type(other) is date:
        return one <= other
    numbers = (int, float)
    if type(one) in numbers and type(other) in numbers:
        return bool(one <= other)
    return isinstance(one, str) and isinstance(other, str) and one <= other


def _count(value: Value) -> int:
    """How many values a property has; equal ones count once, as in RDF."""
    if isinstance(value, list):
        return len({(type(v), v) for v in value if v is not None})
    return 0 if value is None else 1
