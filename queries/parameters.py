"""Parameters of query packs: their types, and the way from typed text to a value that a query takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bulian.errors import UnknownName, UsageError
from bulian.ontology.model import Text
from bulian.records import Value

# Types whose values are graph ids, with the prefix the id must have ("" = any class).
ID_PREFIX = {"place": "place:", "chain": "chain:", "link": "chain-link:", "organization": "", "node": ""}
TYPES = (*ID_PREFIX, "string", "integer", "float", "boolean", "date", "list")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_GRAPH_ID = re.compile(r"[a-z][a-z0-9-]*:\S+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the reader of a pack chooses. `required`: there is nothing to fall back on.

    `default` may be "today" for a date; a place called `region` falls back on the home region.
    """

    name: str
    type: str
    label: Text
    default: Value = None
    required: bool = False
    example: Value = None


def bind(pack: str, parameters: Iterable[Parameter], params: Mapping[str, Any]) -> dict[str, Value]:
    """The values that a pack runs with: names and types checked, defaults filled in. Raises UsageError."""
    known = {p.name: p for p in parameters}
    for name in params:
        if name not in known:
            raise UnknownName(f"parameter of {pack}", name, known)
    return {p.name: _bound(pack, p, params.get(p.name)) for p in known.values()}


def _bound(pack: str, p: Parameter, given: Any) -> Value:
    if given is None:
        if p.required:
            hint = f"for example -p {p.name}={_shown(p.example)}"
            raise UsageError(f"{pack}: parameter {p.name} is missing", hint)
        given = home_region() if _is_home(p) else p.default
        if given is None:
            return None
    try:
        return convert(p.type, given)
    except ValueError as bad:
        hint = f"for example -p {p.name}={_shown(p.example)}" if p.example is not None else ""
        raise UsageError(f"{pack}: parameter {p.name} must be {bad}, not {given!r}", hint) from None


def convert(kind: str, given: Any) -> Value:
    """A value of this parameter type from a typed value or from text; ValueError says what was expected."""
    if kind in ID_PREFIX:
        prefix = ID_PREFIX[kind]
        if isinstance(given, str) and _GRAPH_ID.fullmatch(given) and given.startswith(prefix):
            return given
        raise ValueError(f"a graph id such as {prefix or 'firm:'}…")
    return _CONVERT[kind](given)


def _string(given: Any) -> str:
    if isinstance(given, str):
        return given
    raise ValueError("text")


def _integer(given: Any) -> int:
    if isinstance(given, int | str) and not isinstance(given, bool):
        try:
            return int(given)
        except ValueError:
            pass
    raise ValueError("a whole number")


def _float(given: Any) -> float:
    if isinstance(given, int | float | str) and not isinstance(given, bool):
        try:
            number = float(given)
        except ValueError:
            number = float("nan")
        if abs(number) < float("inf"):  # false for nan too
            return number
    raise ValueError("a number")


def _boolean(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false"):
        return given.lower() == "true"
    raise ValueError("true or false")


def _date(given: Any) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if given == "today":
        return date.today()
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise ValueError("a date such as 2026-01-31")


def _list(given: Any) -> list[str]:
    if isinstance(given, str):
        return [part.strip() for part in re.split(r"[;；]", given) if part.strip()]
    if isinstance(given, list | tuple) and all(isinstance(x, str) for x in given):
        return list(given)
    raise ValueError("a list of texts, separated by ;")


_CONVERT: dict[str, Callable[[Any], Value]] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}


def home_region() -> str:
    """The region that is meant when none is named: a graph id, made from a bare slug if need be."""
    from bulian.settings import Settings

    home = Settings.from_env().region
    return f"place:{home}" if _SLUG.fullmatch(home) else home


def _is_home(p: Parameter) -> bool:
    return p.type == "place" and p.name == "region" and p.default is None and not p.required


def _shown(value: Value) -> str:
    return ";".join(value) if isinstance(value, list) else str(value)
