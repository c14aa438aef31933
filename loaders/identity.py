"""Who is who: rows with one id, decisions, and the mergers that are certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from bulian.loaders.decisions import Decisions
from bulian.loaders.row import Row
from bulian.loaders.statements import other_value
from bulian.loaders.transform import name_key
from bulian.ontology.model import Ontology
from bulian.records import Node

ORGANIZATION, TALENT = "Organization", "Talent"

CityOf = Callable[[Row], str | None]


class Identities:
    """Gives each row of a dataset its node.

    `known`: nodes that stand whatever the dataset says; they keep their ids. `own`: nodes of the graph that
    nobody else states. What they say counts only where no row states them anew.
    """

    def __init__(
        self, ontology: Ontology, decisions: Decisions, known: Iterable[Node], own: Iterable[Node] = ()
    ) -> None:
        self.ontology = ontology
        self.decisions = decisions
        self.organizations = {n.id: n for n in known if ontology.is_a(n.label, ORGANIZATION)}
        self.own = {n.id: n for n in own if ontology.is_a(n.label, ORGANIZATION)}
        self._classes = {n.id.partition(":")[2]: n.label for n in self.organizations.values()}

    def is_organization(self, row: Row) -> bool:
        return row.label != "" and self.ontology.is_a(row.label, ORGANIZATION)

    # --- one id ---

    def assign(self, rows: Sequence[Row]) -> None:
        """Final ids and classes; rows that contradict an earlier one of their id and source go."""
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            if row.alive:
                self._slug(row)
                family = ORGANIZATION if self.is_organization(row) else row.label
                groups[family, row.slug].append(row)
        for (family, slug), members in groups.items():
            _set_conflicts_aside(members)
            alive = [r for r in members if r.alive]
            if alive:
                self._settle(family, slug, alive)
        self._inherit([g for (family, _), g in groups.items() if family == ORGANIZATION])

    def _slug(self, row: Row) -> None:
        row.slug = row.bare
        if self.is_organization(row) or row.label == TALENT:
            row.slug = self.decisions.slug(row.scope, row.bare)

    def _settle(self, family: str, slug: str, rows: Sequence[Row]) -> None:
        """One class for all rows of an id: a decision's, else the graph's, else the best sourced row's."""
        label = rows[0].label
        if family == ORGANIZATION:
            keep = self.decisions.keep.get(slug)
            kind = keep.type if keep else ""
            kept = self.ontology.scheme("organization-kind").concepts[kind].node_class if kind else None
            label = kept or self._classes.get(slug) or min(rows, key=lambda r: r.rank).label
        for row in rows:
            if row.label != label:
                self._relabel(row, label)
            row.node_id = f"{self.ontology.node_class(label).kebab}:{slug}"

    def _inherit(self, groups: Sequence[Sequence[Row]]) -> None:
        """An id that led to another node stays with it when nobody else states that node any more."""
        former: dict[tuple[str, str], str] = {}
        for node in self.own.values():
            others = node.props.get("other_ids")
            for slug in others if isinstance(others, list) else ():
                former.setdefault((node.label, slug), node.id)
        alive = [[r for r in rows if r.alive] for rows in groups]
        taken = {r.node_id for rows in alive for r in rows}
        for rows in alive:
            if not rows or rows[0].node_id in self.own or rows[0].node_id in self.organizations:
                continue
            node_id = former.get((rows[0].label, rows[0].slug))
            if node_id is None or node_id in taken:
                continue
            if not self.decisions.apart(rows[0].slug, node_id.partition(":")[2]):
                taken.add(node_id)
                for row in rows:
                    row.node_id = node_id

    # --- certain mergers ---

    def merge(self, rows: Sequence[Row], city_of: CityOf) -> dict[str, str]:
        """Merge organizations with one valid credit code, or with one class and name in one city (or none
        given) and no two codes. Returns merged id → id of the node that stays; rows and their other ids are
        changed."""
        anew = {r.node_id for r in rows if r.alive}.intersection(self.own)
        groups = _Groups(self.decisions, self.organizations, self.own, anew)
        for row in rows:
            if row.alive and self.is_organization(row):
                groups.add_row(row, city_of(row))
        merged = groups.merge()
        for row in rows:
            target = merged.get(row.node_id)
            cls = self.ontology.class_of_id(target) if target else None
            if target is not None and cls is not None:
                row.node_id = target
                if row.label != cls.name:
                    self._relabel(row, cls.name)
        return merged

    @staticmethod
    def _relabel(row: Row, label: str) -> None:
        """The class that its other rows, a decision or the graph give; what the row says is kept."""
        row.add_other_value(other_value("type", row.kind or row.label, row.sources))
        row.label = label

    def note_other_ids(self, rows: Sequence[Row]) -> None:
        """Bare ids that mean a node beside its own: no mistaken one (rename), none in use elsewhere."""
        taken = {(r.label, r.node_id.partition(":")[2]) for r in rows if r.alive}
        for row in rows:
            own = row.node_id.partition(":")[2]
            stands = self.decisions.stands(row.scope, row.bare)
            found = [s for s in dict.fromkeys((row.bare if stands else row.slug, row.slug)) if s != own]
            found = [s for s in found if (row.label, s) not in taken]
            if row.alive and found:
                row.props["other_ids"] = found


