"""Statements and what follows from several of them about one node or relationship. Pure functions.

A claim is what one dataset says of one node or relationship on one source. What the graph shows is the fold
of all claims: it does not depend on the order in which datasets were loaded, and it can be folded again when
one withdraws.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bulian.loaders.transform import name_key
from bulian.ontology.model import Ontology
from bulian.records import Node, Value

CONFIDENCE = ("high", "medium", "low")
DEFAULT_CONFIDENCE = "medium"
# Properties that the fold makes; a claim does not hold them.
FOLDED = frozenset({"source_ids", "confidence", "datasets", "claims", "as_of", "updated_at", "pinyin"})
_OBSERVED = "observed"
_LATER = frozenset({"updated_at", "pinyin"})  # made when a record is written, not compared
_UNDATED = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Claim:
    """`day`: of the source, else when the dataset was retrieved. `props` hold no empty value.

    `kept`: the dataset has withdrawn it, and it stays as the last known content of a node that others refer
    to.
    """

    dataset: str
    sources: tuple[str, ...]
    confidence: str
    day: date
    props: dict[str, Value] = field(default_factory=dict)
    kept: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is better sourced: confidence, then the newer source."""
        grade = CONFIDENCE.index(self.confidence) if self.confidence in CONFIDENCE else len(CONFIDENCE)
        return (grade, -self.day.toordinal())


@dataclass(frozen=True, slots=True)
class Shape:
    """Which properties are lists, and whether claims are on a relationship."""

    many: frozenset[str]
    edge: bool


def shapes(ontology: Ontology) -> tuple[Shape, Shape]:
    """Shapes of node claims and of relationship claims."""
    many = frozenset(n for n, p in ontology.properties.items() if p.many)
    return Shape(many, False), Shape(many, True)


def in_order(claims: Iterable[Claim]) -> list[Claim]:
    """By dataset; within one as they were stated. Equal ones once."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda c: c.dataset):
        if claim not in kept:
            kept.append(claim)
    return kept


def fold(claims: Sequence[Claim], shape: Shape) -> dict[str, Value]:
    """What claims, given in order, come to; without `updated_at` and `claims`."""
    ranked = sorted(claims, key=lambda c: c.rank)
    props: dict[str, Value] = {}
    others: list[str] = []
    for claim in ranked:
        for name, value in sorted(claim.props.items()):  # a stored claim has lost any other order
            if name == "other_values":
                others += [v for v in _texts(value) if v not in others]
            elif name in shape.many:
                props[name] = _union(_texts(props.get(name)), _texts(value))
            elif name not in props:
                props[name] = value
            elif props[name] != value and (name != "assertion"):
                others += [o for o in [other_value(name, value, claim.sources)] if o not in others]
    if not shape.edge:
        _names_as_aliases(props, ranked)
    if shape.edge:
        given = [c.props.get("assertion", _OBSERVED) for c in ranked]
        props["assertion"] = _OBSERVED if _OBSERVED in given else given[0]
        props["as_of"] = max(c.day for c in ranked)
    if others:
        props["other_values"] = others
    props["source_ids"] = list(dict.fromkeys(s for c in ranked for s in c.sources))
    props["confidence"] = ranked[0].confidence
    props["datasets"] = sorted({c.dataset for c in ranked if c.dataset and not c.kept})
    return props


def other_value(name: str, value: Value, sources: Collection[str]) -> str:
    """A value that is not shown, as text: field=value [source]."""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"{name}={text} [{', '.join(sources)}]"


def _names_as_aliases(props: dict[str, Value], ranked: Sequence[Claim]) -> None:
    """Another name of the same thing stays findable."""
    shown = props.get("name")
    key = name_key(str(shown))
    names = [n for c in ranked if isinstance(n := c.props.get("name"), str) and name_key(n) != key]
    if names:
        props["aliases"] = _union(_texts(props.get("aliases")), names)


def _texts(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


def _union(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))


# --- as stored ---


def implied(props: Mapping[str, Value], day: date | None, shape: Shape) -> Claim | None:
    """The one claim that properties stored without `claims` come from; None: there is no such."""
    datasets = _texts(props.get("datasets"))
    if shape.edge:
        as_of = props.get("as_of")
        day = as_of if isinstance(as_of, date) else None
    if len(datasets) != 1 or day is None:
        return None
    own = {k: v for k, v in props.items() if k not in FOLDED and not (k == "assertion" and v == _OBSERVED)}
    return Claim(datasets[0], tuple(_texts(props.get("source_ids"))), str(props.get("confidence")), day, own)


def claims_text(claims: Sequence[Claim]) -> list[str]:
    """Claims as the `claims` property holds them, one JSON text each."""
    return [
        json.dumps(
            {
                "dataset": c.dataset,
                "sources": c.sources,
                "confidence": c.confidence,
                "day": c.day.isoformat(),
                "props": c.props,
                **({"kept": True} if c.kept else {}),
            },
            ensure_ascii=False,
            sort_keys=True,
            default=_iso,
            separators=(",", ":"),
        )
        for c in claims
    ]


def read_claims(texts: Iterable[str], ontology: Ontology) -> list[Claim]:
    """The inverse of `claims_text`. ValueError, KeyError or TypeError: not written by it."""
    found = []
    for text in texts:
        data: dict[str, Any] = json.loads(text)
        props = {k: _revived(k, v, ontology) for k, v in data["props"].items()}
        day = date.fromisoformat(data["day"])
        kept = bool(data.get("kept"))
        found.append(Claim(data["dataset"], tuple(data["sources"]), data["confidence"], day, props, kept))
    return found


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be stored in a claim")


def _revived(name: str, value: Any, ontology: Ontology) -> Value:
    prop = ontology.properties.get(name)
    if prop is not None and prop.datatype == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    result: Value = value
    return result


# --- whole records ---


def foreign(props: dict[str, Value]) -> Claim:
    """A record that no loader wrote: a claim of nobody's dataset, so that nothing withdraws it."""
    own = {k: v for k, v in props.items() if k not in FOLDED}
    ids, as_of = props.get("source_ids"), props.get("as_of")
    day = as_of if isinstance(as_of, date) else _UNDATED
    return Claim(
        "", tuple(ids) if isinstance(ids, list) else (), str(props.get("confidence") or "low"), day, own
    )


def same_node(one: Node, other: Node) -> bool:
    return set(one.roles) == set(other.roles) and same_props(one.props, other.props)


def same_props(one: dict[str, Value], other: dict[str, Value]) -> bool:
    """Whether two records say the same, apart from what is made on writing."""
    return _compared(one) == _compared(other)


def _compared(props: dict[str, Value]) -> dict[str, Any]:
    return {
        k: tuple(v) if isinstance(v, list) else v for k, v in props.items() if k not in _LATER and v != []
    }
