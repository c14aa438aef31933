"""The hand-made graph of tests/fixtures/small as records, and a helper that fills a store with it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from bulian.records import Edge, Node, Value

FOLDER = Path(__file__).parent / "fixtures" / "small"
REGION = "place:new-area"
CHAIN = "chain:hydrogen"
AS_OF = date(2026, 6, 15)
_SOURCED: dict[str, Any] = {"confidence": "high", "source_ids": ["source:list"]}
_DATES = {"updated_at", "as_of", "date", "retrieved", "published", "valid_from", "valid_to"}


def small_nodes() -> list[Node]:
    defaults = {**_SOURCED, "updated_at": "2026-06-01"}
    return [
        Node(r["label"], r["id"], _props(defaults | r["props"]), tuple(r.get("roles", ())))
        for r in _records("nodes.jsonl")
    ]


def small_edges() -> list[Edge]:
    labels = {n.id: n.label for n in small_nodes()}
    defaults = {**_SOURCED, "assertion": "observed", "as_of": "2026-06-01"}
    return [
        Edge(
            r["type"],
            labels[r["from"]],
            r["from"],
            labels[r["to"]],
            r["to"],
            _props(defaults | r.get("props", {})),
            r.get("ref"),
        )
        for r in _records("edges.jsonl")
    ]


def load_small(store: Any) -> None:
    """Fill an empty writable store: schema, nodes, edges, commit."""
    from bulian.ontology import load_ontology

    ontology = load_ontology()
    store.ensure_schema(ontology)
    store.upsert_nodes(small_nodes(), ontology)
    store.upsert_edges(small_edges())
    store.commit()


def _records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line]


def _props(raw: dict[str, Any]) -> dict[str, Value]:
    return {k: date.fromisoformat(v) if k in _DATES else v for k, v in raw.items()}
