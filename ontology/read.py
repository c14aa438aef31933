"""Turtle files → Ontology. Finds every problem before it gives up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node as Term

from bulian.errors import MappingError
from bulian.ontology.model import (
    LANGS,
    Concept,
    EdgeType,
    NodeClass,
    Ontology,
    Property,
    Reference,
    Scheme,
    Text,
)
from bulian.ontology.shapes import relationship_class

BL = Namespace("https://w3id.org/bulian#")
CONCEPT = Namespace("https://w3id.org/bulian/concept#")
RULE = Namespace("https://w3id.org/bulian/shape#")
RESERVED = frozenset({"type", "title"})  # the embedded engine gives both a meaning of its own
DATATYPES = ("string", "integer", "decimal", "boolean", "date")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def kebab(name: str) -> str:
    """ChainLink → chain-link."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def read_ontology(content_hash: str = "", texts: dict[str, str] | None = None) -> Ontology:
    """Reads the Turtle files, or `texts` by file name. Raises MappingError listing all problems."""
    here = files("bulian.ontology")
    names = ("bulian.ttl", "concepts.ttl", "shapes.ttl")
    texts = texts or {n: here.joinpath(n).read_text(encoding="utf-8") for n in names}
    graph = Graph()
    for name, text in texts.items():
        try:
            graph.parse(data=text, format="turtle")
        except Exception as error:  # rdflib raises several unrelated classes
            raise MappingError(name, [f"not valid Turtle: {error}"]) from error
    # rdflib keeps no order; the order people see is that of the statements in the files.
    order = [m for text in texts.values() for m in re.findall(r"^(?:bl|blc):([\w.-]+)", text, re.MULTILINE)]
    return _Reader(graph, {n: i for i, n in enumerate(reversed(order))}).read(content_hash)


