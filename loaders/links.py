"""What rows say of other rows: references in properties, and the relationships they state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bulian.loaders.dataset import nearest_names
from bulian.loaders.interpret import Interpreter
from bulian.loaders.mapping import End, Field, FileMapping, RelationshipRule, When
from bulian.loaders.mapping_check import PLACEHOLDER
from bulian.loaders.references import Answer, Candidate, References
from bulian.loaders.row import Link, Row
from bulian.loaders.transform import clean, many, one
from bulian.ontology.model import Ontology
from bulian.records import Value

_MEASURED = ("amount", "unit")  # what two rows of one relationship and source may not differ in
_REASONS = {
    "unknown": "unknown reference",
    "ambiguous": "ambiguous reference",
    "quarantined": "reference to a quarantined row",
    "class": "end not allowed",
}


class Linker:
    """Resolves what the rows of a dataset refer to, once all its nodes are known."""

    def __init__(self, ontology: Ontology, references: References, interpreter: Interpreter) -> None:
        self.ontology = ontology
        self.references = references
        self.interpreter = interpreter
        self._groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._ends: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def links(self, row: Row) -> Iterator[Link]:
        """The relationships of a row. Values that name nothing are rejected, or bar a row that needs them."""
        mapping = row.file.source.mapping
        found: list[Link] = []
        for rule in mapping.relationships:
            if row.alive and not (rule.start.place or rule.end.place) and self._holds(rule.when, row):
                found += self._rule(row, rule, mapping)
        self._need_any(row, mapping, found)
        yield from found if row.alive else ()

    @staticmethod
    def _need_any(row: Row, mapping: FileMapping, found: Sequence[Link]) -> None:
        """Where a row needs one of several columns, one of them must name something."""
        columns = mapping.required_any
        if row.alive and columns and not any(k.column in columns for k in found):
            bad = next((r for r in row.rejected if r.field in columns), None)
            if bad is not None:
                row.quarantine(bad.reason, bad.field, bad.value, bad.hint)

    # --- properties that refer ---

    def fill(self, row: Row) -> None:
        """Properties whose value is another node's id, and texts made from the names of others."""
        mapping = row.file.source.mapping
        for item in mapping.node.fields if mapping.node else ():
            if item.refers_to and row.alive:
                found = self._reference(row, item, mapping)
                row.props.update(found)
                row.refs += [(item.column or "", name, str(node_id)) for name, node_id in found.items()]
        for item in mapping.node.fields if mapping.node else ():
            if item.template and item.property not in row.props and row.alive:
                text = clean(
                    PLACEHOLDER.sub(lambda m: self._placeholder(row, m[1], bool(m[2])), item.template)
                )
                if text:
                    row.props[item.property] = text
        if row.alive and mapping.node and not row.props.get("name"):
            row.quarantine("missing value", "name")

    def _reference(self, row: Row, item: Field, mapping: FileMapping) -> dict[str, Value]:
        text = one(row.raw.values.get(item.column or ""))
        if not text:
            return {}
        answer = self.references.find(text, row.scope, self._below((item.refers_to or "",)), item.by)
        if answer.problem:
            self._refuse(row, item.column or "", text, answer, item.column in mapping.required)
            return {}
        return {item.property: answer.id}

    def _placeholder(self, row: Row, column: str, by_name: bool) -> str:
        text = one(row.raw.values.get(column))
        if not by_name or not text:
            return text
        mapping = row.file.source.mapping
        ends = [e for r in mapping.relationships for e in (r.start, r.end) if e.column == column]
        fields = (
            [f for f in mapping.node.fields if f.column == column and f.refers_to] if mapping.node else []
        )
        classes = ends[0].classes if ends else (fields[0].refers_to or "",) if fields else ()
        answer = self.references.find(text, row.scope, self._below(classes), ("id", "name"))
        return text if answer.problem else self.references.names.get(answer.id, text)

    # --- relationships ---

    def _holds(self, when: When, row: Row) -> bool:
        if when.classes and not any(self.ontology.is_a(row.label, c) for c in when.classes):
            return False
        if any(self.ontology.is_a(row.label, c) for c in when.not_classes):
            return False
        return when.column is None or one(row.raw.values.get(when.column)) in when.equals

    def _rule(self, row: Row, rule: RelationshipRule, mapping: FileMapping) -> list[Link]:
        entry = self._type(row, rule, mapping)
        if entry is None:
            return []
        type_: str = entry["type"]
        primary = mapping.node is None
        starts = self._end(row, rule.start, type_, 0, entry.get("from"))
        ends = self._end(row, rule.end, type_, 1, entry.get("to"))
        if entry.get("swap"):
            starts, ends = ends, starts
        needed = primary or rule.required
        found: list[Link] = []
        for column, value, start in starts:
            for other_column, other_value, end in ends:
                where = (column, value) if column else (other_column, other_value)
                bad = [
                    (c, v, a)
                    for c, v, a in ((column, value, start), (other_column, other_value, end))
                    if _lost(a)
                ]
                if bad:
                    self._refuse(row, *bad[0], needed)
                    continue
                pair = self._pair(row, type_, start, end, where, needed)
                if pair is None or not row.alive:
                    continue
                props = self._props(row, rule, type_, mapping) | entry.get("properties", {})
                ref = self._ref(type_, props)
                found.append(
                    Link(row, rule, (type_, pair[0].id, pair[1].id, ref), props, *where, primary=primary)
                )
        if rule.required and row.alive and not found:
            column = rule.end.column or rule.start.column or ""
            row.quarantine("missing value", column)
        return found

    def _type(self, row: Row, rule: RelationshipRule, mapping: FileMapping) -> dict[str, Any] | None:
        """The relationship type with what a lookup adds to it; None when the predicate is unknown."""
        if rule.type is not None:
            return {"type": rule.type}
        text = one(row.raw.values.get(rule.type_column or ""))
        word = text.upper().replace(" ", "_").replace("-", "_")
        table = mapping.lookups.get(rule.type_lookup or "", {})
        if (entry := table.get(text) or table.get(word)) is not None:
            return entry
        if word in self.ontology.edges:
            return {"type": word}
        known = sorted({*table, *self.ontology.edges})
        row.quarantine(
            "unknown predicate", rule.type_column or "", text, ", ".join(nearest_names(word, known))
        )
        return None

    def _end(
        self, row: Row, end: End, type_: str, side: int, only: Sequence[str] | str | None
    ) -> list[tuple[str, str, Answer]]:
        """(column, text, what it means) of each value of an end."""
        if end.is_row:
            return [("", "", Answer((Candidate(row.node_id, row.label),)))]
        column = end.column or ""
        classes = ((only,) if isinstance(only, str) else tuple(only)) if only else end.classes
        groups = self._below(classes) if classes else [self._allowed_ends(type_)[side]]
        texts = many(row.raw.values.get(column), end.separator)
        return [(column, t, self.references.find(t, row.scope, groups, end.by)) for t in texts]

    def _allowed_ends(self, type_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if type_ not in self._ends:
            self._ends[type_] = self.ontology.ends(type_)
        return self._ends[type_]

    def _below(self, classes: tuple[str, ...]) -> list[tuple[str, ...]]:
        if classes not in self._groups:
            self._groups[classes] = [self.ontology.below(c) for c in classes]
        return self._groups[classes]

    def _pair(
        self, row: Row, type_: str, start: Answer, end: Answer, where: tuple[str, str], needed: bool
    ) -> tuple[Candidate, Candidate] | None:
        """The two nodes meant: of all that the cells may mean, the best pair that the type allows."""
        allowed = self.ontology.allowed(type_)
        pairs = [(a, b) for a in start.candidates for b in end.candidates if (a.label, b.label) in allowed]
        if not pairs:
            names = f"{start.candidates[0].label} → {end.candidates[0].label}"
            self._bar(row, *where, "end not allowed", f"{type_}: {names}", needed)
            return None

        def cost(pair: tuple[Candidate, Candidate]) -> tuple[int, int]:
            return (
                pair[0].preference[0] + pair[1].preference[0],
                pair[0].preference[1] + pair[1].preference[1],
            )

        best = min(map(cost, pairs))
        chosen = [p for p in pairs if cost(p) == best]
        if len(chosen) > 1:
            ids = dict.fromkeys(c.id for p in chosen for c in p if sum(c in q for q in chosen) < len(chosen))
            self._bar(row, *where, "ambiguous reference", ", ".join(list(ids)[:6]), needed)
            return None
        if chosen[0][0].id == chosen[0][1].id:
            self._bar(row, *where, "both ends are one", chosen[0][0].id, needed)
            return None
        return chosen[0]

    def _refuse(self, row: Row, column: str, text: str, answer: Answer, needed: bool) -> None:
        hint = ", ".join(answer.hint)
        if answer.problem == "class":
            hint = ", ".join(f"{i} ({self.references.labels[i]})" for i in answer.hint)
        self._bar(row, column, text, _REASONS[answer.problem], hint, needed)

    @staticmethod
    def _bar(row: Row, column: str, text: str, reason: str, hint: str, needed: bool) -> None:
        if needed:
            row.quarantine(reason, column, text, hint)
        else:
            row.reject(column, text, reason, hint)

    def _props(self, row: Row, rule: RelationshipRule, type_: str, mapping: FileMapping) -> dict[str, Value]:
        """Properties of the relationship. What its type has no property for is kept in `detail`."""
        properties = self.ontology.edge(type_).properties
        props: dict[str, Value] = {}
        spare: list[str] = []
        for item in rule.fields:
            if item.refers_to:
                props |= self._reference(row, item, mapping)
            elif item.property in properties:
                props |= self.interpreter.values(row, item, mapping, lambda name: name in properties)
            elif text := one(row.raw.values.get(item.column or "")):
                spare.append(text)
        if spare:
            props["detail"] = "；".join([*spare, *([str(props["detail"])] if "detail" in props else [])])
        return props

    def _ref(self, type_: str, props: dict[str, Value]) -> str | None:
        key = self.ontology.edge(type_).key
        return "|".join(str(props.get(k) or "") for k in key) if key else None


def set_conflicts_aside(links: Sequence[Link]) -> None:
    """Of rows that state one relationship on one source, a later one that gives another amount or unit goes.

    Other sources may say otherwise; other words are no contradiction.
    """
    seen: dict[tuple[Any, ...], dict[str, Link]] = defaultdict(dict)
    for link in links:
        if not (link.primary and link.alive):
            continue
        before = seen[link.key, link.row.scope, link.row.sources]
        for name in _MEASURED:
            value, first = link.props.get(name), before.get(name)
            if value is not None and first is not None and first.props[name] != value:
                hint = f"{first.row.place}: {first.props[name]}"
                link.row.quarantine("conflicting duplicate", column_of(link, name), str(value), hint)
                break
        if link.alive:
            for name in _MEASURED:
                if link.props.get(name) is not None:
                    before.setdefault(name, link)


def column_of(link: Link, name: str) -> str:
    """The column that a relationship's property comes from, as people know it."""
    return next((f.column for f in link.rule.fields if f.property == name and f.column), name)


def _lost(answer: Answer) -> bool:
    """Whether a cell means nothing at all; between several meanings the other end may decide."""
    return not answer.candidates
