"""What travels between loaders and engines: nodes, edges, rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Value = str | int | float | bool | date | list[str] | None
Row = dict[str, "Cell"]
Cell = Value | list["Cell"] | dict[str, "Cell"]  # what a query may return: scalars, lists, maps


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `label` is the concrete class; ancestors come from the ontology, `roles` are added."""

    label: str
    id: str
    props: dict[str, Value] = field(default_factory=dict)
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One relationship. `ref` tells parallel edges of one type and pair apart (None: there is only one)."""

    type: str
    from_label: str
    from_id: str
    to_label: str
    to_id: str
    props: dict[str, Value] = field(default_factory=dict)
    ref: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str | None]:
        return (self.type, self.from_id, self.to_id, self.ref)
