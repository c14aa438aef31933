"""The two engines as the probe sees them: the raw drivers, with the settings that the stores use."""

from __future__ import annotations

from typing import Any

import kglite
import neo4j
from portability.probe import FIXTURE, Rows

from bulian.graph.kglite_store import SAFE


class KGLite:
    """A copy of the fixture in memory for each probe."""

    def __init__(self) -> None:
        kglite.set_query_warning_policy("silent")
        self._base = kglite.KnowledgeGraph()
        for query, params in FIXTURE:
            self._base.cypher(query, params=params)
        self._graph = self._base

    def fresh(self) -> None:
        self._graph = self._base.copy()

    def run(self, query: str, params: dict[str, Any]) -> Rows:
        result = self._graph.cypher(query, params=params, **SAFE)
        assert isinstance(result, kglite.ResultView)
        return [list(row.values()) for row in result.to_list()]


class Neo4j:
    """A database that is emptied and filled again after every probe that changed it (or may have)."""

    def __init__(self, driver: neo4j.Driver) -> None:
        self._driver = driver
        self._changed = True

    def fresh(self) -> None:
        if not self._changed:
            return
        self.empty()
        with self._driver.session() as session:
            for query, params in FIXTURE:
                session.run(query, params).consume()
        self._changed = False

    def empty(self) -> None:
        """No nodes, no constraints, no indexes."""
        with self._driver.session() as session:
            session.run("MATCH (n) DETACH DELETE n").consume()
            for kind, only in (("CONSTRAINT", ""), ("INDEX", ", type WHERE type <> 'LOOKUP'")):
                for record in list(session.run(f"SHOW {kind} YIELD name{only}")):
                    session.run(f"DROP {kind} `{record['name']}`").consume()

    def run(self, query: str, params: dict[str, Any]) -> Rows:
        already, self._changed = self._changed, True  # a query that raises may have written
        with self._driver.session() as session:
            result = session.run(query, params)
            rows = [list(record.values()) for record in result]
            counters = result.consume().counters
            if counters.indexes_added or counters.constraints_added:
                session.run("CALL db.awaitIndexes(30)").consume()
        self._changed = already or counters.contains_updates or counters.contains_system_updates
        return rows
