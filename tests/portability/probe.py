"""One small query after another against an engine: does it answer as Neo4j 5 does?

`probes.jsonl` is the table: a query and the rows Neo4j gives for it on FIXTURE, or "error", or "runs".
A probe ends as

    same         the engine gives those rows, or refuses where Neo4j refuses
    differs      it runs, but the rows are others: the dangerous kind
    unsupported  it raises where Neo4j answers
    lenient      it answers where Neo4j raises

`verdicts.json` pins every verdict that is not "same", for each engine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).parent
VERDICTS = HERE / "verdicts.json"

Rows = list[list[Any]]

_FIRMS = [
    {
        "id": "f1",
        "props": {"name": "甲", "city": "西安", "scale": 10, "founded": date(2001, 5, 1), "tags": ["a", "b"]},
    },
    {"id": "f2", "props": {"name": "乙", "city": "西安", "scale": 20, "score": 1.5}},
    {"id": "f3", "props": {"name": "丙", "city": "咸阳", "scale": 30, "score": 2.5}},
    {"id": "f4", "props": {"name": "丁", "city": "咸阳", "scale": 40}},
    {"id": "f5", "props": {"name": "戊"}},
]
_OPERATES = [
    {"a": "f1", "b": "l0", "props": {"since": 2001}},
    {"a": "f2", "b": "l0", "props": {"since": 2002}},
    {"a": "f3", "b": "l1", "props": {"since": 2003}},
    {"a": "f4", "b": "l2", "props": {}},
]
# Links l0 → l1 → l3 and l0 → l2 → l3 (two shortest paths), l3 → l4; l5 stands alone.
FIXTURE: list[tuple[str, dict[str, Any]]] = [
    (
        "UNWIND $rows AS row MERGE (n:Firm {id: row.id}) SET n:Organization SET n += row.props",
        {"rows": _FIRMS},
    ),
    (
        "UNWIND range(0,5) AS i MERGE (n:ChainLink {id: 'l' + toString(i)})"
        " SET n.name = '环节' + toString(i), n.critical = i % 2 = 0",
        {},
    ),
    ("MERGE (c:Chain {id: 'h2'}) SET c.name = '氢能'", {}),
    ("MATCH (c:Chain {id: 'h2'}), (l:ChainLink) MERGE (l)-[:PART_OF]->(c)", {}),
    (
        "UNWIND $rows AS row MATCH (a:Firm {id: row.a}), (b:ChainLink {id: row.b})"
        " MERGE (a)-[r:OPERATES_IN]->(b) SET r += row.props",
        {"rows": _OPERATES},
    ),
    (
        "UNWIND [['l0','l1'],['l0','l2'],['l1','l3'],['l2','l3'],['l3','l4']] AS p"
        " MATCH (a:ChainLink {id: p[0]}), (b:ChainLink {id: p[1]}) MERGE (a)-[:SUPPLIES]->(b)",
        {},
    ),
]


@dataclass(frozen=True)
class Probe:
    """A row of the table. `before`: statements run first on the same fixture. `ordered`: rows come in this
    order. `sets`: lists of texts inside a row (labels, keys) have no order.
    """

    name: str
    query: str
    expect: Rows | str
    params: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    ordered: bool = False
    sets: bool = False
    note: str = ""


class Engine(Protocol):
    """A graph that holds FIXTURE, as it was, whenever `fresh` has been called."""

    def fresh(self) -> None: ...

    def run(self, query: str, params: dict[str, Any]) -> Rows: ...


def probes() -> Iterator[Probe]:
    """The table, with dates and nodes decoded."""
    for line in (HERE / "probes.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line, object_hook=_decode)
        yield Probe(**{**row, "before": tuple(row.get("before", ()))})


def judge(engine: Engine, probe: Probe) -> tuple[str, str]:
    """The verdict on one probe, and what the engine said."""
    engine.fresh()
    try:
        for statement in probe.before:
            engine.run(statement, {})
    except Exception as error:  # whatever an engine raises is the finding
        return "unsupported", _told(error)
    try:
        rows = engine.run(probe.query, probe.params)
    except Exception as error:
        return ("same" if probe.expect == "error" else "unsupported"), _told(error)
    if probe.expect == "error":
        return "lenient", repr(rows)
    if probe.expect == "runs" or _equal_rows(rows, probe):
        return "same", ""
    return "differs", f"got {rows!r}, want {probe.expect!r}"


def pin(engines: dict[str, Engine]) -> None:
    """Writes `verdicts.json` anew from what the engines say now."""
    found = {
        name: {p.name: verdict for p in probes() if (verdict := judge(engine, p)[0]) != "same"}
        for name, engine in engines.items()
    }
    VERDICTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def pinned(engine: str) -> dict[str, str]:
    """The verdicts that `verdicts.json` holds for an engine."""
    found: dict[str, str] = json.loads(VERDICTS.read_text(encoding="utf-8"))[engine]
    return found


# --- comparing ---


def _equal_rows(rows: Rows, probe: Probe) -> bool:
    assert not isinstance(probe.expect, str)
    tidy: Callable[[Any], Any] = _sorted_texts if probe.sets else lambda v: v
    got = [[tidy(_plain(v)) for v in row] for row in rows]
    want = [[tidy(_plain(v)) for v in row] for row in probe.expect]
    if not probe.ordered:
        got, want = sorted(got, key=repr), sorted(want, key=repr)
    return _same(got, want)


def _plain(value: Any) -> Any:
    """One comparable shape for what different drivers return."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value
    if hasattr(value, "iso_format"):  # neo4j.time
        return value.iso_format()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        if set(value) == {"id", "labels", "properties"}:
            return {"$node": [sorted(value["labels"]), _plain(value["properties"])]}
        return {k: _plain(value[k]) for k in sorted(value)}
    if hasattr(value, "labels"):
        return {"$node": [sorted(value.labels), _plain(dict(value.items()))]}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _sorted_texts(value: Any) -> Any:
    texts = isinstance(value, list) and all(isinstance(v, str) for v in value)
    return sorted(value) if texts else value


def _same(a: Any, b: Any) -> bool:
    """Equality that tells 2 from 2.0 and 1 from true."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return type(a) is type(b) and bool(a == b)


def _decode(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$date"]) if set(value) == {"$date"} else value


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:240]}"
