"""A person's reviewed decisions on who is who (decisions.csv), applied before anything is merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bulian.errors import MappingError
from bulian.loaders.rows import UnreadableFile, read_table
from bulian.loaders.transform import is_slug, many, one, parse_code
from bulian.ontology.model import Ontology

_KINDS = ("rename", "same", "different", "place")
_COLUMNS = ("decision", "scope", "id", "target_id")
_STEPS = 10  # decisions that lead from one to the next


@dataclass(frozen=True, slots=True)
class Keep:
    """What holds of a merged organization where its rows differ. `type`: code; `places`: names or ids."""

    type: str = ""
    city: str = ""
    places: tuple[str, ...] = ()


@dataclass
class Decisions:
    """Decisions on organizations and people, by scope and bare id of a row. Scope "": every scope."""

    targets: dict[tuple[str, str], str] = field(default_factory=dict)
    renamed: set[tuple[str, str]] = field(default_factory=set)
    different: set[frozenset[str]] = field(default_factory=set)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    keep: dict[str, Keep] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)  # row number of every decision's own id
    used: set[tuple[str, str]] = field(default_factory=set)

    def slug(self, scope: str, bare: str) -> str:
        """What a bare id of a scope stands for."""
        for _ in range(_STEPS):
            key = next((k for k in ((scope, bare), ("", bare)) if k in self.targets), None)
            if key is None:
                return bare
            self.used.add(key)
            if self.targets[key] == bare or key in self.renamed:
                return self.targets[key]
            bare = self.targets[key]
        return bare

    def stands(self, scope: str, bare: str) -> bool:
        """Whether another id is another name of the same thing (same), not a mistaken one (rename)."""
        return (scope, bare) not in self.renamed and ("", bare) not in self.renamed

    def place(self, scope: str, bare: str) -> str | None:
        """The place that an organization's id means where a place is asked for: the town, not its office."""
        return self.places.get((scope, bare)) or self.places.get(("", bare))

    def apart(self, a: str, b: str) -> bool:
        """Whether somebody decided that two ids are different things."""
        return frozenset((a, b)) in self.different

    def unused(self) -> list[int]:
        """Rows of renames and mergers whose id no row and no reference has."""
        return sorted(self.rows[k] for k in self.targets if k not in self.used)


def read_decisions(path: Path | None, ontology: Ontology) -> Decisions:
    """Raises MappingError listing every wrong row: a mistaken decision would spoil identities."""
    found = Decisions()
    if path is None:
        return found
    try:
        table = read_table(path)
    except UnreadableFile as error:
        raise MappingError(path.name, [error.message]) from None
    problems = [f"column {c} is missing" for c in _COLUMNS if table.rows and c not in table.columns]
    for row in table.rows if not problems else ():
        cells = {c: one(v) for c, v in row.values.items()}
        wrong = [row.problem] if row.problem else list(_wrong(cells, ontology))
        problems += [f"row {row.number}: {w}" for w in wrong]
        if not wrong:
            keep = Keep(
                parse_code(cells.get("keep_type", ""), "organization-kind", ontology) or "",
                cells.get("keep_city", ""),
                tuple(many(row.values.get("keep_place"))),
            )
            problems += [f"row {row.number}: {p}" for p in _add(found, cells, keep, row.number)]
    if problems:
        raise MappingError(path.name, problems)
    return found


def _wrong(cells: dict[str, str], ontology: Ontology) -> Iterator[str]:
    if cells.get("decision") not in _KINDS:
        yield f"decision must be {', '.join(_KINDS)}, not {cells.get('decision', 'empty')}"
    for column in ("id", "target_id"):
        if not is_slug(cells.get(column, "")):
            yield f"{column} must be a bare id, not {cells.get(column, 'empty')}"
    kind = cells.get("keep_type", "")
    if kind and parse_code(kind, "organization-kind", ontology) is None:
        yield f"keep_type {kind} is no kind of organization"


def _add(found: Decisions, cells: dict[str, str], keep: Keep, number: int) -> Iterator[str]:
    key = (cells.get("scope", ""), cells["id"])
    target = cells["target_id"]
    if cells["decision"] == "different":
        found.different.add(frozenset((cells["id"], target)))
        return
    if cells["decision"] == "place":
        found.places[key] = target
        return
    if found.targets.get(key, target) != target:
        yield f"{cells['id']} of scope {key[0] or '(all)'} already goes to {found.targets[key]}"
        return
    found.targets[key] = target
    found.rows.setdefault(key, number)
    if cells["decision"] == "rename":
        found.renamed.add(key)
    if keep != Keep():
        before = found.keep.get(target, Keep())
        found.keep[target] = Keep(
            keep.type or before.type, keep.city or before.city, keep.places or before.places
        )
