"""The one interface to a graph. What every engine must do the same way is done here, once."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, final

from bulian.errors import BulianError, QueryError, UsageError
from bulian.graph import upsert
from bulian.graph.manifest import DatasetRecord
from bulian.graph.values import STRUCTURAL, params_in, row_out
from bulian.records import Edge, Node, Row

if TYPE_CHECKING:
    from bulian.ontology.model import Ontology

log = logging.getLogger("bulian.graph")

_UNLISTED = "updated_at"  # the embedded engine stores it, and leaves it out of properties()

Raw = Sequence[Mapping[str, Any]]


class Store(ABC):
    """An open graph. Public methods are final: they log, time, map errors and normalise values; engines
    implement the underscored primitives. Every method raises QueryError for a query that fails and
    GraphUnavailable when the graph is gone. In a `with` block the store is closed, not committed.
    """

    engine: ClassVar[str]

    def __init__(self, url: str, *, writable: bool) -> None:
        self.url = url  # safe to print
        self.writable = writable
        self.warnings: list[str] = []  # what the engine remarked on queries since opening
        self._ontology: Ontology | None = None
        self._datasets: dict[str, DatasetRecord] = {}

    @property
    @final
    def ontology(self) -> Ontology:
        """The ontology of this graph: the one given to `ensure_schema`, else the program's."""
        if self._ontology is None:
            from bulian.ontology import load_ontology

            self._ontology = load_ontology()
        return self._ontology

    @property
    @final
    def datasets(self) -> tuple[DatasetRecord, ...]:
        """Datasets known to be loaded, oldest first. A server keeps none between sessions."""
        return tuple(self._datasets.values())

    # --- reading ---

    @final
    def read(
        self,
        cypher: str,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float = 30.0,
        row_limit: int | None = 100_000,
    ) -> list[Row]:
        """Rows of a reading query; dates are `datetime.date`. `timeout` in seconds.

        QueryError: it failed, took too long, or has more rows than `row_limit` (never a cut answer).
        """
        with self._call("read", cypher) as done:
            raw = self._read(cypher, params_in(params), timeout, row_limit)
            if row_limit is not None and len(raw) > row_limit:
                raise QueryError(
                    f"the query has more than {row_limit:,} rows", "add a LIMIT or narrow it down"
                )
            rows = [row_out(r) for r in raw]
            done.append(len(rows))
        return rows

    @final
    def nodes(self, label: str) -> list[Node]:
        """All nodes that carry a label (of a class, an ancestor or a role), as they were upserted, by id."""
        rows = self.read(
            f"MATCH (n:{upsert.name(label)})"
            f" RETURN n.id AS id, labels(n) AS labels, properties(n) AS props, n.{_UNLISTED} AS unlisted"
            " ORDER BY id",
            row_limit=None,
        )
        return [self._node(row) for row in rows]

    @final
    def edges(self, type_: str) -> list[Edge]:
        """All relationships of a type, as they were upserted, by their ends and ref."""
        rows = self.read(
            f"MATCH (a)-[r:{upsert.name(type_)}]->(b)"
            " RETURN a.id AS a, labels(a) AS la, b.id AS b, labels(b) AS lb,"
            f" r.ref AS ref, properties(r) AS props, r.{_UNLISTED} AS unlisted ORDER BY a, b, ref",
            row_limit=None,
        )
        return [self._edge(type_, row) for row in rows]

    @final
    def counts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Nodes by class and relationships by type, both in alphabetical order."""
        nodes: dict[str, int] = {}
        for row in self.read("MATCH (n) RETURN labels(n) AS labels, count(*) AS n"):
            label = self._primary(row["labels"])
            nodes[label] = nodes.get(label, 0) + _int(row["n"])
        edges = {
            str(row["type"]): _int(row["n"])
            for row in self.read("MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n")
        }
        return dict(sorted(nodes.items())), dict(sorted(edges.items()))

    # --- writing ---

    @final
    def write(self, cypher: str, params: Mapping[str, Any] | None = None) -> None:
        """Runs one writing statement in a transaction of its own."""
        self._writing()
        with self._call("write", cypher):
            self._write(cypher, params_in(params))

    @final
    def ensure_schema(self, ontology: Ontology) -> None:
        """Constraints and declarations of the ontology; repeating it changes nothing."""
        self._writing()
        self._ontology = ontology
        with self._call("schema", f"ontology {ontology.version}"):
            self._ensure_schema(ontology)

    @final
    def upsert_nodes(self, nodes: Iterable[Node], ontology: Ontology | None = None) -> None:
        """Creates or replaces nodes: properties and roles not given go. Of two with one id the last wins."""
        self._run_batches(upsert.node_batches(nodes, ontology or self.ontology))

    @final
    def upsert_edges(self, edges: Iterable[Edge]) -> None:
        """Creates or replaces relationships. QueryError when an end is not in the graph."""
        self._run_batches(upsert.edge_batches(edges))

    @final
    def delete_nodes(self, label: str, ids: Iterable[str]) -> None:
        """Deletes nodes of a class with their relationships; ids that do not exist are no error."""
        self._run_batches(upsert.node_deletions(label, ids))

    @final
    def delete_edges(self, edges: Iterable[Edge]) -> None:
        """Deletes relationships by type, ends and ref; ones that do not exist are no error."""
        self._run_batches(upsert.edge_deletions(edges))

    @final
    def record_dataset(self, record: DatasetRecord) -> None:
        """Notes what was loaded; the embedded engine's manifest keeps it from the next commit on."""
        self._writing()
        self._datasets.pop(record.name, None)
        self._datasets[record.name] = record

    @final
    def forget_datasets(self, names: Iterable[str]) -> None:
        """Drops the notes on datasets whose place another one takes."""
        self._writing()
        for name in list(names):
            self._datasets.pop(name, None)

    @final
    def commit(self) -> None:
        """Makes what was written last: an embedded graph is saved and swapped in whole; a server has it."""
        self._writing()
        with self._call("commit", self.url):
            self._commit()

    @final
    def wipe(self) -> None:
        """Deletes every node and relationship of the graph, also those of others on a shared server."""
        self._writing()
        with self._call("wipe", self.url):
            self._datasets.clear()
            self._wipe()

    @final
    def close(self) -> None:
        """Ends the use; what was not committed to an embedded graph is gone. Harmless when repeated."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- what an engine implements ---

    @abstractmethod
    def _read(self, cypher: str, params: dict[str, Any], timeout: float, row_limit: int | None) -> Raw:
        """Rows of a reading query, at most `row_limit` + 1; must be unable to write."""

    @abstractmethod
    def _write(self, cypher: str, params: dict[str, Any], expect: int | None = None) -> None:
        """A statement, done whole or not at all. MissingEnds: its `n` is less than `expect`."""

    @abstractmethod
    def _ensure_schema(self, ontology: Ontology) -> None: ...

    @abstractmethod
    def _commit(self) -> None: ...

    @abstractmethod
    def _wipe(self) -> None: ...

    @abstractmethod
    def _close(self) -> None: ...

    @abstractmethod
    def _explain(self, error: Exception) -> BulianError | None:
        """The engine's exception as one of ours; None for a defect of the program."""

    # --- shared ---

    @contextmanager
    def _call(self, what: str, subject: str) -> Iterator[list[int]]:
        """Times, logs and maps errors of one call; the block may append the number of rows."""
        rows: list[int] = []
        start = time.perf_counter()
        try:
            yield rows
        except BulianError:
            raise
        except Exception as error:
            explained = self._explain(error)
            log.debug("%s %s failed (%s): %s", self.engine, what, type(error).__name__, _one_line(subject))
            if explained is None:
                raise
            raise explained from error
        size = f" {rows[0]} rows" if rows else ""
        ms = (time.perf_counter() - start) * 1000
        log.debug("%s %s %.1f ms%s: %s", self.engine, what, ms, size, _one_line(subject))

    @final
    def _warn(self, remarks: Iterable[str], cypher: str) -> None:
        for remark in remarks:
            self.warnings.append(remark)
            log.warning("%s: %s [%s]", self.engine, remark, _one_line(cypher))

    def _writing(self) -> None:
        if not self.writable:
            raise UsageError(f"{self.url} was opened for reading only")

    def _run_batches(self, batches: Iterator[upsert.Batch]) -> None:
        self._writing()
        for batch in batches:
            with self._call(batch.what, batch.text) as done:
                done.append(len(batch.rows))
                size = len(batch.rows)
                try:
                    self._write(batch.text, {"rows": batch.rows}, size if batch.count else None)
                except MissingEnds as error:
                    raise QueryError(
                        f"{batch.what}: {error.missing} of {size} name a node that is not in the graph"
                        f" ({self._example(batch)})"
                    ) from None

    def _example(self, batch: upsert.Batch) -> str:
        wanted = [row[end] for row in batch.rows for end in ("a", "b")]
        there = self.read("UNWIND $ids AS id MATCH (n {id: id}) RETURN DISTINCT n.id AS id", {"ids": wanted})
        known = {row["id"] for row in there}
        return (
            ", ".join([w for w in dict.fromkeys(wanted) if w not in known][:3]) or "its class is another one"
        )

    def _primary(self, labels: Any) -> str:
        """The class of a node: of its labels the concrete one that has the others above it."""
        concrete: list[str] = [name for name in labels if name in self.ontology.concrete]
        if not concrete:
            return "|".join(sorted(labels))
        return max(concrete, key=lambda name: len(self.ontology.node_class(name).ancestors))

    def _node(self, row: Row) -> Node:
        label = self._primary(row["labels"])
        known = self.ontology.labels(label) if label in self.ontology.classes else (label,)
        roles = tuple(sorted(name for name in _list(row["labels"]) if name not in known))
        return Node(label, str(row["id"]), _stored(row, "id"), roles)

    def _edge(self, type_: str, row: Row) -> Edge:
        ref = row["ref"]
        return Edge(
            type_,
            self._primary(row["la"]),
            str(row["a"]),
            self._primary(row["lb"]),
            str(row["b"]),
            _stored(row, "ref"),
            None if ref is None else str(ref),
        )


class MissingEnds(Exception):
    """A batch of relationships names nodes that are not there; `missing` says how many rows."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


def _stored(row: Row, key: str) -> dict[str, Any]:
    """The properties of a node or relationship as they were given, in alphabetical order."""
    props: Any = row["props"]
    if row["unlisted"] is not None:
        props = {**props, _UNLISTED: row["unlisted"]}
    return {k: v for k, v in sorted(props.items()) if k != key and k not in STRUCTURAL}


def _list(cell: Any) -> list[str]:
    return [str(v) for v in cell]


def _int(cell: Any) -> int:
    return int(cell)


def _one_line(text: str, width: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
