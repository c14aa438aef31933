"""From what a person types to a graph id: id, bare slug, name, alias, English name or pinyin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bulian.errors import UnknownName
from bulian.graph.store import Store
from bulian.ontology.model import Ontology
from bulian.records import Row

# A place is asked for without its administrative suffix as often as with it.
SUFFIXES = ("特别行政区", "自治区", "自治州", "新区", "新城", "地区", "省", "市", "区", "县", "盟")


@dataclass(frozen=True, slots=True)
class Named:
    """One node that a name may mean. `names`, its slug among them, are compared without case and spaces."""

    id: str
    name: str
    names: frozenset[str]
    spoken: frozenset[str]  # pinyin, full and initials


def find_node(store: Store, ontology: Ontology, label: str, text: str) -> str:
    """The id of the one node of class `label` (or below it) that `text` means.

    Raises UnknownName with the nearest names when there is none, or more than one.
    """
    kind = "link" if label == "ChainLink" else label.lower()
    return _find(store, ontology, kind, ontology.below(label), text)


def find_any(store: Store, ontology: Ontology, text: str) -> str:
    """Like `find_node`, for a node of any class but sources."""
    return _find(store, ontology, "node", [c for c in ontology.concrete if c != "Source"], text)


def find_chain(rows: Iterable[Row], text: str) -> str:
    """A chain among the rows of the pack `chains`; one that has links wins over one that is only a name."""
    rows, text = list(rows), text.strip()
    for row in rows:
        if text in (row["chain_id"], str(row["chain_id"]).partition(":")[2]):
            return str(row["chain_id"])
    named = {str(r["chain_id"]): _named(r, "chain_id", "chain", "chain_en") for r in rows}
    with_links = [named[str(r["chain_id"])] for r in rows if r["links"]]
    hits = _match(text, with_links)
    if len(hits) == 1:
        return hits[0].id
    return choose("chain", text, with_links if hits else named.values())


def _find(store: Store, ontology: Ontology, kind: str, classes: Sequence[str], text: str) -> str:
    text, hits = text.strip(), []
    for name in classes:
        prefix = ontology.node_class(name).kebab + ":"
        if text.startswith(prefix) or ":" not in text:
            node_id = text if text.startswith(prefix) else prefix + text
            hits += store.read(
                f"MATCH (n:{name} {{id: $id}}) RETURN n.id AS id, n.name AS name", {"id": node_id}
            )
    if len(hits) > 1:
        raise UnknownName(kind, text, [f"{h['name']} ({h['id']})" for h in hits], ambiguous=True)
    if hits:
        return str(hits[0]["id"])
    return choose(kind, text, [c for name in classes for c in _candidates(store, name)])


def choose(kind: str, text: str, candidates: Iterable[Named]) -> str:
    """The one candidate that the text names; else an error that lists the nearest."""
    candidates = list(candidates)
    hits = _match(text, candidates)
    if len(hits) == 1:
        return hits[0].id
    if hits:
        raise UnknownName(kind, text, [f"{h.name} ({h.id})" for h in hits[:5]], ambiguous=True)
    if not candidates:
        hint = f"this graph holds no {kind} at all: load data first, for example bulian load shipped:xixian"
        raise UnknownName(kind, text, hint=hint)
    raise UnknownName(kind, text, _nearest(text, candidates))


def _match(text: str, candidates: Iterable[Named]) -> list[Named]:
    """Candidates at the first level that has any: exact name, any name, name less suffix, pinyin."""
    key, candidates = _fold(text), list(candidates)
    levels: tuple[Callable[[Named], bool], ...] = (
        lambda c: _fold(c.name) == key,
        lambda c: key in c.names,
        lambda c: _bare(key) in {_bare(n) for n in c.names},
        lambda c: key in c.spoken,
    )
    for level in levels:
        hits = sorted((c for c in candidates if level(c)), key=lambda c: c.id)
        if hits:
            return hits
    return []


def _nearest(text: str, candidates: list[Named], limit: int = 5) -> list[str]:
    from rapidfuzz import fuzz, process

    table = {(c.id, n): n for c in candidates for n in (*c.names, *c.spoken, c.id.partition(":")[2])}
    by_id = {c.id: c for c in candidates}
    best: dict[str, None] = {}
    for _, _, (node_id, _) in process.extract(
        _fold(text), table, scorer=fuzz.WRatio, limit=40, score_cutoff=45
    ):
        best[node_id] = None
    return [f"{by_id[i].name} ({i.partition(':')[2]})" for i in list(best)[:limit]]


def _candidates(store: Store, label: str) -> list[Named]:
    rows = store.read(
        f"MATCH (n:{label}) RETURN n.id AS id, n.name AS name, n.name_en AS name_en, n.aliases AS aliases,"
        " n.pinyin AS pinyin ORDER BY id"
    )
    return [_named(r, "id", "name", "name_en") for r in rows]


def _named(row: Row, id_key: str, name_key: str, en_key: str) -> Named:
    aliases, pinyin = row["aliases"], row["pinyin"]
    names = [str(row[k]) for k in (name_key, en_key) if row[k]]
    names.append(str(row[id_key]).partition(":")[2])
    names += [str(a) for a in aliases] if isinstance(aliases, list) else []
    spoken = [str(p) for p in pinyin] if isinstance(pinyin, list) else []
    return Named(
        str(row[id_key]), str(row[name_key] or row[id_key]),
        frozenset(map(_fold, names)), frozenset(map(_fold, spoken)),
    )  # fmt: skip


def _fold(text: str) -> str:
    return "".join(text.split()).casefold()


def _bare(name: str) -> str:
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
