"""The embedded engine: a graph in memory, kept in one file that is replaced whole."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kglite

from bulian.errors import BulianError, GraphUnavailable, QueryError
from bulian.graph import manifest
from bulian.graph.files import WriteLock, fsync_folder, sweep
from bulian.graph.store import MissingEnds, Raw, Store

if TYPE_CHECKING:
    from bulian.ontology.model import Ontology

log = logging.getLogger("bulian.graph")

# Optimizer passes of kglite 0.21.2 that give wrong rows without an error (tests/portability shows each):
#   fuse_match_return_aggregate  counts two hops with an undirected one as 0
#   push_where_into_match.1/.2   lose a range or IN on a node anchored by id when another predicate stays
#   push_distinct_into_match     undercounts count(DISTINCT x) over two MATCH clauses
#   fuse_count_short_circuits    gives a label whose nodes were all deleted as a group of 0
PASSES_OFF = (
    "fuse_match_return_aggregate",
    "push_where_into_match.1",
    "push_where_into_match.2",
    "push_distinct_into_match",
    "fuse_count_short_circuits",
)
SAFE: dict[str, Any] = {"disabled_passes": list(PASSES_OFF), "hide_structural_keys": True}
WRITE_TIMEOUT_MS = 600_000
VERSION: str = kglite.__version__

_NO_GRAPH_HINT = "make one: bulian load shipped:xixian, or bulian demo"
_UNKNOWN = re.compile(r"unknown (?:node label|relationship type) '([^']+)'")
_WRONG_WAY = re.compile(r"traverses '([^']+)' as (\S+) → (\S+),")
_NO_SUCH_PROPERTY = re.compile(r"property '([^']+)',? which no (\S+) node has")


class KGLiteStore(Store):
    """A `.kgl` file. Reading loads it read-only; writing works on a copy in memory until `commit`."""

    engine = "kglite"

    def __init__(self, path: Path, *, writable: bool = False, rebuild: bool = False) -> None:
        """`rebuild`: start empty and leave the old file unread (it stays until the commit).

        GraphUnavailable: no such file (reading), another writer, or a file that cannot be used (GraphBroken).
        """
        super().__init__(f"kglite:{path}", writable=writable)
        kglite.set_query_warning_policy("silent")  # they go to `warnings` and the log instead of stderr
        self._path = path
        self._lock = _prepare_folder(path) if writable else None
        self._reader: kglite.KnowledgeGraph | None = None  # writing: a snapshot, dropped before each write
        try:
            self._graph = self._load(empty_is_fine=writable) if not rebuild else kglite.KnowledgeGraph()
        except BaseException:
            self._close()
            raise
        if writable:
            known = None if rebuild else manifest.read(path)
            self._datasets = {d.name: d for d in known.datasets} if known and path.exists() else {}

    def _load(self, *, empty_is_fine: bool) -> kglite.KnowledgeGraph:
        if not self._path.exists():
            if empty_is_fine:
                return kglite.KnowledgeGraph()
            raise GraphUnavailable(f"no graph at {self._path}", _NO_GRAPH_HINT)
        try:
            graph = kglite.load(str(self._path))
        except (kglite.KgError, OSError, ValueError) as error:
            raise manifest.GraphBroken(
                f"{self._path} cannot be read as a graph: {_first(error)}", self._path
            ) from error
        found = (graph.graph_info()["library_version"], graph.schema_version)
        if found != (VERSION, manifest.GRAPH_FORMAT):
            raise manifest.GraphBroken(
                f"{self._path} was written by another version (engine {found[0]}, format {found[1]};"
                f" here {VERSION}, {manifest.GRAPH_FORMAT})",
                self._path,
            )
        if not self.writable:
            graph.read_only(True)
        return graph

    # --- primitives ---

    def _read(self, cypher: str, params: dict[str, Any], timeout: float, row_limit: int | None) -> Raw:
        if not self.writable:
            reader = self._graph
        else:
            if self._reader is None:
                self._reader = self._graph.copy()
                self._reader.read_only(True)
            reader = self._reader
        # One row more than asked for: the base tells a full answer from a cut one by it.
        limit = None if row_limit is None else row_limit + 1
        result = _run(reader, cypher, params, timeout_ms=max(1, int(timeout * 1000)), row_limit=limit)
        self._warn(self._remarks(result.warnings), cypher)
        return result.to_list()

    def _write(self, cypher: str, params: dict[str, Any], expect: int | None = None) -> None:
        self._reader = None
        before = self._graph if expect is None else self._graph.copy()
        # A failing statement undoes itself. Its warnings are advice on patterns that find nothing, and an
        # upsert expects to find nothing yet.
        result = _run(self._graph, cypher, params, timeout_ms=WRITE_TIMEOUT_MS, row_limit=None)
        if expect is not None and (found := result.scalar()) < expect:
            self._graph = before
            raise MissingEnds(expect - found)

    def _ensure_schema(self, ontology: Ontology) -> None:
        from bulian.ontology.emit import kglite_schema

        self._reader = None
        self._graph.define_schema(kglite_schema(ontology))

    def _commit(self) -> None:
        nodes, edges = self.counts()
        made_of = manifest.Manifest(
            engine_version=VERSION,
            ontology=self._ontology.version if self._ontology else "",
            datasets=self.datasets,
            nodes=nodes,
            relationships=edges,
        )
        # The manifest first: killed in between, it names a dataset too many, never one too few for a rebuild.
        manifest.write(self._path, made_of)
        self._graph.set_schema_version(manifest.GRAPH_FORMAT)
        # save() writes a temporary file beside the target, syncs it and renames it over. Compact: nothing is
        # read in place from the file, so that overwriting it cannot hurt a process that has it open.
        self._graph.save(str(self._path), fsync=True, layout="compact")
        fsync_folder(self._path.parent)

    def _wipe(self) -> None:
        self._reader = None
        self._graph = kglite.KnowledgeGraph()
        if self._ontology is not None:
            self._ensure_schema(self._ontology)

    def _close(self) -> None:
        self._reader = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _explain(self, error: Exception) -> BulianError | None:
        return explain(error)

    def _remarks(self, warnings: Sequence[str]) -> Iterator[str]:
        """Warnings without those on names that the ontology has and the graph happens not to use."""
        for text in warnings:
            if not (text.startswith("Result truncated by row_limit") or _declared(text, self.ontology)):
                yield text


def _run(
    graph: kglite.KnowledgeGraph,
    cypher: str,
    params: dict[str, Any],
    *,
    timeout_ms: int,
    row_limit: int | None,
) -> kglite.ResultView:
    result = graph.cypher(cypher, params=params, timeout_ms=timeout_ms, row_limit=row_limit, **SAFE)
    if not isinstance(result, kglite.ResultView):  # FORMAT CSV gives a text
        raise QueryError("the query does not give rows")
    return result


def _prepare_folder(path: Path) -> WriteLock:
    """Makes the folder, takes the write lock, deletes what killed writers left."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = WriteLock(path)
    except OSError as error:
        raise GraphUnavailable(f"cannot write to {path.parent}: {error.strerror or error}") from error
    for litter in sweep(path):
        log.info("deleted %s, left by a writer that was killed", litter)
    return lock


