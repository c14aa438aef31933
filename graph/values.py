"""Values on their way into and out of an engine: one plain shape for both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from bulian.records import Cell, Row

_ENTITY = {"id", "labels", "properties"}
_RELATIONSHIP = {"id", "start", "end", "type", "properties"}
_PLAIN = frozenset({str, int, float, bool, type(None), date, datetime})
STRUCTURAL = frozenset({"title", "type"})  # the embedded engine's own views of name and label


def row_out(row: Mapping[str, Any]) -> Row:
    """A row as every caller sees it."""
    return {name: value if type(value) in _PLAIN else cell_out(value) for name, value in row.items()}


def cell_out(value: Any) -> Cell:
    """A driver's value as scalars, lists and maps; dates as `datetime.date`, entities as their properties."""
    if value is None or isinstance(value, (str, int, float, date)):
        return value
    if isinstance(value, (list, tuple)):
        return [v if type(v) in _PLAIN else cell_out(v) for v in value]
    if isinstance(value, dict):
        return _map_out(value)
    if hasattr(value, "to_native"):  # neo4j.time.Date, DateTime, Time
        native = value.to_native()
        return native if isinstance(native, date) else str(native)
    if isinstance(value, (time, timedelta)) or hasattr(value, "iso_format"):  # times and neo4j.time.Duration
        return value.iso_format() if hasattr(value, "iso_format") else str(value)
    if hasattr(value, "nodes") and hasattr(value, "relationships"):
        return [cell_out(n) for n in value.nodes]
    if hasattr(value, "items"):  # neo4j.graph.Node, Relationship
        return {str(k): v if type(v) in _PLAIN else cell_out(v) for k, v in sorted(value.items())}
    return str(value)


def _map_out(value: dict[str, Any]) -> Cell:
    keys = set(value)
    if keys in (_ENTITY, _RELATIONSHIP) and isinstance(value["properties"], dict):
        return {k: cell_out(v) for k, v in sorted(value["properties"].items()) if k not in STRUCTURAL}
    if keys == {"nodes", "relationships"}:
        return cell_out(value["nodes"])
    return {str(k): v if type(v) in _PLAIN else cell_out(v) for k, v in sorted(value.items())}


def params_in(params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Query parameters with tuples and sets as lists."""
    return {name: _param_in(value) for name, value in (params or {}).items()}


def _param_in(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _param_in(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_param_in(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_param_in(v) for v in value)
    return value