def _set_conflicts_aside(rows: Sequence[Row]) -> None:
    """Of rows with one id as written, scope and source, a later one that contradicts an earlier one goes."""
    seen: dict[tuple[str, str, tuple[str, ...]], list[Row]] = defaultdict(list)
    for row in rows:
        before = seen[row.bare, row.scope, row.sources]
        for other in before:
            if row.content == other.content:
                break  # as good as the other, which contradicts none
            differing = [c for c in row.content if c in other.content and row.content[c] != other.content[c]]
            if differing:
                column = differing[0]
                hint = f"{other.place}: {other.content[column]}"
                row.quarantine("conflicting duplicate", column, row.content[column], hint)
                break
        else:
            before.append(row)


class _Party:
    """An organization while it is compared: its codes, names and cities."""

    def __init__(self, node_id: str, label: str, stored: bool) -> None:
        self.node_id = node_id
        self.label = label
        self.stored = stored
        self.codes: set[str] = set()
        self.names: set[str] = set()
        self.cities: set[str] = set()


class _Groups:
    """`stored`: nodes that keep their ids; of those in `anew` only the rows tell what they are. `own`: ids in
    the graph that go before new ones."""

    def __init__(
        self,
        decisions: Decisions,
        stored: dict[str, Node],
        own: Collection[str],
        anew: Collection[str],
    ) -> None:
        self.decisions = decisions
        self.own = own
        self.parties: dict[str, _Party] = {}
        self.target: dict[str, str] = {}
        for node in stored.values():
            party = self._party(node.id, node.label, stored=True)
            if node.id in anew:
                continue
            self._note(party, node.props.get("credit_code"), node.props.get("name"), node.props.get("city"))

    def add_row(self, row: Row, city: str | None) -> None:
        party = self._party(row.node_id, row.label, stored=False)
        self._note(party, row.props.get("credit_code"), row.props.get("name"), city)

    def _party(self, node_id: str, label: str, *, stored: bool) -> _Party:
        if node_id not in self.parties:
            self.parties[node_id] = _Party(node_id, label, stored)
        return self.parties[node_id]

    @staticmethod
    def _note(party: _Party, code: object, name: object, city: object) -> None:
        if isinstance(code, str):
            party.codes.add(code)
        if isinstance(name, str):
            party.names.add(name_key(name))
        if isinstance(city, str) and city:
            party.cities.add(city)

    def merge(self) -> dict[str, str]:
        """Merged id → the id that stays: of the graph if it has one of them, else the first."""
        by_code: dict[str, list[str]] = defaultdict(list)
        for party in self.parties.values():
            for code in sorted(party.codes):
                by_code[code].append(party.node_id)
        for ids in by_code.values():
            self._join(ids)
        by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
        for party in self.parties.values():
            for name in sorted(party.names):
                by_name[party.label, name].append(party.node_id)
        for ids in by_name.values():
            self._join_by_name(list(dict.fromkeys(map(self._root, ids))))
        return {i: self._root(i) for i in self.parties if self._root(i) != i}

    def _root(self, node_id: str) -> str:
        while node_id in self.target:
            node_id = self.target[node_id]
        return node_id

    def _join_by_name(self, ids: Sequence[str]) -> None:
        """Of one name: those in one city, or without one if there is but one; two codes keep apart."""
        if len(ids) < 2:
            return
        cities = sorted({c for i in ids for c in self.parties[i].cities})
        groups = (
            [ids] if len(cities) < 2 else [[i for i in ids if self.parties[i].cities == {c}] for c in cities]
        )
        for group in groups:
            codes = {c for i in group for c in self.parties[i].codes}
            if len(codes) < 2:
                self._join(group)

    def _join(self, ids: Sequence[str]) -> None:
        roots = list(dict.fromkeys(map(self._root, ids)))
        roots.sort(key=lambda i: (not self.parties[i].stored, i not in self.own))  # else the first stays
        for node_id in roots[1:]:
            kept = self.parties[roots[0]]
            party = self.parties[node_id]
            slugs = [i.partition(":")[2] for i in (kept.node_id, node_id)]
            if party.stored or self.decisions.apart(*slugs):
                continue  # two nodes of the graph are merged by a person only
            self.target[node_id] = kept.node_id
            kept.codes |= party.codes
            kept.names |= party.names
            kept.cities |= party.cities
