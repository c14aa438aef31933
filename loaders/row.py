"""A row on its way through a load: what it says, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bulian.loaders.dataset import DataFile
from bulian.loaders.image import EdgeKey
from bulian.loaders.mapping import RelationshipRule
from bulian.loaders.rows import RawRow, Table
from bulian.records import Value

Outcome = Literal["", "created", "changed", "unchanged", "merged", "quarantined"]
OUTCOMES: tuple[Outcome, ...] = ("created", "changed", "unchanged", "merged", "quarantined")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value that did not enter while its row did."""

    row: int
    field: str
    value: str
    reason: str
    hint: str = ""


@dataclass
class File:
    """A file of the load. `error`: why it could not be read at all."""

    source: DataFile
    table: Table
    rows: list[Row] = field(default_factory=list)
    error: str = ""
    error_hint: str = ""
    unknown_columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.source.path.name


@dataclass(eq=False, slots=True)
class Row:
    """One row. `slug`, `label`, `node_id`, `props` are of its own node, empty when the row is a relationship.

    `bare` is its id as written, `slug` the one that decisions give. `content`: what two rows with one id may
    not differ in. `key`: what it is counted by.
    """

    file: File
    raw: RawRow
    scope: str = ""
    sources: tuple[str, ...] = ()
    source_day: date | None = None
    day: date = date.min
    confidence: str = ""
    bare: str = ""
    slug: str = ""
    label: str = ""
    kind: str = ""
    node_id: str = ""
    props: dict[str, Value] = field(default_factory=dict)
    content: dict[str, str] = field(default_factory=dict)
    refs: list[tuple[str, str, str]] = field(default_factory=list)  # column, property, the node it names
    rejected: list[Rejected] = field(default_factory=list)
    outcome: Outcome = ""
    reason: str = ""
    field: str = ""
    value: str = ""
    hint: str = ""
    key: str | EdgeKey | None = None

    @property
    def alive(self) -> bool:
        return self.outcome != "quarantined"

    @property
    def place(self) -> str:
        """Which row, as people say it."""
        return f"{self.file.name}, row {self.raw.number}"

    @property
    def rank(self) -> tuple[int, int]:
        grades = ("high", "medium", "low")
        return (grades.index(self.confidence), -self.day.toordinal())

    def quarantine(self, reason: str, field_name: str = "", value: str = "", hint: str = "") -> None:
        """Sets the whole row aside; the first reason stays."""
        if self.outcome != "quarantined":
            self.outcome, self.reason, self.field, self.value, self.hint = (
                "quarantined",
                reason,
                field_name,
                value,
                hint,
            )

    def add_other_value(self, text: str) -> None:
        """A value that is not shown, kept beside the one that is."""
        others = self.props.setdefault("other_values", [])
        if isinstance(others, list) and text not in others:
            others.append(text)

    def reject(self, field_name: str, value: str, reason: str, hint: str = "") -> None:
        """A value that several of the row's rules read is told once."""
        if any(r.field == field_name and r.value == value for r in self.rejected):
            return
        self.rejected.append(Rejected(self.raw.number, field_name, value, reason, hint))


@dataclass(eq=False, slots=True)
class Link:
    """A relationship that a row states, from the cell `value` of `column`. `primary`: the row is it."""

    row: Row
    rule: RelationshipRule
    key: EdgeKey
    props: dict[str, Value]
    column: str
    value: str
    primary: bool = False
    dead: bool = False

    @property
    def alive(self) -> bool:
        return not self.dead and self.row.alive