def explain(error: Exception) -> BulianError | None:
    """An engine's exception in our terms; None when it is none of the engine's."""
    if isinstance(error, kglite.CypherTimeoutError):
        spent = re.search(r"elapsed \d+ms, limit \d+ms", str(error))
        return QueryError(f"the query took too long ({spent[0] if spent else 'timeout'})", "narrow it down")
    if isinstance(error, kglite.CypherSyntaxError):
        place = f" (line {error.line}, column {error.col})" if error.line else ""
        return QueryError(f"the query is not valid Cypher{place}: {_first(error)}")
    if isinstance(error, kglite.ReadOnlyError):
        return QueryError("the query writes, and only reading is allowed here")
    if isinstance(error, (kglite.FileIoError, OSError)):
        return GraphUnavailable(f"the graph file cannot be written: {_first(error)}")
    # Parameters that fit no query value raise the built-in classes.
    if isinstance(error, (kglite.KgError, TypeError, OverflowError, ValueError, RecursionError)):
        return QueryError(f"the query failed: {_first(error)}")
    return None


def _declared(text: str, ontology: Ontology) -> bool:
    """Whether a warning is on something that the ontology allows, so that it says nothing about the query."""
    if found := _UNKNOWN.search(text):
        return found[1] in ontology.classes or found[1] in ontology.edges
    if found := _NO_SUCH_PROPERTY.search(text):
        owner = ontology.classes.get(found[2])
        return found[1] in (owner.properties if owner else ontology.properties)
    if found := _WRONG_WAY.search(text):
        if found[1] not in ontology.edges:
            return False
        starts, stops = ontology.ends(found[1])
        return _is_any(ontology, found[2], starts) and _is_any(ontology, found[3], stops)
    return False


def _is_any(ontology: Ontology, label: str, classes: Sequence[str]) -> bool:
    """Whether a node with this label can be of one of the classes."""
    return label in ontology.classes and any(c in classes for c in ontology.below(label))


def _first(error: Exception) -> str:
    """The first line of a message; engines add advice for other readers below it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
