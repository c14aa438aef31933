"""The server engine: Neo4j 5.26 or newer through the official driver."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import neo4j
from neo4j import exceptions as failures

from bulian.errors import BulianError, GraphUnavailable, QueryError, UsageError
from bulian.graph.store import MissingEnds, Raw, Store
from bulian.graph.upsert import BATCH
from bulian.settings import Settings

if TYPE_CHECKING:
    from bulian.ontology.model import Ontology

# Together they bound the time until a server that is away is told: less than 15 s.
CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 6.0
RETRY_SECONDS = 6.0
WRITE_SECONDS = 600.0
# What says nothing about the query: count() and collect() leave nulls out by definition.
_EXPECTED = ("01G11",)

# The store tells failures and notifications itself; the driver need not print them a second time.
logging.getLogger("neo4j").addHandler(logging.NullHandler())
logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)
logging.getLogger("neo4j.pool").setLevel(logging.CRITICAL)


class Neo4jStore(Store):
    """A Neo4j database. Each read is a managed read transaction, each batch a managed write transaction."""

    engine = "neo4j"

    def __init__(self, url: str, settings: Settings, *, writable: bool = False) -> None:
        """GraphUnavailable: away, refuses the login, or has no such database."""
        super().__init__(url, writable=writable)
        self._settings = settings
        try:
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(settings.user, settings.password),
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=ACQUIRE_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="INFORMATION",
            )
        except (failures.ConfigurationError, ValueError) as error:
            raise UsageError(f"not the address of a Neo4j server: {url}", _first(error)) from error
        try:
            with self._call("connect", url), self._session(neo4j.READ_ACCESS) as session:
                session.run("RETURN 1").consume()  # reaches the database itself, not only the server
        except BaseException:
            self._driver.close()
            raise

    # --- primitives ---

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(database=self._settings.database, default_access_mode=access)

    def _read(self, cypher: str, params: dict[str, Any], timeout: float, row_limit: int | None) -> Raw:
        @neo4j.unit_of_work(timeout=timeout)
        def work(tx: neo4j.ManagedTransaction) -> tuple[Raw, neo4j.ResultSummary]:
            result = tx.run(cypher, params)
            if row_limit is None:
                rows = [dict(record) for record in result]
            else:
                rows = [dict(record) for record in result.fetch(row_limit + 1)]
            return rows, result.consume()

        with self._session(neo4j.READ_ACCESS) as session:
            rows, summary = session.execute_read(work)
        self._remark(summary, cypher)
        return rows

    def _write(self, cypher: str, params: dict[str, Any], expect: int | None = None) -> None:
        @neo4j.unit_of_work(timeout=WRITE_SECONDS)
        def work(tx: neo4j.ManagedTransaction) -> neo4j.ResultSummary:
            result = tx.run(cypher, params)
            if expect is not None and (found := result.single(strict=True)["n"]) < expect:
                raise MissingEnds(expect - found)  # rolls back
            return result.consume()

        with self._session(neo4j.WRITE_ACCESS) as session:
            summary = session.execute_write(work)
        self._remark(summary, cypher)

    def _ensure_schema(self, ontology: Ontology) -> None:
        from bulian.ontology.emit import neo4j_schema

        with self._session(neo4j.WRITE_ACCESS) as session:
            for statement in neo4j_schema(ontology):
                session.run(statement).consume()
            # Every name of the ontology becomes known to the server, so that a notification about an unknown
            # one means a typing error and not that the graph happens not to use it.
            for procedure, known, names in (
                ("db.createLabel", "db.labels", ontology.classes),
                ("db.createRelationshipType", "db.relationshipTypes", ontology.edges),
                ("db.createProperty", "db.propertyKeys", {**ontology.properties, "ref": None}),
            ):
                there = {record.value() for record in session.run(f"CALL {known}()")}
                for name in names:
                    if name not in there:
                        session.run(f"CALL {procedure}($name)", name=name).consume()

    def _commit(self) -> None:
        """Each batch was committed when it was written."""

    def _wipe(self) -> None:
        text = f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {BATCH} ROWS"
        with self._session(neo4j.WRITE_ACCESS) as session:
            session.run(text).consume()

    def _close(self) -> None:
        self._driver.close()

    def _explain(self, error: Exception) -> BulianError | None:
        return explain(error, self.url, self._settings)

    def _remark(self, summary: neo4j.ResultSummary, cypher: str) -> None:
        told = [s for s in summary.gql_status_objects if s.is_notification and s.gql_status not in _EXPECTED]
        self._warn((f"{s.gql_status}: {s.status_description}" for s in told), cypher)


def explain(error: Exception, url: str, settings: Settings) -> BulianError | None:
    """A driver's or server's exception in our terms, without the password; None: a defect of the program."""
    address = urlsplit(url).netloc
    code = getattr(error, "code", None) or ""
    if isinstance(error, failures.Neo4jError):
        return _explain_code(error, code, address, settings)
    if isinstance(error, (failures.ConfigurationError, failures.UnsupportedServerProduct)):
        return GraphUnavailable(f"Neo4j at {address} cannot be used: {_first(error)}")
    if isinstance(error, failures.ResultError):
        return QueryError(f"the query failed: {_first(error)}")
    if isinstance(error, (failures.DriverError, OSError)):
        reason = re.search(r"\[Errno -?\d+\] ([^)\]]+)|SSL[^)]*|timed out|timeout", str(error))
        why = f" ({reason[1] or reason[0]})" if reason else ""
        return GraphUnavailable(
            f"Neo4j at {address} cannot be reached{why}", "is the server running, is the address right?"
        )
    # Parameters that fit no query value.
    if isinstance(error, (TypeError, ValueError, OverflowError, RecursionError)):
        return QueryError(f"the query failed: {_first(error)}")
    return None


def _explain_code(error: Exception, code: str, address: str, settings: Settings) -> BulianError:
    message = getattr(error, "message", None) or _first(error)
    database = settings.database or "the default database"
    if code.endswith("AuthenticationRateLimit"):
        return GraphUnavailable(
            f"Neo4j at {address} blocks the login after too many wrong ones", "wait, then retry"
        )
    if isinstance(error, failures.AuthError) or ".Security.Unauthorized" in code:
        return GraphUnavailable(
            f"Neo4j at {address} refuses user {settings.user} or the password",
            "set BULIAN_GRAPH_USER and BULIAN_GRAPH_PASSWORD",
        )
    if code.endswith(("DatabaseNotFound", "DatabaseUnavailable")):
        return GraphUnavailable(
            f"Neo4j at {address} has no database {settings.database} that is online",
            "set BULIAN_GRAPH_DATABASE",
        )
    if isinstance(error, failures.Forbidden) or ".Security." in code:
        return GraphUnavailable(
            f"Neo4j at {address} does not allow this to user {settings.user} in {database}: {_line(message)}"
        )
    if "AccessMode" in code:
        return QueryError("the query writes, and only reading is allowed here")
    if "TimedOut" in code or "Transaction.Terminated" in code:
        return QueryError("the query took too long", "narrow it down")
    if isinstance(error, failures.CypherSyntaxError):
        place = re.search(r"line (\d+), column (\d+)", message)
        where = f" (line {place[1]}, column {place[2]})" if place else ""
        return QueryError(f"the query is not valid Cypher{where}: {_line(message)}")
    if isinstance(error, failures.TransientError):
        return GraphUnavailable(f"Neo4j at {address} is busy or out of memory: {_line(message)}", "try again")
    return QueryError(f"the query failed: {_line(message)}")


def _line(message: str) -> str:
    return message.strip().splitlines()[0] if message.strip() else "no message"


def _first(error: Exception) -> str:
    return _line(str(error)) if str(error).strip() else type(error).__name__