class _Reader:
    def __init__(self, graph: Graph, order: dict[str, int]) -> None:
        self.graph = graph
        self.order = order  # later statement, smaller number
        self.problems: list[str] = []

    def read(self, content_hash: str) -> Ontology:
        schemes = {s.name: s for s in map(self._scheme, self._all(SKOS.ConceptScheme, CONCEPT))}
        self.structural = {_local(s) for s in self.graph.subjects(BL.structural, Literal(True))}
        class_names = [_local(s) for s in self._all(OWL.Class, BL) if _local(s) not in self.structural]
        edge_names = [_local(s) for s in self._all(OWL.ObjectProperty, BL)]
        edge_names = [n for n in edge_names if n not in {"from", "to"}]
        property_names = [_local(s) for s in self._all(OWL.DatatypeProperty, BL)]
        self.class_names, self.edge_names = set(class_names), set(edge_names)
        self.relationship_names = {relationship_class(e): e for e in edge_names}
        self.domains = {n: self._union(BL[n], RDFS.domain) for n in property_names}
        properties = {n: self._property(n, schemes) for n in property_names}
        classes = {n: self._class(n, property_names) for n in class_names}
        edges = {n: self._edge(n, property_names) for n in edge_names}
        self._check_organization_kinds(schemes, classes)
        if self.problems:
            raise MappingError("ontology", self.problems)
        version = str(self.graph.value(URIRef("https://w3id.org/bulian"), OWL.versionInfo) or "0")
        return Ontology(f"{version}+{content_hash}", classes, properties, edges, schemes)

    # -- statements

    def _all(self, kind: URIRef, space: Namespace) -> list[URIRef]:
        found = {s for s in self.graph.subjects(RDF.type, kind) if isinstance(s, URIRef) and s in space}
        return sorted(found, key=lambda s: (-self.order.get(_local(s), -1), s))

    def _text(self, subject: Term, predicate: URIRef, what: str) -> Text:
        found: dict[str, str] = {}
        for value in self.graph.objects(subject, predicate):
            if isinstance(value, Literal) and value.language in LANGS:
                if value.language in found:
                    self.problems.append(f"{_local(subject)}: two texts of {what} in {value.language}")
                found[value.language] = str(value)
        for lang in LANGS:
            if not found.get(lang, "").strip():
                self.problems.append(f"{_local(subject)}: no {what} in {lang}")
        return Text(found.get("zh", ""), found.get("en", ""))

    def _list(self, subject: Term, predicate: URIRef) -> list[Term]:
        head = self.graph.value(subject, predicate)
        return list(Collection(self.graph, head)) if head is not None else []

    def _flag(self, subject: Term, predicate: URIRef) -> bool:
        return (subject, predicate, Literal(True)) in self.graph

    def _union(self, subject: Term, predicate: URIRef) -> tuple[str, ...]:
        """Named classes of a domain or range, in order; a union lists several."""
        values = list(self.graph.objects(subject, predicate))
        if len(values) > 1:
            self.problems.append(f"{_local(subject)}: several {_local(predicate)}s; write owl:unionOf")
        names: list[str] = []
        for value in values[:1]:
            members = self._list(value, OWL.unionOf) if isinstance(value, BNode) else [value]
            names += [_local(m) for m in members]
        return tuple(names)

    # -- things

    def _scheme(self, subject: URIRef) -> Scheme:
        members = sorted(
            (s for s in self.graph.subjects(SKOS.inScheme, subject) if isinstance(s, URIRef)),
            key=lambda s: -self.order.get(_local(s), -1),
        )
        concepts: dict[str, Concept] = {}
        for member in members:
            code = str(self.graph.value(member, SKOS.notation) or "")
            if not code or code in concepts:
                self.problems.append(f"{_local(member)}: no skos:notation of its own")
            node_class = self.graph.value(member, BL.nodeClass)
            concepts[code] = Concept(
                code,
                self._text(member, SKOS.prefLabel, "skos:prefLabel"),
                self._text(member, SKOS.definition, "skos:definition"),
                _local(node_class) if node_class else None,
                self._colour(member, required=False),
            )
        label = self._text(subject, SKOS.prefLabel, "skos:prefLabel")
        return Scheme(_local(subject), label, concepts, self._flag(subject, BL.open))

    def _colour(self, subject: URIRef, *, required: bool) -> str | None:
        value = self.graph.value(subject, BL.colour)
        if value is None and not required:
            return None
        if value is None or not _COLOUR.fullmatch(str(value)):
            self.problems.append(f"{_local(subject)}: bl:colour must be #RRGGBB, not {value}")
        return str(value or "")

    def _property(self, name: str, schemes: dict[str, Scheme]) -> Property:
        subject = BL[name]
        if name in RESERVED or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            self.problems.append(f"{name}: reserved or not snake_case, cannot be a property")
        known = self.class_names | set(self.relationship_names) | {"Node", "Relationship"}
        self._known(name, "domain", self.domains[name], known)
        datatype = _local(self.graph.value(subject, RDFS.range) or XSD.none)
        if datatype not in DATATYPES:
            self.problems.append(f"{name}: range {datatype} is none of {', '.join(DATATYPES)}")
        scheme = self.graph.value(subject, BL.scheme)
        if scheme is not None and _local(scheme) not in schemes:
            self.problems.append(f"{name}: unknown scheme {_local(scheme)}")
        target = self.graph.value(subject, BL.refersTo)
        if target is not None:
            self._known(name, "bl:refersTo", [_local(target)], self.class_names)
        return Property(
            name,
            self._text(subject, RDFS.label, "label"),
            self._text(subject, SKOS.definition, "definition"),
            datatype,
            many=self._flag(subject, BL.many),
            scheme=_local(scheme) if scheme else None,
            internal=self._flag(subject, BL.internal),
            refers_to=_local(target) if target else None,
        )

    def _known(self, name: str, what: str, found: Iterable[str], known: set[str]) -> None:
        found = list(found)
        if not found:
            self.problems.append(f"{name}: no {what}")
        self.problems.extend(f"{name}: unknown {what} {f}" for f in found if f not in known)

    def _class(self, name: str, property_names: list[str]) -> NodeClass:
        subject = BL[name]
        if not re.fullmatch(r"[A-Z][A-Za-z]*", name):
            self.problems.append(f"{name}: not PascalCase, cannot be a class")
        ancestors = self._ancestors(name)
        lineage = {name, *ancestors}
        above = [o for n in tuple(lineage) for o in self.graph.transitive_objects(BL[n], RDFS.subClassOf)]
        lineage.update(_local(o) for o in above if _ours(o))
        role = self._flag(subject, BL.isRole)
        properties = tuple(p for p in property_names if lineage & set(self.domains[p]))
        caption = self.graph.value(subject, BL.caption)
        featured = tuple(_local(f) for f in self._list(subject, BL.featured))
        self._known(name, "bl:caption", [_local(caption)] if caption else [], set(properties))
        self._known(name, "bl:featured", featured, set(properties))
        return NodeClass(
            name=name,
            label=self._text(subject, RDFS.label, "label"),
            plural=self._text(subject, BL.plural, "bl:plural"),
            definition=self._text(subject, SKOS.definition, "definition"),
            parents=tuple(self._parents(name)),
            ancestors=ancestors,
            abstract=self._flag(subject, BL.abstract),
            role=role,
            kebab=kebab(name),
            caption=_local(caption) if caption else "",
            featured=featured,
            colour=self._colour(subject, required=True) or "",
            properties=properties,
            required=self._required(lineage, properties),
            file=self._inherited_file((name, *ancestors)),
            references=tuple(self._reference(name, r) for r in self._list(subject, BL.references)),
            structural=tuple(sorted(lineage & self.structural)),
        )

    def _parents(self, name: str) -> list[str]:
        found = [_local(o) for o in self.graph.objects(BL[name], RDFS.subClassOf) if _ours(o)]
        self.problems.extend(
            f"{name}: unknown parent {p}" for p in found if p not in self.class_names | self.structural
        )
        return sorted(p for p in found if p in self.class_names)

    def _ancestors(self, name: str) -> tuple[str, ...]:
        """All named classes above, nearest first."""
        found: list[str] = []
        level = self._parents(name)
        while level:
            found += [p for p in level if p not in found]
            level = [g for p in level for g in self._parents(p) if g not in found]
        if name in found:
            self.problems.append(f"{name}: is its own ancestor")
            found.remove(name)
        return tuple(found)

    def _required(self, lineage: set[str], properties: tuple[str, ...]) -> tuple[str, ...]:
        """Properties whose minCount the shapes of the class, or of what it inherits from, demand."""
        demanded = {
            _local(path)
            for shape, target in self.graph.subject_objects(SH.targetClass)
            if _local(target) in lineage
            for part in (shape, *self.graph.objects(shape, SH.property))
            if int(str(self.graph.value(part, SH.minCount) or 0)) > 0
            for path in self.graph.objects(part, SH.path)
        }
        return tuple(p for p in properties if p in demanded or p == "id")

    def _inherited_file(self, lineage: tuple[str, ...]) -> str | None:
        values = (self.graph.value(BL[n], BL.file) for n in lineage)
        return next((str(v) for v in values if v is not None), None)

    def _reference(self, name: str, node: Term) -> Reference:
        column, edge, target = (self.graph.value(node, p) for p in (BL.column, BL.relationship, BL.target))
        if column is None or edge is None or target is None:
            self.problems.append(f"{name}: a reference needs bl:column, bl:relationship and bl:target")
            return Reference("", "", "")
        self._known(name, "reference relationship", [_local(edge)], self.edge_names)
        self._known(name, "reference target", [_local(target)], self.class_names)
        return Reference(
            str(column),
            _local(edge),
            _local(target),
            inward=self._flag(node, BL.inward),
            many=self._flag(node, BL.many),
            required=self._flag(node, BL.required),
        )

    def _edge(self, name: str, property_names: list[str]) -> EdgeType:
        subject = BL[name]
        if not re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name):
            self.problems.append(f"{name}: not UPPER_SNAKE_CASE, cannot be a relationship type")
        domain, range_ = self._union(subject, RDFS.domain), self._union(subject, RDFS.range)
        self._known(name, "domain", domain, self.class_names)
        self._known(name, "range", range_, self.class_names)
        carriers = {"Relationship", relationship_class(name)}
        properties = tuple(p for p in property_names if carriers & set(self.domains[p]))
        key = tuple(_local(k) for k in self._list(subject, BL.key))
        if key:
            self._known(name, "key", key, set(properties))
        return EdgeType(
            name,
            self._text(subject, RDFS.label, "label"),
            self._text(subject, BL.reverseLabel, "bl:reverseLabel"),
            self._text(subject, SKOS.definition, "definition"),
            domain,
            range_,
            properties,
            key,
            acyclic=self._is_acyclic(subject),
            pairs=tuple(self._pairs(subject, domain)),
            chain=tuple(self._step(s) for s in self._list(subject, OWL.propertyChainAxiom)),
        )

    def _is_acyclic(self, edge: URIRef) -> bool:
        shapes: Iterator[Any] = self.graph.subjects(RULE.about, edge)
        return any((s, RULE.rule, Literal("acyclic")) in self.graph for s in shapes)

    def _pairs(self, edge: URIRef, domain: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Restrictions of the domain's classes on this relationship: (from class, its range)."""
        for name in domain:
            for node in self.graph.objects(BL[name], RDFS.subClassOf):
                if (node, OWL.onProperty, edge) in self.graph:
                    range_ = self._union(node, OWL.allValuesFrom)
                    self._known(name, f"owl:allValuesFrom of {_local(edge)}", range_, self.class_names)
                    yield name, range_

    def _step(self, node: Term) -> str:
        inverse = self.graph.value(node, OWL.inverseOf)
        name = _local(inverse if inverse is not None else node)
        self._known("owl:propertyChainAxiom", "step", [name], self.edge_names)
        return f"^{name}" if inverse is not None else name

    def _check_organization_kinds(self, schemes: dict[str, Scheme], classes: dict[str, NodeClass]) -> None:
        for scheme in schemes.values():
            for concept in scheme.concepts.values():
                if concept.node_class is not None and concept.node_class not in classes:
                    self.problems.append(f"{scheme.name} {concept.code}: unknown class {concept.node_class}")
        kebabs = [c.kebab for c in classes.values()]
        self.problems.extend(f"two classes read {k} in ids" for k in set(kebabs) if kebabs.count(k) > 1)


def _ours(term: Term | None) -> bool:
    return isinstance(term, URIRef) and term in BL


def _local(term: Term | None) -> str:
    return re.split(r"[#/]", str(term))[-1]
