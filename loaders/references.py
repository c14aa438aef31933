"""What an id or a name in a cell refers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bulian.loaders.dataset import nearest_names
from bulian.loaders.decisions import Decisions
from bulian.loaders.transform import name_key
from bulian.ontology.model import Ontology

_NEAREST_MAX = (
    200  # unknown references for which near ids are looked up; more would take long and help nobody
)
_DECIDED = ("Organization", "Talent")  # the classes that decisions speak of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that a cell may mean. `preference`: smaller is better."""

    id: str
    label: str
    preference: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """`candidates`: the node meant, or several that it may be. `problem`: why there is not exactly one."""

    candidates: tuple[Candidate, ...] = ()
    problem: Literal["", "unknown", "ambiguous", "quarantined", "class"] = ""
    hint: tuple[str, ...] = ()  # ids: nearest ones, those it may be, or the row that was set aside

    @property
    def id(self) -> str:
        return self.candidates[0].id


@dataclass
class References:
    """Every node that a cell may name: of the graph, and of the rows accepted so far."""

    ontology: Ontology
    decisions: Decisions
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    own: set[str] = field(default_factory=set)  # nodes that rows of this dataset state
    lost: dict[str, str] = field(default_factory=dict)  # bare id → the row that was set aside
    _slugs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _others: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _aliases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _asked: int = 0

    def add(
        self, node_id: str, label: str, name: str, aliases: Iterable[str] = (), scope: str | None = None
    ) -> None:
        """A node; `scope` of the row that states it, None when it only stands in the graph."""
        if node_id not in self.labels:
            self.labels[node_id] = label
            self.names[node_id] = name
            _append(self._slugs[node_id.partition(":")[2]], node_id)
        if scope is not None:
            self.own.add(node_id)
            self.scopes[node_id].add(scope)
        _append(self._names[name_key(name)], node_id)
        for alias in aliases:
            _append(self._aliases[name_key(alias)], node_id)

    def add_other_id(self, slug: str, node_id: str) -> None:
        """Another bare id by which the node is known."""
        _append(self._others[slug], node_id)

    def drop(self, node_id: str) -> None:
        """The node is not in the graph after all."""
        self.labels.pop(node_id, None)

    def find(
        self, text: str, scope: str, groups: Sequence[Sequence[str]], by: Sequence[str] = ("id",)
    ) -> Answer:
        """The node that a cell means, of the classes of the first group that has one.

        An id is read within the row's scope through the decisions, then as another id of a node; a name must
        be exact. Among several, what rows of the same scope state goes first, then of the same dataset.
        """
        wanted = {label: n for n, group in enumerate(groups) for label in group}
        found = self._by_id(text, scope) if "id" in by else []
        if not any(self.labels[i] in wanted for i in found) and "name" in by:
            found = self._by_name(text, wanted) or found
        fitting = [i for i in found if self.labels[i] in wanted]
        if not fitting:
            return self._unknown(text, scope, found, wanted)
        ranked = [
            Candidate(i, self.labels[i], (wanted[self.labels[i]], self._away(i, scope))) for i in fitting
        ]
        best = min(c.preference for c in ranked)
        chosen = tuple(c for c in ranked if c.preference == best)
        if len(chosen) > 1:
            return Answer(tuple(ranked), "ambiguous", tuple(c.id for c in chosen[:5]))
        return Answer(chosen + tuple(c for c in ranked if c is not chosen[0]))

    def _away(self, node_id: str, scope: str) -> int:
        if node_id not in self.own:
            return 2
        return 0 if scope and scope in self.scopes[node_id] else 1

    def _by_id(self, text: str, scope: str) -> list[str]:
        kind, colon, bare = text.rpartition(":")
        decided = self.decisions.slug(scope, bare)
        found = [i for i in self._slugs.get(decided, ()) if self._is_decided(i)]
        found += [i for i in self._slugs.get(bare, ()) if not self._is_decided(i) and i not in found]
        found += [
            i for s in dict.fromkeys((decided, bare)) for i in self._others.get(s, ()) if i not in found
        ]
        if place := self.decisions.place(scope, bare):
            found.append(f"{self.ontology.node_class('Place').kebab}:{place}")
        found = [i for i in found if i in self.labels]
        if not colon:
            return found
        cls = self.ontology.class_of_id(text)
        return [i for i in found if cls is not None and self.labels[i] == cls.name and kind == cls.kebab]

    def _is_decided(self, node_id: str) -> bool:
        label = self.labels.get(node_id)
        return label is not None and any(self.ontology.is_a(label, c) for c in _DECIDED)

    def _by_name(self, text: str, wanted: dict[str, int]) -> list[str]:
        key = name_key(text)
        for table in (self._names, self._aliases):
            if found := [i for i in table.get(key, ()) if self.labels.get(i) in wanted]:
                return found
        return []

    def _unknown(self, text: str, scope: str, found: list[str], wanted: dict[str, int]) -> Answer:
        bare = text.rpartition(":")[2]
        if found:
            return Answer((), "class", tuple(found[:5]))
        if row := self.lost.get(bare) or self.lost.get(self.decisions.slug(scope, bare)):
            return Answer((), "quarantined", (row,))
        self._asked += 1
        if self._asked > _NEAREST_MAX:
            return Answer((), "unknown")
        known = [i.partition(":")[2] for i, label in self.labels.items() if label in wanted]
        return Answer((), "unknown", tuple(nearest_names(bare, known)))


def _append(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)
