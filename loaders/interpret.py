"""Rows to what they say by themselves: id, class, properties, source. What refers to other rows comes in
links.py."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from bulian.loaders.dataset import DataFile, nearest_names
from bulian.loaders.mapping import Field, FileMapping
from bulian.loaders.reasons import expected
from bulian.loaders.row import File, Row
from bulian.loaders.rows import Table, UnreadableFile, read_table
from bulian.loaders.sources import SourceBook
from bulian.loaders.statements import DEFAULT_CONFIDENCE
from bulian.loaders.transform import (
    clean,
    convert,
    is_slug,
    many,
    name_key,
    one,
    parse_code,
    parse_date,
    suggest_slug,
)
from bulian.ontology.model import NodeClass, Ontology
from bulian.records import Value


def open_file(source: DataFile) -> File:
    """Read a file and check its columns; what is wrong with it as a whole is in `error`."""
    mapping = source.mapping
    try:
        table = read_table(source.path)
    except UnreadableFile as error:
        return File(source, Table(source.path.name, {}), error=error.message, error_hint=error.hint)
    known = set(mapping.columns())
    extra = [c for c in table.columns if c not in known]
    file = File(source, table, unknown_columns=tuple(table.columns[c] for c in extra))
    missing = [c for c in mapping.required if c not in table.columns] if table.columns else []
    if mapping.required_any and table.columns and not any(c in table.columns for c in mapping.required_any):
        missing.append(" or ".join(mapping.required_any))
    if missing:
        near = [
            f"{m}: nearest is {n[0]}"
            for m in missing
            if (n := nearest_names(m, list(table.columns.values()), 1))
        ]
        file.error = f"{file.name}: required column {', '.join(missing)} is missing"
        file.error_hint = "; ".join(near) or f"its columns are {', '.join(table.columns.values())}"
    return file


class Interpreter:
    """Makes the rows of a dataset; `book` collects their sources."""

    def __init__(self, ontology: Ontology, book: SourceBook) -> None:
        self.ontology = ontology
        self.book = book

    def rows(self, file: File) -> Iterator[Row]:
        for raw in file.table.rows:
            row = Row(file, raw)
            if raw.problem is not None:
                row.quarantine("unreadable row", hint=raw.problem)
            else:
                self._row(row, file.source.mapping)
            yield row

    def _row(self, row: Row, mapping: FileMapping) -> None:
        self._provenance(row, mapping)
        if (
            mapping.node is not None and mapping.node.key.column
        ):  # also of a row that is set aside: others refer to it
            row.bare = one(row.raw.values.get(mapping.node.key.column)).rpartition(":")[2]
        for column in mapping.required:
            if not one(row.raw.values.get(column)):
                row.quarantine("missing value", column)
                return
        if mapping.required_any and not any(one(row.raw.values.get(c)) for c in mapping.required_any):
            row.quarantine("missing value", " or ".join(mapping.required_any))
            return
        if mapping.node is None:
            return
        cls = self._class(row, mapping)
        if cls is None:
            return
        row.label = cls.name
        row.bare = self._key(row, mapping, cls)
        if row.alive:
            self._properties(row, mapping, cls)
        if row.alive:
            self._content(row, mapping)

    # --- provenance ---

    def _provenance(self, row: Row, mapping: FileMapping) -> None:
        cells = {name: one(row.raw.values.get(column)) for name, column in mapping.source.items()}
        row.scope = cells["scope"]
        url_cell = row.raw.values.get(mapping.source["source_url"])
        urls = "; ".join(url_cell) if isinstance(url_cell, list) else cells["source_url"]
        row.sources, row.source_day, rejected = self.book.cite(
            urls, cells["source_title"], cells["source_date"]
        )
        for name, value in rejected:
            row.reject(mapping.source[name], value, "invalid value", expected(name))
        word = cells["confidence"]
        code = parse_code(word, "confidence", self.ontology) if word else DEFAULT_CONFIDENCE
        if code is None:
            hint = expected("confidence", codes=self._codes("confidence"))
            row.reject(mapping.source["confidence"], word, "invalid value", hint)
        row.confidence = code or DEFAULT_CONFIDENCE

    # --- class and id ---

    def _class(self, row: Row, mapping: FileMapping) -> NodeClass | None:
        rule = mapping.node
        if rule is None or rule.class_name is not None:
            return self.ontology.node_class(rule.class_name or "") if rule else None
        scheme = rule.class_scheme or ""
        text = one(row.raw.values.get(rule.class_column or ""))
        code = parse_code(text, scheme, self.ontology) if text else None
        concept = self.ontology.scheme(scheme).concepts.get(code or "")
        if concept is None or concept.node_class is None:
            hint = expected("type", codes=self._codes(scheme, text))
            row.quarantine("unknown class", rule.class_column or "", text, hint)
            return None
        row.kind = concept.code
        return self.ontology.node_class(concept.node_class)

    def _codes(self, scheme: str, near: str = "") -> str:
        codes = list(self.ontology.scheme(scheme).concepts)
        return ", ".join((nearest_names(near, codes) if near else []) or codes)

    def _key(self, row: Row, mapping: FileMapping, cls: NodeClass) -> str:
        key = mapping.node.key if mapping.node else None
        if key is None:
            return ""
        if key.hash:
            parts = [name_key(one(row.raw.values.get(c))) for c in key.hash]
            if not any(parts):
                row.quarantine("invalid id", key.hash[0], hint="the columns that make the id are empty")
            return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
        text = one(row.raw.values.get(key.column or ""))
        slug = suggest_slug(text) if key.slug else text.removeprefix(f"{cls.kebab}:")
        if not is_slug(slug):
            near = suggest_slug(text)
            hint = f"small letters, digits and hyphens{', such as ' + near if near else ''}"
            row.quarantine("invalid id", key.column or "", text, hint)
        return slug

    # --- properties ---

    def _properties(self, row: Row, mapping: FileMapping, cls: NodeClass) -> None:
        rule = mapping.node
        for item in rule.fields if rule else ():
            if item.refers_to or (item.template and not one(row.raw.values.get(item.column or ""))):
                continue  # needs other rows
            row.props.update(self.values(row, item, mapping, lambda name: name in cls.properties))
        name = row.props.get("name")
        if name is not None and not name_key(str(name)):
            row.quarantine("missing value", "name")

    def values(
        self, row: Row, item: Field, mapping: FileMapping, has: Callable[[str], bool]
    ) -> dict[str, Value]:
        """The properties that one field of the mapping gives. What does not fit is rejected, or bars the row
        where the column is required. `has`: whether the class or type has a property."""
        cell = row.raw.values.get(item.column or "")
        prop = self.ontology.properties[item.property]
        found: dict[str, Value] = {}
        texts = many(cell, item.separator) if prop.many else [t for t in [one(cell)] if t]
        if item.lookup:
            table = mapping.lookups[item.lookup]
            texts = [str(table[t]["value"]) if t in table else t for t in texts]
        if not texts:
            if item.value is None or not has(item.property):
                return {}
            texts = [str(item.value)] if not isinstance(item.value, list) else [str(v) for v in item.value]
        if not has(item.property):
            row.reject(item.column or item.property, "; ".join(texts), "no such property", item.property)
            return {}
        open_list = prop.scheme is not None and self.ontology.scheme(prop.scheme).open
        good: list[str] = []
        for text in texts:
            value = convert(text, prop, self.ontology, open_list=open_list)
            if value is None:
                self._bad_value(row, item, mapping, text)
            elif prop.many:
                good.append(str(value))
            else:
                found[item.property] = value
                found |= self._date_parts(item, text, has)
        if good:
            found[item.property] = list(dict.fromkeys(good))
        return found

    def _date_parts(self, item: Field, text: str, has: Callable[[str], bool]) -> dict[str, Value]:
        """A date's text as written, and its last day where two dates were written."""
        span = parse_date(text) if item.until or item.text else None
        if span is None:
            return {}
        parts: dict[str, Value] = {}
        if item.text and has(item.text):
            parts[item.text] = text
        if item.until and has(item.until) and span.is_range:
            parts[item.until] = span.end
        return parts

    def _bad_value(self, row: Row, item: Field, mapping: FileMapping, text: str) -> None:
        column = item.column or item.property
        prop = self.ontology.properties[item.property]
        codes = self._codes(prop.scheme, text) if prop.scheme else ""
        hint = expected(item.property, prop.datatype, codes)
        if column in mapping.required:
            row.quarantine("invalid value", column, text, hint)
        else:
            row.reject(column, text, "invalid value", hint)

    def _content(self, row: Row, mapping: FileMapping) -> None:
        """What may not differ between rows of one id and source: single values and references, places."""
        for name, value in row.props.items():
            if not isinstance(value, list):
                row.content[name] = str(value)
        for rule in mapping.relationships:
            columns = [*rule.start.place, *rule.end.place]
            if rule.single and not columns:
                columns = [c for c in (rule.start.column, rule.end.column) if c]
            for column in columns:
                if text := clean(one(row.raw.values.get(column))):
                    row.content.setdefault(column, text)
        for item in mapping.node.fields if mapping.node else ():
            if item.refers_to and item.column and (text := one(row.raw.values.get(item.column))):
                row.content[item.column] = text
        if row.kind:
            row.content["type"] = row.kind
