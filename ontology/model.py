"""The ontology as plain data: classes, properties, relationship types, concept schemes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from bulian.errors import UnknownName

LANGS = ("zh", "en")
_T = TypeVar("_T")
PROVENANCE_COLUMNS = ("source_url", "source_title", "source_date", "confidence")
# Common properties that files hold under another name, or that the loader fills by itself.
_NO_COLUMN = frozenset(
    {"id", "name", "name_en", "aliases", "summary", "confidence", "source_ids", "updated_at"}
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two content languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Property:
    """A data property. `datatype`: string, integer, decimal, boolean, date. `scheme`: where its codes are."""

    name: str
    label: Text
    definition: Text
    datatype: str
    many: bool = False
    scheme: str | None = None
    internal: bool = False  # kept by the loader, never shown
    refers_to: str | None = None  # its values are ids of nodes of this class; bare slugs in files


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a class's own file that makes a relationship: `measure_id` of targets → SETS, inward."""

    column: str
    relationship: str
    target: str  # class name, may be abstract
    inward: bool = False
    many: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class NodeClass:
    """A class. `parents` direct, `ancestors` all, nearest first; `properties` own and inherited names."""

    name: str
    label: Text
    plural: Text
    definition: Text
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    abstract: bool
    role: bool
    kebab: str
    caption: str
    featured: tuple[str, ...]
    colour: str
    properties: tuple[str, ...]
    required: tuple[str, ...]
    file: str | None = None
    references: tuple[Reference, ...] = ()
    structural: tuple[str, ...] = ()  # classes of the RDF form above it; no labels in the graph


@dataclass(frozen=True, slots=True)
class EdgeType:
    """A relationship type. `domain` and `range` are class names (abstract ones mean all below them)."""

    name: str
    label: Text
    reverse: Text
    definition: Text
    domain: tuple[str, ...]
    range: tuple[str, ...]
    properties: tuple[str, ...]
    key: tuple[str, ...] = ()  # properties that tell parallel edges apart; joined by "|" they are Edge.ref
    acyclic: bool = False
    pairs: tuple[tuple[str, tuple[str, ...]], ...] = ()  # from class → the only classes it may lead to
    chain: tuple[str, ...] = ()  # also holds where these hold one after the other; ^ reverses one


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a scheme, such as `upstream`. `node_class`: the class an organization kind stands for."""

    code: str
    label: Text
    definition: Text
    node_class: str | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list of codes (SKOS concept scheme), in order. `open`: other words are allowed beside them."""

    name: str
    label: Text
    concepts: dict[str, Concept]
    open: bool = False


@dataclass(frozen=True)
class Ontology:
    """Everything the program knows about the shape of the graph. `version` changes with any of its files."""

    version: str
    classes: dict[str, NodeClass]
    properties: dict[str, Property]
    edges: dict[str, EdgeType]
    schemes: dict[str, Scheme]

    @cached_property
    def concrete(self) -> dict[str, NodeClass]:
        return {n: c for n, c in self.classes.items() if not c.abstract and not c.role}

    @cached_property
    def _by_kebab(self) -> dict[str, NodeClass]:
        return {c.kebab: c for c in self.concrete.values()}

    def node_class(self, name: str) -> NodeClass:
        return _get(self.classes, "class", name)

    def edge(self, name: str) -> EdgeType:
        return _get(self.edges, "relationship type", name)

    def scheme(self, name: str) -> Scheme:
        return _get(self.schemes, "concept scheme", name)

    def is_a(self, name: str, ancestor: str) -> bool:
        return name == ancestor or ancestor in self.node_class(name).ancestors

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels a node of this class carries, primary first."""
        return (name, *self.node_class(name).ancestors)

    def below(self, name: str) -> tuple[str, ...]:
        """Concrete classes that are, or inherit from, `name`."""
        return tuple(n for n in self.concrete if self.is_a(n, name))

    def ends(self, edge: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Concrete classes allowed at the from end and at the to end."""
        e = self.edge(edge)
        return (
            tuple(c for d in e.domain for c in self.below(d)),
            tuple(c for r in e.range for c in self.below(r)),
        )

    def allowed(self, edge: str) -> frozenset[tuple[str, str]]:
        """Every pair of concrete classes that the relationship type may join."""
        if edge not in self._allowed:
            e = self.edge(edge)
            narrowed = dict(e.pairs)
            self._allowed[edge] = frozenset(
                (start, end)
                for d in e.domain
                for r in narrowed.get(d, e.range)
                for start in self.below(d)
                for end in self.below(r)
            )
        return self._allowed[edge]

    @cached_property
    def _allowed(self) -> dict[str, frozenset[tuple[str, str]]]:
        return {}

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a class's data set file: names, own properties, references, provenance."""
        cls = self.node_class(name)
        own = [p for p in cls.properties if not self.properties[p].internal and p not in _NO_COLUMN]
        names = ("id", "name_zh", "name_en", "aliases")
        rest = [c for c in (*own, *(r.column for r in cls.references), "summary_zh") if c not in names]
        return tuple(dict.fromkeys((*names, *rest, *PROVENANCE_COLUMNS)))

    def class_of_id(self, node_id: str) -> NodeClass | None:
        """The class that a graph id such as `chain-link:h2-stack` names."""
        return self._by_kebab.get(node_id.partition(":")[0])

    def code_label(self, scheme: str, code: str, lang: str) -> str:
        """A code written out; an unknown code is shown as it is."""
        concept = self.scheme(scheme).concepts.get(code)
        return concept.label[lang] if concept else code


def _get(table: dict[str, _T], kind: str, name: str) -> _T:
    try:
        return table[name]
    except KeyError:
        from rapidfuzz import process  # only for the message

        near = [m[0] for m in process.extract(name, list(table), limit=3, score_cutoff=50)]
        raise UnknownName(kind, name, near) from None
