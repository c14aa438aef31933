"""What the columns of a file mean, as plain data: read from TOML, or made from the ontology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """Where a property's value comes from: a column, else a constant, else a template.

    `lookup`: table that translates the text. `separator`: of a list. `refers_to`: the text names a node of
    this class, its graph id is the value; `by`: how. `until`, `text`: properties for a date's last day and
    for its text.
    """

    property: str
    column: str | None = None
    value: Any = None
    template: str | None = None
    lookup: str | None = None
    separator: str | None = None
    refers_to: str | None = None
    by: tuple[str, ...] = ("id",)
    until: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """How a row's id is made: a column's slug, a column made a slug (`slug`), or a hash of columns."""

    column: str | None = None
    slug: bool = False
    hash: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeRule:
    """The node of a row. Its class is given, or read from a column through a scheme's `node_class`."""

    key: Key
    fields: tuple[Field, ...]
    class_name: str | None = None
    class_column: str | None = None
    class_scheme: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relationship: the row's own node (no column), nodes that a column names, or (`place`) the
    deepest place that columns agree on, given from the most exact to the widest. `classes`: preferred first;
    empty: what the type allows. `by`: id, name."""

    column: str | None = None
    classes: tuple[str, ...] = ()
    by: tuple[str, ...] = ("id",)
    separator: str | None = None
    place: tuple[str, ...] = ()

    @property
    def is_row(self) -> bool:
        return self.column is None and not self.place


@dataclass(frozen=True, slots=True)
class When:
    """A condition: the row's node is of one of these classes and none of those, and a column reads so."""

    classes: tuple[str, ...] = ()
    not_classes: tuple[str, ...] = ()
    column: str | None = None
    equals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationshipRule:
    """A relationship that a row states. `required`: a row without it is quarantined. `single`: a node has one
    of it at most, the better sourced stays. Both ends must exist (`create = "match_only"`)."""

    start: End
    end: End
    type: str | None = None
    type_column: str | None = None
    type_lookup: str | None = None
    fields: tuple[Field, ...] = ()
    when: When = When()
    required: bool = False
    single: bool = False


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All that one kind of file says. `match`: shell patterns of file names, without suffix."""

    name: str
    match: tuple[str, ...]
    required: tuple[str, ...] = ()
    required_any: tuple[str, ...] = ()
    node: NodeRule | None = None
    relationships: tuple[RelationshipRule, ...] = ()
    lookups: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)  # source_url, source_title … → column

    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping reads, required ones first."""
        found = [*self.required, *self.required_any]
        if self.node is not None:
            rule = self.node
            found += [c for c in (rule.key.column, rule.class_column) if c]
            found += [*rule.key.hash, *_field_columns(rule.fields)]
        for rel in self.relationships:
            found += [c for c in (rel.type_column, rel.start.column, rel.end.column, rel.when.column) if c]
            found += [*rel.start.place, *rel.end.place, *_field_columns(rel.fields)]
        found += self.source.values()
        return tuple(dict.fromkeys(found))


def _field_columns(fields: Iterable[Field]) -> list[str]:
    return [f.column for f in fields if f.column]


SOURCE_COLUMNS = ("source_url", "source_title", "source_date", "confidence", "scope")
