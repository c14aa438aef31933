"""A mapping against the ontology: every problem at once, before a row is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bulian.errors import MappingError, UnknownName
from bulian.loaders.mapping import End, Field, FileMapping, NodeRule, RelationshipRule
from bulian.loaders.transform import parse_code
from bulian.ontology.model import Ontology

# What the loader computes; a mapping cannot set it.
COMPUTED = frozenset({"id", "source_ids", "confidence", "updated_at", "as_of"})
PLACEHOLDER = re.compile(r"\{([^{}:]+)(:name)?\}")


def check_mappings(mappings: Sequence[FileMapping], ontology: Ontology, where: str) -> None:
    """Raises MappingError listing everything in which mappings and ontology disagree."""
    problems = [p for m in mappings for p in _Checker(m, ontology).problems()]
    if problems:
        raise MappingError(where, problems)


class _Checker:
    def __init__(self, mapping: FileMapping, ontology: Ontology) -> None:
        self.mapping = mapping
        self.ontology = ontology

    def problems(self) -> Iterator[str]:
        mapping, where = self.mapping, f"file {self.mapping.name}"
        classes: tuple[str, ...] = ()
        if mapping.node is not None:
            classes, found = self._classes(mapping.node)
            yield from (f"{where} node: {p}" for p in found)
            yield from (f"{where} node: {p}" for p in self._node(mapping.node, classes))
        for number, rule in enumerate(mapping.relationships, start=1):
            yield from (f"{where} relationship {number}: {p}" for p in self._relationship(rule, classes))
        used = set(FileMapping(mapping.name, (), (), (), mapping.node, mapping.relationships).columns())
        yield from (
            f"{where}: required column {c} is not used"
            for c in (*mapping.required, *mapping.required_any)
            if c not in used
        )

    # --- node ---

    def _classes(self, rule: NodeRule) -> tuple[tuple[str, ...], list[str]]:
        """Classes that the row's node may have, and what is wrong with how it is told."""
        if rule.class_name is not None:
            if problem := self._class_problem(rule.class_name, concrete=True):
                return (), [problem]
            return (rule.class_name,), []
        try:
            scheme = self.ontology.scheme(rule.class_scheme or "")
        except UnknownName as error:
            return (), [_said(error)]
        names = tuple(dict.fromkeys(c.node_class for c in scheme.concepts.values() if c.node_class))
        return names, [] if names else [f"scheme {scheme.name} names no classes"]

    def _node(self, rule: NodeRule, classes: tuple[str, ...]) -> Iterator[str]:
        known = {p for c in classes for p in self.ontology.node_class(c).properties}
        if classes:
            yield from self._fields(rule.fields, known, " or ".join(classes[:3]))
        named = [f.property for f in rule.fields]
        if "name" not in named:
            yield "no property name: every node needs one"

    def _fields(self, fields: Iterable[Field], known: set[str], owner: str) -> Iterator[str]:
        for item in fields:
            for name in (item.property, item.until, item.text):
                if name is not None and (problem := self._property_problem(name, known, owner)):
                    yield problem
            if item.lookup is not None:
                yield from self._lookup(item)
            if item.refers_to is not None and (problem := self._class_problem(item.refers_to)):
                yield f"property {item.property}: {problem}"
            if item.value is not None and (problem := self._value_problem(item.property, item.value)):
                yield problem
            yield from self._placeholders(item)

    def _property_problem(self, name: str, known: set[str], owner: str) -> str | None:
        if name in known and name not in COMPUTED and not self.ontology.properties[name].internal:
            return None
        if name in known:
            return f"property {name}: the loader sets it, a mapping cannot"
        return f"property {name}: {owner} has none of that name{_nearest(name, known)}"

    def _lookup(self, item: Field) -> Iterator[str]:
        table = self.mapping.lookups.get(item.lookup or "")
        if table is None:
            near = _nearest(item.lookup or "", self.mapping.lookups)
            yield f"property {item.property}: unknown lookup {item.lookup}{near}"
            return
        for key, entry in table.items():
            if "value" not in entry:
                yield f"lookup {item.lookup}.{key}: no value"
            elif problem := self._value_problem(item.property, entry["value"]):
                yield f"lookup {item.lookup}.{key}: {problem}"

    def _value_problem(self, name: str, value: Any) -> str | None:
        """A constant that is no code of its property's closed list."""
        prop = self.ontology.properties.get(name)
        if prop is None or prop.scheme is None:
            return None
        scheme = self.ontology.scheme(prop.scheme)
        if scheme.open or parse_code(str(value), scheme.name, self.ontology) is not None:
            return None
        return f"{value} is no code of {scheme.name}{_nearest(str(value), scheme.concepts)}"

    def _placeholders(self, item: Field) -> Iterator[str]:
        for column, _ in PLACEHOLDER.findall(item.template or ""):
            if column not in self.mapping.columns():
                yield f"property {item.property}: the mapping does not read column {column} of the template"

    # --- relationships ---

    def _relationship(self, rule: RelationshipRule, row_classes: tuple[str, ...]) -> Iterator[str]:
        types = [rule.type] if rule.type else []
        if rule.type_lookup is not None:
            table = self.mapping.lookups.get(rule.type_lookup)
            if table is None:
                yield f"unknown lookup {rule.type_lookup}{_nearest(rule.type_lookup, self.mapping.lookups)}"
            for key, entry in (table or {}).items():
                types += [entry["type"]] if "type" in entry else []
                yield from (f"lookup {rule.type_lookup}.{key}: {p}" for p in self._entry(entry))
        unknown = [t for t in types if t not in self.ontology.edges]
        yield from (f"relationship type {t} is unknown{_nearest(t, self.ontology.edges)}" for t in unknown)
        for name in (*rule.when.classes, *rule.when.not_classes, *rule.start.classes, *rule.end.classes):
            if problem := self._class_problem(name):
                yield problem
        known_types = [t for t in types if t not in unknown] or (
            [] if rule.type else list(self.ontology.edges)
        )
        known = {p for t in known_types for p in self.ontology.edges[t].properties}
        if known:
            yield from self._fields(rule.fields, known, " or ".join(known_types[:3]))
        if rule.type in self.ontology.edges and not self._joinable(rule, row_classes):
            yield f"{rule.type} cannot join these classes"

    def _entry(self, entry: dict[str, Any]) -> Iterator[str]:
        if "type" not in entry:
            yield "no type"
            return
        edge = self.ontology.edges.get(entry["type"])
        for end in ("from", "to"):
            for name in _listed(entry.get(end)):
                if problem := self._class_problem(name):
                    yield problem
        for name, value in entry.get("properties", {}).items():
            if edge is not None and name not in edge.properties:
                yield f"property {name}: {edge.name} has none of that name"
            elif problem := self._value_problem(name, value):
                yield problem

    def _joinable(self, rule: RelationshipRule, row_classes: tuple[str, ...]) -> bool:
        """Whether some pair of classes that the rule may give is one that the type allows."""
        allowed = self.ontology.allowed(rule.type or "")
        row = self._below(row_classes) - self._below(rule.when.not_classes)
        if rule.when.classes:
            row &= self._below(rule.when.classes)
        start, end = self._end_classes(rule.start, row), self._end_classes(rule.end, row)
        return any((not start or a in start) and (not end or b in end) for a, b in allowed)

    def _end_classes(self, end: End, row: set[str]) -> set[str]:
        if end.is_row:
            return row
        return self._below(("Place",) if end.place else end.classes)

    def _below(self, names: Iterable[str]) -> set[str]:
        return {c for n in names if n in self.ontology.classes for c in self.ontology.below(n)}

    def _class_problem(self, name: str, *, concrete: bool = False) -> str | None:
        if name not in self.ontology.classes:
            return f"class {name} is unknown{_nearest(name, self.ontology.classes)}"
        if concrete and name not in self.ontology.concrete:
            return f"class {name} is abstract: a node needs one of {', '.join(self.ontology.below(name))}"
        return None


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _nearest(name: str, known: Iterable[str]) -> str:
    from rapidfuzz import process

    found = [m[0] for m in process.extract(name, sorted(known), limit=3, score_cutoff=60)]
    return f"; nearest: {', '.join(found)}" if found else ""


def _said(error: UnknownName) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
