"""One dataset into the image of the graph: rows, identities, references, checks, and what became of each
row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bulian.loaders import sources
from bulian.loaders.checks import Checks, EdgeClaims, NodeClaims
from bulian.loaders.dataset import Dataset
from bulian.loaders.decisions import Decisions, read_decisions
from bulian.loaders.identity import Identities
from bulian.loaders.image import EdgeKey, Image
from bulian.loaders.interpret import Interpreter, open_file
from bulian.loaders.links import Linker, set_conflicts_aside
from bulian.loaders.location import Locator, Unplaced, place_rule
from bulian.loaders.outcome import count
from bulian.loaders.places import PlaceIndex, PlaceRecord
from bulian.loaders.references import References
from bulian.loaders.referring import referrers
from bulian.loaders.row import File, Link, Outcome, Row
from bulian.loaders.sources import SourceBook
from bulian.loaders.statements import Claim
from bulian.ontology.model import Ontology
from bulian.records import Node

Progress = Callable[[str, int, int | None], None]
PLACE, PART_OF = "Place", "PART_OF"
EXPIRES = "expires_after"


@dataclass(frozen=True, slots=True)
class Kept:
    """A node that nobody states. `datasets`: those that refer to it."""

    node_id: str
    name: str
    datasets: tuple[str, ...] = ()


@dataclass
class DatasetResult:
    """A dataset after its load. `kept_all`: nothing was withdrawn, because a file could not be read."""

    dataset: Dataset
    files: list[File]
    unplaced: list[Unplaced] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    withdrawn_edges: list[EdgeKey] = field(default_factory=list)
    edge_outcomes: dict[EdgeKey, Outcome] = field(default_factory=dict)
    unused_decisions: list[int] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)  # withdrawn, and others refer to them
    released: list[Kept] = field(default_factory=list)  # kept until now, and nothing refers to them any more
    withdrawn: Counter[str] = field(default_factory=Counter)  # by kind of file
    replaced: bool = False
    kept_all: bool = False


class DatasetLoad:
    """Runs once. The image is changed only by what is accepted."""

    def __init__(
        self, dataset: Dataset, image: Image, ontology: Ontology, today: date, progress: Progress
    ) -> None:
        self.dataset = dataset
        self.image = image
        self.ontology = ontology
        self.progress = progress
        self.name = dataset.info.name
        retrieved = dataset.info.retrieved or image.days.retrieved.get(self.name) or today
        self.book = SourceBook(dataset.info, retrieved)
        self.decisions: Decisions = read_decisions(dataset.decisions, ontology)
        self.interpreter = Interpreter(ontology, self.book)
        self.references = References(ontology, self.decisions)

    def run(self) -> DatasetResult:
        files = self._read()
        result = DatasetResult(self.dataset, files)
        result.kept_all = self.dataset.replaces and any(f.error for f in files)
        result.replaced = self.dataset.replaces and not result.kept_all
        rows = [r for f in files for r in f.rows]
        node_rows = [r for r in rows if r.file.source.mapping.node is not None]
        kept = set(self.image.kept)
        own = [n for n in self.image.nodes() if self._is_own(n.id)]
        base = self._base(own, result.replaced)
        locator = self._identify(node_rows, base, own, result.replaced)
        links = self._link(rows, node_rows, locator)
        self.progress(f"{self.name}: checks", 0, None)
        standing = {n.id for n in base}
        checks = Checks(self.ontology, self.image, self.name, result.replaced, standing, rows, links)
        before = checks.run(lambda: self._claims(rows, links, result.replaced))
        count(self.image, result, rows, links, before)
        result.kept = self._kept(i for i in before.own_nodes if i in self.image.kept)
        result.released = self._kept(i for i in kept if not self.image.has_node(i))
        result.unplaced = [u for u in locator.unplaced if self.image.has_node(u.node_id)]
        result.links = [k for k in links if k.alive]
        result.unused_decisions = self.decisions.unused()
        return result

    # --- steps ---

    def _read(self) -> list[File]:
        files = []
        for number, source in enumerate(self.dataset.files):
            self.progress(f"{self.name}: {source.path.name}", number, len(self.dataset.files))
            file = open_file(source)
            if not file.error:
                file.rows = list(self.interpreter.rows(file))
            files.append(file)
        for file in files:
            for row in file.rows:
                row.day = self.book.day(row.sources, row.source_day)
        return files

    def _is_own(self, node_id: str) -> bool:
        """Whether nobody else states a node of the graph."""
        return not self.image.node_datasets(node_id) - {self.name}

    def _kept(self, ids: Iterable[str]) -> list[Kept]:
        """Nodes that nobody states, for the report; sources come and go unsaid."""
        found = []
        for node_id in sorted(ids):
            if self.image.label_of(node_id) != sources.LABEL:
                name = str(self.image.last_known(node_id)[0].props.get("name", ""))
                found.append(Kept(node_id, name, tuple(sorted(self.image.kept.get(node_id, ())))))
        return found

    def _base(self, own: list[Node], replaces: bool) -> list[Node]:
        """Nodes that stand whatever this dataset says now: others state them, or refer to them."""
        own_ids = {n.id for n in own if n.id not in self.image.kept} if replaces else set()
        needed = referrers(self.image, {*own_ids, *self.image.kept}, self.name) if own_ids else {}
        return [
            n
            for n in self.image.nodes()
            if n.label != sources.LABEL and (n.id not in own_ids or n.id in needed)
        ]

    def _identify(self, rows: list[Row], base: list[Node], own: list[Node], replaces: bool) -> Locator:
        self.progress(f"{self.name}: who is who", 0, None)
        identities = Identities(self.ontology, self.decisions, base, own)
        identities.assign(rows)
        anew = {r.node_id for r in rows if r.alive}.intersection(n.id for n in own)
        base = [n for n in base if n.id not in anew]  # what they were called no longer counts
        for node in base:
            self._refer(node.id, node.label, node.props)
            for other in _texts(node.props.get("other_ids")):
                self.references.add_other_id(other, node.id)
        others = [r for r in rows if not identities.is_organization(r)]
        organizations = [r for r in rows if identities.is_organization(r)]
        self._register(others)
        alone = {n.id for n in own}.intersection(n.id for n in base)
        stays = [k for k in self.image.edge_keys(PART_OF) if not replaces or self._stays(k, alone)]
        locator = Locator(self._place_index(base, others, stays), self.decisions)
        for row in rows:
            if row.alive and (rule := place_rule(row)) is not None:
                locator.locate(row, rule)
        identities.merge(organizations, lambda row: _text(row.props.get("city")))
        identities.note_other_ids(rows)
        self._default_expiry(rows)
        self._register(organizations)
        for row in rows:
            if row.alive:
                for other in _texts(row.props.get("other_ids")):
                    self.references.add_other_id(other, row.node_id)
            elif row.bare:
                self.references.lost.setdefault(row.bare, row.place)
        return locator

    def _default_expiry(self, rows: Iterable[Row]) -> None:
        """What a node of this dataset does not say of how long it holds, the dataset says."""
        days = self.dataset.info.expires_after
        if days is None:
            return
        said = {r.node_id for r in rows if r.alive and EXPIRES in r.props}
        for row in rows:
            cls = self.ontology.classes.get(row.label)
            if row.alive and row.node_id not in said and cls and EXPIRES in cls.properties:
                row.props[EXPIRES] = days

    def _register(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.alive:
                self._refer(row.node_id, row.label, row.props, row.scope)

    def _refer(self, node_id: str, label: str, props: Mapping[str, object], scope: str | None = None) -> None:
        others = [*_texts(props.get("aliases"))]
        others += [n for key in ("name_en", "short_name") if (n := _text(props.get(key)))]
        self.references.add(node_id, label, _text(props.get("name")) or "", others, scope)

    def _place_index(self, base: list[Node], rows: list[Row], parts: list[EdgeKey]) -> PlaceIndex:
        """The tree of places, of the graph and of the rows."""
        parents: dict[str, str] = {}
        for key in parts:
            if self.image.label_of(key[1]) == PLACE:
                parents[key[1]] = key[2]
        records = {n.id: _place(n.id, n.props, parents.get(n.id)) for n in base if n.label == PLACE}
        for row in rows:
            if not row.alive or row.label != PLACE:
                continue
            parent = self._parent(row) or parents.get(row.node_id)
            record = _place(row.node_id, row.props, parent)
            if (known := records.get(row.node_id)) is not None:
                record = PlaceRecord(
                    known.id,
                    known.name,
                    known.level or record.level,
                    known.parent or record.parent,
                    tuple(dict.fromkeys((*known.other_names, record.name, *record.other_names))),
                    known.adcode or record.adcode,
                )
            records[row.node_id] = record
        return PlaceIndex(records.values())

    def _stays(self, key: EdgeKey, alone: Collection[str]) -> bool:
        """Whether others state a relationship, or it goes with a node that stays though nobody else does."""
        return key[1] in alone or bool(self.image.edge_datasets(key) - {self.name})

    def _parent(self, row: Row) -> str | None:
        for rule in row.file.source.mapping.relationships:
            column = rule.end.column
            text = row.raw.values.get(column or "")
            if rule.type == PART_OF and isinstance(text, str):
                answer = self.references.find(text.strip(), row.scope, [(PLACE,)], rule.end.by)
                return None if answer.problem else answer.id
        return None

    def _link(self, rows: list[Row], node_rows: list[Row], locator: Locator) -> list[Link]:
        linker = Linker(self.ontology, self.references, self.interpreter)
        for row in node_rows:
            if row.alive:
                linker.fill(row)
        links: list[Link] = []
        for number, row in enumerate(rows):
            if number % 500 == 0:
                self.progress(f"{self.name}: relationships", number, len(rows))
            if row.alive:
                links += linker.links(row)
        set_conflicts_aside(links)
        links = one_each(links)
        return links + locator.links(node_rows)

    # --- what the rows come to ---

    def _claims(self, rows: list[Row], links: list[Link], replaces: bool) -> tuple[NodeClaims, EdgeClaims]:
        """Claims of accepted rows by node (with its class) and relationship, and those on their sources."""
        nodes: NodeClaims = {}
        edges: EdgeClaims = defaultdict(list)
        alive = [r for r in rows if r.alive]
        for row in alive:
            if row.node_id:
                claim = Claim(self.name, row.sources, row.confidence, row.day, dict(row.props))
                nodes.setdefault(row.node_id, (row.label, []))[1].append(claim)
        for link in links:
            if link.alive:
                row = link.row
                edges[link.key].append(
                    Claim(self.name, row.sources, row.confidence, row.day, dict(link.props))
                )
        pages = self.book.claims({s for r in alive for s in r.sources})
        self.image.days.note_all(self.name, pages, self.book.own, all_of_them=replaces)
        for source, claim in pages.items():
            nodes[source] = (sources.LABEL, [claim])
        return nodes, edges


def one_each(links: list[Link]) -> list[Link]:
    """Of a relationship that a node has once, the better sourced; the others stay as values of rows."""
    groups: dict[tuple[int, str], list[Link]] = defaultdict(list)
    for link in links:
        if link.rule.single:
            groups[id(link.rule), link.key[1] if link.rule.start.is_row else link.key[2]].append(link)
    for members in groups.values():
        best = min(members, key=lambda k: k.row.rank)
        for link in members:
            if link.key != best.key:
                link.dead = True
                link.row.add_other_value(f"{link.column}={link.value} [{', '.join(link.row.sources)}]")
    return [k for k in links if not k.dead]


def _place(place_id: str, props: Mapping[str, object], parent: str | None) -> PlaceRecord:
    others = [*_texts(props.get("aliases")), *([n] if isinstance(n := props.get("name_en"), str) else [])]
    return PlaceRecord(
        place_id,
        str(props.get("name", "")),
        str(props.get("level", "")),
        parent,
        tuple(others),
        str(props.get("adcode", "")),
    )


def _texts(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
