"""shapes.ttl → shapes as plain data. Refuses what it does not know, so that no constraint is passed over."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import Any

from rdflib import OWL, RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as Term

from bulian.errors import MappingError
from bulian.ontology.model import LANGS, Ontology, Text
from bulian.ontology.read import BL, RULE
from bulian.ontology.shapes import RULES, VIOLATION, WARNING, Bound, Shape, relationship_class

_SEVERITIES: dict[Term, str] = {SH.Violation: VIOLATION, SH.Warning: WARNING}
_TARGETS = {SH.targetClass, SH.targetSubjectsOf}
_COMMON = {RDF.type, SH.message, SH.severity, *_TARGETS}
_NODE_SHAPE = _COMMON | {SH.property, SH.sparql, RULE.rule, RULE.about, RULE.field}
_PROPERTY_SHAPE = _COMMON | {
    SH.path, SH.minCount, SH.maxCount, SH.datatype, SH.nodeKind, SH.pattern, SH["in"], SH["not"],
    SH.minInclusive, SH.maxInclusive, SH.disjoint, SH.lessThanOrEquals,
}  # fmt: skip
_SPARQL = {RDF.type, SH.select, SH.prefixes}


def shapes_text() -> str:
    return files("bulian.ontology").joinpath("shapes.ttl").read_text(encoding="utf-8")


def written_shapes(ontology: Ontology, text: str | None = None) -> tuple[Shape, ...]:
    """The shapes of shapes.ttl, or of `text`. Raises MappingError listing everything it cannot honour."""
    try:
        graph = Graph().parse(data=text or shapes_text(), format="turtle")
    except Exception as error:  # rdflib raises several unrelated classes
        raise MappingError("shapes.ttl", [f"not valid Turtle: {error}"]) from error
    return _Compiler(graph, ontology).compile()


class _Compiler:
    def __init__(self, graph: Graph, ontology: Ontology) -> None:
        self.graph = graph
        self.ontology = ontology
        self.problems: list[str] = []

    def compile(self) -> tuple[Shape, ...]:
        shapes: list[Shape] = []
        used: set[Term] = set()
        for node in self._instances(SH.NodeShape):
            self._only(node, _NODE_SHAPE)
            targets = self._targets(node)
            parts = list(self.graph.objects(node, SH.property))
            used.update(parts)
            shapes += [self._property_shape(p, targets) for p in sorted(parts, key=str)]
            if (node, SH.sparql, None) in self.graph:
                shapes.append(self._rule_shape(node, targets))
            elif not parts:
                self.problems.append(f"{_local(node)}: constrains nothing")
        for node in self._instances(SH.PropertyShape):
            targets = self._targets(node)
            if any(targets):
                shapes.append(self._property_shape(node, targets))
            elif node not in used:
                self.problems.append(f"{_local(node)}: no shape uses it and it has no target")
        self._check_subjects()
        for shape in shapes:
            self._check_names(shape)
        if self.problems:
            raise MappingError("shapes.ttl", self.problems)
        return tuple(sorted(shapes, key=lambda s: s.name))

    def _instances(self, kind: URIRef) -> list[Term]:
        return sorted(set(self.graph.subjects(RDF.type, kind)), key=str)

    def _check_subjects(self) -> None:
        """Anything that speaks SHACL without being declared a shape would be passed over."""
        parts = set(self.graph.objects(None, SH.sparql)) | set(self.graph.objects(None, SH["not"]))
        kinds = (SH.NodeShape, SH.PropertyShape, OWL.Ontology, OWL.AnnotationProperty)
        declared = {s for kind in kinds for s in self.graph.subjects(RDF.type, kind)}
        lists = set(self.graph.subjects(RDF.first, None)) | set(self.graph.objects(None, SH.declare))
        for subject in set(self.graph.subjects()) - parts - declared - lists:
            self.problems.append(f"{_local(subject)}: not declared a sh:NodeShape or sh:PropertyShape")

    def _check_names(self, shape: Shape) -> None:
        """Classes, properties and relationship types are those of the ontology; a rule is on its own type."""
        classes = {c for cls in self.ontology.classes.values() for c in (cls.name, *cls.structural)}
        classes |= {"Relationship", *map(relationship_class, self.ontology.edges)}
        names = {*shape.holders_of, *(n for n in (shape.path, shape.at_most) if n)}
        if shape.differs_from:
            names.discard("from")
            if (shape.path, shape.differs_from) != ("from", "to"):
                self.problems.append(f"{shape.name}: sh:disjoint is only for bl:from and bl:to")
        unknown = {*names - set(self.ontology.properties), *set(shape.target_classes) - classes}
        self.problems.extend(f"{shape.name}: the ontology has no {n}" for n in sorted(unknown))
        if shape.relationship and shape.target_classes != (relationship_class(shape.relationship),):
            self.problems.append(f"{shape.name}: bls:about {shape.relationship} is not what it targets")

    def _only(self, node: Term, known: set[URIRef]) -> None:
        for predicate in sorted(set(self.graph.predicates(node)) - known, key=str):
            self.problems.append(f"{_local(node)}: {_local(predicate)} is not supported here")

    def _targets(self, node: Term) -> tuple[tuple[str, ...], tuple[str, ...]]:
        classes = sorted(_local(c) for c in self.graph.objects(node, SH.targetClass))
        holders = sorted(_local(p) for p in self.graph.objects(node, SH.targetSubjectsOf))
        return tuple(classes), tuple(holders)

    def _head(self, node: Term, targets: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, Any]:
        if not isinstance(node, URIRef) or node not in RULE:
            self.problems.append(f"{node}: a shape needs a name of the prefix bls:")
        texts = {m.language: str(m) for m in self.graph.objects(node, SH.message) if isinstance(m, Literal)}
        if set(texts) != set(LANGS):
            self.problems.append(f"{_local(node)}: needs one sh:message in zh and one in en")
        severity = self.graph.value(node, SH.severity) or SH.Violation
        if severity not in _SEVERITIES:
            self.problems.append(f"{_local(node)}: severity {_local(severity)} is not supported")
        return {
            "name": _local(node),
            "message": Text(texts.get("zh", ""), texts.get("en", "")),
            "severity": _SEVERITIES.get(severity, VIOLATION),
            "target_classes": targets[0],
            "holders_of": targets[1],
        }

    def _rule_shape(self, node: Term, targets: tuple[tuple[str, ...], tuple[str, ...]]) -> Shape:
        constraints = list(self.graph.objects(node, SH.sparql))
        for constraint in constraints:
            self._only(constraint, _SPARQL)
        rule = str(self.graph.value(node, RULE.rule) or "")
        if rule not in RULES or len(constraints) != 1:
            self.problems.append(f"{_local(node)}: needs one sh:sparql, and a bls:rule of {', '.join(RULES)}")
        relationship = self.graph.value(node, RULE.about)
        head = self._head(node, targets)
        if (field := self.graph.value(node, RULE.field)) is not None:
            head["field"] = str(field)
        return Shape(**head, rule=rule, relationship=_local(relationship) if relationship else None)

    def _property_shape(self, node: Term, targets: tuple[tuple[str, ...], tuple[str, ...]]) -> Shape:
        self._only(node, _PROPERTY_SHAPE)
        path = self._one(node, SH.path)
        if not isinstance(path, URIRef) or path not in BL:
            self.problems.append(f"{_local(node)}: sh:path must be one property of the prefix bl:")
        if self._one(node, SH.nodeKind) not in (None, SH.Literal):
            self.problems.append(f"{_local(node)}: sh:nodeKind can only be sh:Literal")  # as all values are
        datatype = self._one(node, SH.datatype)
        return Shape(
            **self._head(node, targets),
            path=_local(path) if path else "",
            min_count=self._count(node, SH.minCount),
            max_count=self._count(node, SH.maxCount),
            datatype=_local(datatype) if datatype else None,
            pattern=self._pattern(node),
            not_pattern=self._negated(node, SH.pattern),
            one_of=self._codes(node),
            none_of=self._negated(node, SH["in"]),
            minimum=self._bound(node, SH.minInclusive),
            maximum=self._bound(node, SH.maxInclusive),
            differs_from=self._other(node, SH.disjoint),
            at_most=self._other(node, SH.lessThanOrEquals),
        )

    def _one(self, node: Term, predicate: URIRef) -> Term | None:
        values = list(self.graph.objects(node, predicate))
        if len(values) > 1:
            self.problems.append(f"{_local(node)}: several {_local(predicate)}")
        return values[0] if values else None

    def _count(self, node: Term, predicate: URIRef) -> int | None:
        value = self._one(node, predicate)
        if value is not None and str(value) != "1":
            self.problems.append(f"{_local(node)}: {_local(predicate)} can only be 1")
        return 1 if value is not None else None

    def _pattern(self, node: Term) -> str | None:
        value = self._one(node, SH.pattern)
        return str(value) if value is not None else None

    def _codes(self, node: Term) -> tuple[str, ...] | None:
        head = self._one(node, SH["in"])
        return self._strings(node, head) if head is not None else None

    def _strings(self, node: Term, head: Term) -> tuple[str, ...]:
        members = list(Collection(self.graph, head))
        if any(not isinstance(m, Literal) or m.datatype not in (None, XSD.string) for m in members):
            self.problems.append(f"{_local(node)}: sh:in can only list strings")
        return tuple(str(m) for m in members)

    def _negated(self, node: Term, predicate: URIRef) -> Any:
        """The pattern or list that sh:not forbids."""
        inner = self._one(node, SH["not"])
        if inner is None:
            return None
        found = set(self.graph.predicates(inner))
        if found not in ({SH.pattern}, {SH["in"]}):
            self.problems.append(f"{_local(node)}: sh:not can hold one sh:pattern or one sh:in")
        if predicate not in found:
            return None
        value = self._one(inner, predicate)
        assert value is not None
        return str(value) if predicate == SH.pattern else self._strings(node, value)

    def _bound(self, node: Term, predicate: URIRef) -> Bound | None:
        value = self._one(node, predicate)
        if value is None:
            return None
        if isinstance(value, Literal):
            plain = value.toPython()
            if value.datatype == XSD.date:
                return str(value)
            if isinstance(plain, (int, Decimal)) and not isinstance(plain, bool):
                return int(plain) if plain == int(plain) else float(plain)
        self.problems.append(f"{_local(node)}: {_local(predicate)} must be a number or a date")
        return None

    def _other(self, node: Term, predicate: URIRef) -> str | None:
        value = self._one(node, predicate)
        return _local(value) if value is not None else None


def _local(term: Term | None) -> str:
    return str(term).rsplit("#", 1)[-1]
