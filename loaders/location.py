"""Where organizations lie: their place columns against the tree of places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bulian.loaders.decisions import Decisions
from bulian.loaders.mapping import RelationshipRule
from bulian.loaders.places import Located, PlaceIndex, Unresolved
from bulian.loaders.row import Link, Row
from bulian.loaders.statements import other_value
from bulian.loaders.transform import one

FIELDS = ("place", "district", "city", "province")  # from narrow to wide, as a mapping lists its columns


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A text that did not say where an organization lies, and where that leaves it (id or None)."""

    file: str
    row: int
    node_id: str
    name: str
    field: str
    value: str
    reason: str
    placed_in: str | None


def place_rule(row: Row) -> RelationshipRule | None:
    """The rule by which a row's columns say where it lies."""
    rules = row.file.source.mapping.relationships
    return next((r for r in rules if r.end.place or r.start.place), None)


class Locator:
    """Finds the place of each row that has place columns, and of each organization from its rows."""

    def __init__(self, index: PlaceIndex, decisions: Decisions) -> None:
        self.index = index
        self.decisions = decisions
        self.found: dict[int, Located] = {}  # by id() of the row
        self.unplaced: list[Unplaced] = []

    def locate(self, row: Row, rule: RelationshipRule) -> None:
        """Resolve a row's columns; city and province become the names of the places meant."""
        columns = rule.end.place or rule.start.place
        texts = {f: t for f, c in zip(FIELDS, columns, strict=False) if (t := one(row.raw.values.get(c)))}
        located = self.index.locate(texts)
        self.found[id(row)] = located
        city = located.fields.get("city") or (self.index.city_of(located.place) if located.place else None)
        if city is not None:
            row.props["city"] = self.index.records[city].name
        self._keep_city(row)
        if located.place and (province := self.index.level_above(located.place, ("province",))):
            row.props["province"] = self.index.records[province].name
        if place_text := _as_written(texts):
            row.props["place_text"] = place_text

    def _keep_city(self, row: Row) -> None:
        """The city that a decision names; what the row says instead stays as another value."""
        keep = self.decisions.keep.get(row.slug)
        if keep is None or not keep.city:
            return
        found = self.index.find(keep.city)
        city = self.index.records[found[0]].name if len(found) == 1 else keep.city
        before = row.props.get("city")
        if before is not None and before != city:
            row.add_other_value(other_value("city", before, row.sources))
        row.props["city"] = city

    def links(self, rows: Iterable[Row]) -> list[Link]:
        """One place for each organization: of its best sourced row, or deeper in it where another row is more
        exact.

        A row that says otherwise keeps its word as another value. Decisions go before all of it.
        """
        by_node: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if id(row) in self.found and row.alive:
                by_node[row.node_id].append(row)
        links: list[Link] = []
        for node_id, members in by_node.items():
            chosen = self._kept(members) or self._chosen(members)
            for row in members:
                links += self._row_links(row, chosen)
            self._report(node_id, members, chosen)
        return links

    def _kept(self, rows: Sequence[Row]) -> list[str]:
        """Places that a decision names, read in the organization's city."""
        keep = self.decisions.keep.get(rows[0].node_id.partition(":")[2])
        if keep is None:
            return []
        around = [self.found[id(r)].place for r in rows]
        found: list[str] = []
        for name in keep.places or ((keep.city,) if keep.city else ()):
            candidates = self.index.find(name, [p for p in around if p])
            if len(candidates) == 1:
                found += [c for c in candidates if c not in found]
        if found and not keep.places:  # a city is kept: the rows in it may know a deeper place
            inside = [r for r in rows if (p := self.found[id(r)].place) and found[0] in self.index.around(p)]
            return self._chosen(inside) or found
        return found

    def _chosen(self, rows: Sequence[Row]) -> list[str]:
        places = [p for r in sorted(rows, key=lambda r: r.rank) if (p := self.found[id(r)].place)]
        if not places:
            return []
        chosen = places[0]
        for place in places[1:]:
            if chosen in self.index.around(place):
                chosen = place
        return [chosen]

    def _row_links(self, row: Row, chosen: Sequence[str]) -> list[Link]:
        rule = place_rule(row)
        place = self.found[id(row)].place
        if rule is None or not chosen:
            return []
        keep = self.decisions.keep.get(row.node_id.partition(":")[2])
        decided = keep is not None and bool(keep.places or keep.city)
        if place is not None and not any(place in self.index.around(c) for c in chosen):
            row.add_other_value(other_value(rule.type or "", self.index.records[place].name, row.sources))
            if not decided:
                return []
        elif place is None and not decided:
            return []
        column = (rule.end.place or rule.start.place)[0]
        return [
            Link(row, rule, (rule.type or "", row.node_id, c, None), {}, column, self.index.records[c].name)
            for c in chosen
        ]

    def _report(self, node_id: str, rows: Sequence[Row], chosen: Sequence[str]) -> None:
        where = chosen[0] if chosen else None
        for row in rows:
            located = self.found[id(row)]
            missing = [Unresolved("place", "", "missing")] if not chosen and not located.unresolved else []
            for item in (*located.unresolved, *missing):
                name = str(row.props.get("name", ""))
                self.unplaced.append(
                    Unplaced(
                        row.file.name,
                        row.raw.number,
                        node_id,
                        name,
                        item.field,
                        item.value,
                        item.reason,
                        where,
                    )
                )


def _as_written(texts: dict[str, str]) -> str:
    """The most exact place name as written; a district beside it that says more is kept before it."""
    place, district = texts.get("place", ""), texts.get("district", "")
    if not place or place == district:
        return district or place
    return (
        f"{district} {place}"
        if district and place not in (texts.get("city"), texts.get("province"))
        else place
    )
