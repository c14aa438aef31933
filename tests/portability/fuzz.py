"""Random queries against the embedded engine; each answer is compared with one found by trial."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import kglite
from portability.fuzz_answer import Row, answer
from portability.fuzz_query import Graph, Query


@dataclass(frozen=True)
class Wrong:
    """A query that the engine answers wrongly, with what reproduces it."""

    query: str
    got: list[Row] | str
    want: list[Row]
    graph: Graph

    def __str__(self) -> str:
        return f"{self.query}\n  got  {self.got}\n  want {self.want}\n  {self.graph}"


def fuzz(seed: int, graphs: int, queries: int, settings: dict[str, Any]) -> list[Wrong]:
    """The wrong answers to `queries` random queries on each of `graphs` random graphs."""
    r = random.Random(seed)
    kglite.set_query_warning_policy("silent")
    wrong = []
    for _ in range(graphs):
        graph = Graph.random(r)
        loaded = graph.load()
        loaded.read_only(True)
        for _ in range(queries):
            query = Query.random(r, graph)
            want = sorted(answer(graph, query), key=repr)
            got = _ask(loaded, query.text(), settings)
            if got != want:
                wrong.append(Wrong(query.text(), got, want, graph))
    return wrong


def _ask(graph: kglite.KnowledgeGraph, text: str, settings: dict[str, Any]) -> list[Row] | str:
    try:
        result = graph.cypher(text, **settings)
    except kglite.KgError as error:
        return f"{type(error).__name__}: {error}"
    assert isinstance(result, kglite.ResultView)
    return sorted((tuple(row.values()) for row in result.to_list()), key=repr)
