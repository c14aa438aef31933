"""A mapping's TOML as plain data. Every problem of its form is found before it gives up."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from bulian.errors import MappingError
from bulian.loaders.mapping import (
    SOURCE_COLUMNS,
    End,
    Field,
    FileMapping,
    Key,
    NodeRule,
    RelationshipRule,
    When,
)
from bulian.loaders.rows import column_key


def parse_mapping(text: str, where: str) -> tuple[FileMapping, ...]:
    """Read a mapping's TOML. Raises MappingError that lists every problem of its form."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(where, [f"not valid TOML: {error}"]) from None
    reader = _Reader()
    files = reader.tables(data, "file", "")
    reader.unknown(data, {"file"}, "")
    if not files:
        reader.problems.append("no [[file]] table")
    found = tuple(reader.file(f, f"file {n}") for n, f in enumerate(files, start=1))
    names = [f.name for f in found]
    reader.problems += [f"file {n}: stands twice" for n in dict.fromkeys(names) if names.count(n) > 1]
    if reader.problems:
        raise MappingError(where, reader.problems)
    return found


class _Reader:
    """TOML tables → dataclasses; collects problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def file(self, data: dict[str, Any], where: str) -> FileMapping:
        name = self.text(data, "name", where) or ""
        where = f"file {name}" if name else where
        if not name:
            self.problems.append(f"{where}: no name")
        self.unknown(
            data,
            {"name", "match", "required", "required_any", "node", "relationship", "lookup", "source"},
            where,
        )
        node = self.table(data, "node", where)
        relationships = self.tables(data, "relationship", where)
        if node is None and not relationships:
            self.problems.append(f"{where}: neither a node nor a relationship")
        lookups = self.lookups(self.table(data, "lookup", where) or {}, where)
        source = self.table(data, "source", where) or {}
        self.unknown(source, set(SOURCE_COLUMNS), f"{where} source")
        return FileMapping(
            name=name,
            match=self.texts(data, "match", where) or (name,),
            required=self.columns(data, "required", where),
            required_any=self.columns(data, "required_any", where),
            node=self.node(node, f"{where} node") if node is not None else None,
            relationships=tuple(
                self.relationship(r, f"{where} relationship {n}", node is not None)
                for n, r in enumerate(relationships, start=1)
            ),
            lookups=lookups,
            source={k: column_key(source.get(k, k)) for k in SOURCE_COLUMNS},
        )

    def node(self, data: dict[str, Any], where: str) -> NodeRule:
        self.unknown(data, {"class", "key", "properties"}, where)
        cls = data.get("class")
        class_name = cls if isinstance(cls, str) else None
        by_column = cls if isinstance(cls, dict) else {}
        self.unknown(by_column, {"column", "scheme"}, f"{where} class")
        if class_name is None and not {"column", "scheme"} <= by_column.keys():
            self.problems.append(f"{where}: class must be a name, or a column and a scheme")
        return NodeRule(
            key=self.key(data.get("key"), where),
            fields=self.fields(self.table(data, "properties", where) or {}, f"{where} properties"),
            class_name=class_name,
            class_column=self.column(by_column, "column", where),
            class_scheme=self.text(by_column, "scheme", where),
        )

    def key(self, value: Any, where: str) -> Key:
        if isinstance(value, str):
            return Key(column=column_key(value))
        if isinstance(value, dict):
            self.unknown(value, {"column", "slug", "hash"}, f"{where} key")
            key = Key(
                self.column(value, "column", where),
                bool(value.get("slug")),
                self.columns(value, "hash", where),
            )
            if (key.column is None) != (not key.hash):
                return key
        self.problems.append(f"{where}: key must be a column, or a table with either column or hash")
        return Key()

    def fields(self, data: dict[str, Any], where: str) -> tuple[Field, ...]:
        return tuple(self.one_field(name, spec, f"{where}.{name}") for name, spec in data.items())

    def one_field(self, name: str, spec: Any, where: str) -> Field:
        if isinstance(spec, str):
            return Field(name, column=column_key(spec))
        if not isinstance(spec, dict):
            self.problems.append(f"{where}: must be a column or a table")
            return Field(name)
        known = {"column", "value", "template", "lookup", "split", "refers_to", "by", "until", "text"}
        self.unknown(spec, known, where)
        if not {"column", "value", "template"} & spec.keys():
            self.problems.append(f"{where}: says neither column nor value nor template")
        return Field(
            name,
            column=self.column(spec, "column", where),
            value=spec.get("value"),
            template=self.text(spec, "template", where),
            lookup=self.text(spec, "lookup", where),
            separator=self.text(spec, "split", where),
            refers_to=self.text(spec, "refers_to", where),
            by=self.texts(spec, "by", where) or ("id",),
            until=self.text(spec, "until", where),
            text=self.text(spec, "text", where),
        )

    def relationship(self, data: dict[str, Any], where: str, has_node: bool) -> RelationshipRule:
        known = {"type", "from", "to", "properties", "when", "required", "single", "create"}
        self.unknown(data, known, where)
        type_ = data.get("type")
        by_column = type_ if isinstance(type_, dict) else {}
        self.unknown(by_column, {"column", "lookup"}, f"{where} type")
        if not isinstance(type_, str) and "column" not in by_column:
            self.problems.append(f"{where}: type must be a name, or a column")
        if data.get("create", "match_only") != "match_only":
            self.problems.append(f'{where}: create = "{data["create"]}": only "match_only" is known')
        start, end = self.end(data, "from", where), self.end(data, "to", where)
        if not has_node and (start.is_row or end.is_row):
            self.problems.append(f"{where}: from and to are both needed, the file makes no node")
        elif start.is_row and end.is_row:
            self.problems.append(f"{where}: from or to is needed")
        when = self.table(data, "when", where) or {}
        self.unknown(when, {"class", "not_class", "column", "equals"}, f"{where} when")
        return RelationshipRule(
            start=start,
            end=end,
            type=type_ if isinstance(type_, str) else None,
            type_column=self.column(by_column, "column", where),
            type_lookup=self.text(by_column, "lookup", where),
            fields=self.fields(self.table(data, "properties", where) or {}, f"{where} properties"),
            when=When(
                self.texts(when, "class", where),
                self.texts(when, "not_class", where),
                self.column(when, "column", where),
                self.texts(when, "equals", where),
            ),
            required=bool(data.get("required")),
            single=bool(data.get("single")),
        )

    def end(self, data: dict[str, Any], name: str, where: str) -> End:
        where = f"{where} {name}"
        spec = data.get(name)
        if spec is None:
            return End()
        if isinstance(spec, str):
            return End(column=column_key(spec))
        if not isinstance(spec, dict):
            self.problems.append(f"{where}: must be a column or a table")
            return End()
        self.unknown(spec, {"column", "class", "by", "split", "place"}, where)
        by = self.texts(spec, "by", where) or ("id",)
        self.problems += [
            f"{where}: by {b}: only id and name are known" for b in by if b not in ("id", "name")
        ]
        found = End(
            column=self.column(spec, "column", where),
            classes=self.texts(spec, "class", where),
            by=by,
            separator=self.text(spec, "split", where),
            place=self.columns(spec, "place", where),
        )
        if (found.column is None) == (not found.place):
            self.problems.append(f"{where}: needs either column or place")
        return found

    def lookups(self, data: dict[str, Any], where: str) -> dict[str, dict[str, dict[str, Any]]]:
        """Text → what it stands for: `value` for a property; `type`, `swap`, `from`, `to`, `properties` for a
        relationship's type."""
        known = {"value", "type", "swap", "from", "to", "properties"}
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for name, table in data.items():
            if not isinstance(table, dict):
                self.problems.append(f"{where} lookup {name}: must be a table")
                continue
            entries = {k: v if isinstance(v, dict) else {"value": v} for k, v in table.items()}
            for key, entry in entries.items():
                self.unknown(entry, known, f"{where} lookup {name}.{key}")
            found[name] = entries
        return found

    # --- typed access ---

    def _typed(self, data: dict[str, Any], key: str, where: str, what: str, ok: Callable[[Any], bool]) -> Any:
        value = data.get(key)
        if value is None or ok(value):
            return value
        self.problems.append(f"{where}: {key} must be {what}")
        return None

    def text(self, data: dict[str, Any], key: str, where: str) -> str | None:
        found: str | None = self._typed(data, key, where, "a text", lambda v: isinstance(v, str) and v != "")
        return found

    def texts(self, data: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        if isinstance(data.get(key), str):
            return (data[key],)
        found = self._typed(
            data,
            key,
            where,
            "a list of texts",
            lambda v: isinstance(v, list) and all(isinstance(x, str) for x in v),
        )
        return tuple(found or ())

    def column(self, data: dict[str, Any], key: str, where: str) -> str | None:
        found = self.text(data, key, where)
        return column_key(found) if found else None

    def columns(self, data: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        return tuple(column_key(c) for c in self.texts(data, key, where))

    def table(self, data: dict[str, Any], key: str, where: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._typed(data, key, where, "a table", lambda v: isinstance(v, dict))
        return found

    def tables(self, data: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        found = self._typed(
            data,
            key,
            where or "mapping",
            "an array of tables",
            lambda v: isinstance(v, list) and all(isinstance(x, dict) for x in v),
        )
        return list(found or ())

    def unknown(self, data: dict[str, Any], known: set[str], where: str) -> None:
        prefix = f"{where}: " if where else ""
        self.problems += [f"{prefix}unknown key {k}" for k in data if k not in known]
