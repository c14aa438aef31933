"""Query packs: `.cypher` files whose leading comment says in TOML what they answer, take and return."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bulian.errors import MappingError, QueryError, UnknownName
from bulian.ontology.model import LANGS, Text
from bulian.queries.cypher_text import bare
from bulian.queries.parameters import TYPES, Parameter, bind, convert
from bulian.records import Row, Value

if TYPE_CHECKING:
    from bulian.graph.store import Store

GROUPS = ("gaps", "candidates", "collaboration", "quality", "explore")
_KEYS = {"title", "question", "columns", "parameter"}
_PARAMETER_KEYS = {"name", "type", "default", "optional", "example", "label"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Pack:
    """One named query. `group` is its folder, `cypher` one portable read statement without the header."""

    name: str
    group: str
    title: Text
    question: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    cypher: str


@cache
def packs() -> dict[str, Pack]:
    """Every shipped pack by name, in the order of the groups."""
    found: dict[str, Pack] = {}
    for group in GROUPS:
        folder = files("bulian.queries").joinpath(group)
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            name, _, ending = file.name.rpartition(".")
            if ending != "cypher":
                continue
            if name in found:
                raise MappingError(f"{group}/{file.name}", [f"{found[name].group}/ has a pack of this name"])
            found[name] = parse_pack(file.read_text("utf-8"), name, group)
    return found


def find_pack(name: str) -> Pack:
    """The pack of this name; raises UnknownName with the nearest ones."""
    known = packs()
    if name in known:
        return known[name]
    from rapidfuzz import process

    near = [m[0] for m in process.extract(name, list(known), limit=3, score_cutoff=50)]
    raise UnknownName("query pack", name, near)


def run_pack(
    store: Store, name: str, params: Mapping[str, Any] | None = None, *, timeout: float = 30.0
) -> list[Row]:
    """Run a shipped pack. Rows have exactly the declared columns, in that order.

    Parameters may be given as typed values or as the text a person typed. Raises UsageError for a wrong one.
    """
    return run(store, find_pack(name), params, timeout=timeout)


def run(
    store: Store, pack: Pack, params: Mapping[str, Any] | None = None, *, timeout: float = 30.0
) -> list[Row]:
    """Like `run_pack`, for a pack that may come from anywhere."""
    rows = store.read(pack.cypher, bind(pack.name, pack.parameters, params or {}), timeout=timeout)
    want = pack.columns
    for row in rows[:1]:  # every row of one result has the same keys
        if set(row) != set(want):
            raise QueryError(
                f"{pack.name}: the query gives the columns {', '.join(row)}, not {', '.join(want)}"
            )
    return [{c: row[c] for c in want} for row in rows]


# ---------------------------------------------------------------- reading a file


def parse_pack(text: str, name: str, group: str) -> Pack:
    """Read one pack file. Raises MappingError that lists every problem."""
    header, cypher = _split(text)
    where = f"{group}/{name}.cypher"
    try:
        data = tomllib.loads(header)
    except tomllib.TOMLDecodeError as bad:
        raise MappingError(where, [f"the header is not TOML: {bad}"]) from None
    problems = [f"unknown key {k}" for k in data if k not in _KEYS]
    if not _NAME.fullmatch(name):
        problems.append(f"the name {name} is not snake_case")
    title, question = (_text(data.get(key), key, problems) for key in ("title", "question"))
    columns = _columns(data.get("columns"), problems)
    raw = data.get("parameter", [])
    if not (isinstance(raw, list) and all(isinstance(p, dict) for p in raw)):
        problems.append("parameter must be a list of tables, [[parameter]]")
        raw = []
    parameters = [_parameter(p, problems) for p in raw]
    problems += _statement_problems(cypher, [p.name for p in parameters])
    if problems:
        raise MappingError(where, problems)
    return Pack(name, group, title, question, tuple(parameters), columns, cypher)


def _split(text: str) -> tuple[str, str]:
    """The leading comment block without its slashes, and all that follows it."""
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    header = "\n".join(line[2:].removeprefix(" ") for line in lines[:end])
    return header, "\n".join(lines[end:]).strip().removesuffix(";").rstrip()


def _text(raw: Any, key: str, problems: list[str]) -> Text:
    if (
        isinstance(raw, dict)
        and set(raw) == set(LANGS)
        and all(isinstance(v, str) and v for v in raw.values())
    ):
        return Text(**raw)
    problems.append(f"{key} must be {{ zh = …, en = … }}")
    return Text("", "")


def _columns(raw: Any, problems: list[str]) -> tuple[str, ...]:
    if not (isinstance(raw, list) and raw and all(isinstance(c, str) for c in raw)):
        problems.append("columns must be a list of names")
        return ()
    problems += [f"column {c} stands twice" for c in sorted({c for c in raw if raw.count(c) > 1})]
    labels = _catalogue()["columns"]
    problems += [f"column {c} has no label in columns.toml" for c in raw if c not in labels]
    return tuple(raw)


def _parameter(raw: dict[str, Any], problems: list[str]) -> Parameter:
    name, kind = str(raw.get("name", "")), str(raw.get("type", ""))
    problems += [f"parameter {name}: unknown key {k}" for k in raw if k not in _PARAMETER_KEYS]
    if not _NAME.fullmatch(name):
        problems.append(f"parameter name {name!r} is not snake_case")
    if kind not in TYPES:
        problems.append(f"parameter {name}: unknown type {kind!r}; one of {', '.join(TYPES)}")
        kind = "string"
    label = _catalogue()["parameters"].get(name)
    if "label" in raw or label is None:
        label = _text(raw.get("label"), f"parameter {name}: label", problems)
    values: dict[str, Value] = {}
    for key in ("default", "example"):
        try:
            if key in raw:
                values[key] = raw[key] if raw[key] == "today" else convert(kind, raw[key])
        except ValueError as bad:
            problems.append(f"parameter {name}: {key} must be {bad}, not {raw[key]!r}")
    optional = raw.get("optional", False)
    if not isinstance(optional, bool) or (optional and "default" in raw):
        problems.append(f"parameter {name}: optional is true or false, and not beside a default")
    home = kind == "place" and name == "region"
    required = not (optional or home or "default" in raw)
    if required and "example" not in raw:
        problems.append(f"parameter {name}: an example is missing")
    return Parameter(name, kind, label, values.get("default"), required, values.get("example"))


def _statement_problems(cypher: str, declared: list[str]) -> list[str]:
    code = bare(cypher)
    if not code.strip():
        return ["there is no statement"]
    problems = ["there is more than one statement"] if ";" in code else []
    used = set(re.findall(r"\$(\w+)", code))
    problems += [
        f"parameter {p} stands twice" for p in sorted({p for p in declared if declared.count(p) > 1})
    ]
    problems += [f"${p} is used but not declared" for p in sorted(used - set(declared))]
    problems += [f"parameter {p} is never used" for p in sorted(set(declared) - used)]
    return problems


@cache
def _catalogue() -> dict[str, dict[str, Text]]:
    """Labels of columns and parameters, and per column (`codes.…`) of its codes."""
    data = tomllib.loads(files("bulian.queries").joinpath("columns.toml").read_text("utf-8"))
    codes = {f"codes.{column}": labels for column, labels in data.pop("codes").items()}
    return {part: {k: Text(**v) for k, v in labels.items()} for part, labels in {**data, **codes}.items()}


def column_label(name: str, lang: str) -> str:
    """Heading of a column; an unknown name is shown as it is."""
    label = _catalogue()["columns"].get(name)
    return label[lang] if label else name


def code_label(column: str, code: str, lang: str) -> str:
    """A pack's own code written out (`in` of `direction`); an unknown one is shown as it is."""
    label = _catalogue().get(f"codes.{column}", {}).get(code)
    return label[lang] if label else code


if __name__ == "__main__":
    from bulian.queries.reference import main

    sys.exit(main(sys.argv[1:]))
