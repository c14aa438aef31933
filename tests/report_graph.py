"""The small graph as a report, and the graph's facts changed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from small_graph import AS_OF, REGION, load_small

from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.queries.findings import Assessment
from bulian.queries.gaps import assess
from bulian.records import Edge, Node
from bulian.viz.publish import publish_report
from bulian.viz.report import ReportData, build_report

NOW = datetime(2026, 11, 24, 15, 30, 0)
FACT: dict[str, Any] = {
    "source_ids": ["source:news"],
    "confidence": "high",
    "assertion": "observed",
    "as_of": AS_OF,
}
# What must stay text in every format.
HOSTILE = (
    '"><script>document.title="hit"</script>\'</style><img src=x onerror=alert(1)>{{7*7}} |`[x](javascript:1)'
)


@contextmanager
def small_store(folder: Path) -> Iterator[Store]:
    """The small graph on the embedded engine, writable; a warning of the engine fails."""
    with open_store(f"kglite:{folder / 'small.kgl'}", write=True) as store:
        load_small(store)
        yield store
        assert store.warnings == []


def assessed(store: Store, *, lang: str = "zh", **kwargs: Any) -> Assessment:
    return assess(store, REGION, lang=lang, today=AS_OF, **kwargs)


def report(store: Store, *, lang: str = "zh", since: Path | None = None, **kwargs: Any) -> ReportData:
    return build_report(store, load_ontology(), assessed(store, lang=lang, **kwargs), lang=lang, since=since)


def published(store: Store, out: Path, now: datetime = NOW, lang: str = "zh", **kwargs: Any) -> Path:
    found = assessed(store, lang=lang)
    return publish_report(store, load_ontology(), found, out, lang=lang, now=now, **kwargs)


def add_source(store: Store, name: str = "新区招商公告", url: str = "https://example.org/news") -> None:
    store.upsert_nodes([Node("Source", "source:news", {"name": name, "url": url, "source_ids": []})])


def add_firm(store: Store, slug: str, name: str, link: str, place: str = REGION, **props: Any) -> None:
    """A firm that operates in a link, with a source of its own."""
    firm = {"name": name, "confidence": "high", "source_ids": ["source:news"], "city": "甲市", **props}
    store.upsert_nodes([Node("Firm", f"firm:{slug}", firm)])
    store.upsert_edges(
        [
            Edge("LOCATED_IN", "Firm", f"firm:{slug}", "Place", place, FACT),
            Edge("OPERATES_IN", "Firm", f"firm:{slug}", "ChainLink", f"chain-link:{link}", FACT),
        ]
    )


def drop(store: Store, firm: str, link: str) -> None:
    store.delete_edges([Edge("OPERATES_IN", "Firm", f"firm:{firm}", "ChainLink", f"chain-link:{link}")])
