"""The mappings of the data set's files: written ones for files of a shape of their own, the others from the
ontology."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from bulian.errors import UnknownName, UsageError
from bulian.loaders.mapping import (
    SOURCE_COLUMNS,
    End,
    Field,
    FileMapping,
    Key,
    NodeRule,
    RelationshipRule,
)
from bulian.loaders.mapping_check import check_mappings
from bulian.loaders.mapping_read import parse_mapping
from bulian.ontology import load_ontology
from bulian.ontology.model import NodeClass, Ontology

# A file may only refer to what is read before it when it helps to resolve places; the rest is free.
FIRST = ("places", "chains", "chain_links", "link_supplies", "organizations", "people")
LAST = ("relations", "collaborations", "demands", "surveys")
_COLUMN_OF = {"name": "name_zh", "summary": "summary_zh"}


@cache
def dataset_mappings() -> dict[str, FileMapping]:
    """Mappings by file name, in the order in which files are reported. Raises MappingError."""
    ontology = load_ontology()
    written = {m.name: m for name in _written() for m in named_mapping(name) if m.name == name}
    found: dict[str, FileMapping] = dict(written)
    for cls in ontology.concrete.values():
        if cls.file and cls.file not in found:
            found[cls.file] = class_mapping(cls, ontology)
    check_mappings(list(found.values()), ontology, "built-in mappings")
    middle = sorted(n for n in found if n not in FIRST and n not in LAST)
    return {n: found[n] for n in (*FIRST, *middle, *LAST) if n in found}


def _written() -> list[str]:
    folder = files("bulian.loaders") / "mappings"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def named_mapping(name: str) -> tuple[FileMapping, ...]:
    """A mapping of the program by name. UnknownName: there is none."""
    if name not in _written():
        raise UnknownName("mapping", name, _written())
    text = (files("bulian.loaders") / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    return parse_mapping(text, f"{name}.toml")


def find_mapping(name: str) -> tuple[FileMapping, ...]:
    """A mapping by path or built-in name, checked against the ontology. Raises UsageError, MappingError."""
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        try:
            found = parse_mapping(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"mapping {name} cannot be read", str(error)) from error
        check_mappings(found, load_ontology(), path.name)
        return found
    found = named_mapping(name)
    check_mappings(found, load_ontology(), f"{name}.toml")
    return found


def class_mapping(cls: NodeClass, ontology: Ontology) -> FileMapping:
    """The mapping of a class's own file: its columns are its properties and references."""
    references = {r.column for r in cls.references}
    columns = [c for c in ontology.columns(cls.name) if c not in SOURCE_COLUMNS and c != "id"]
    properties = {_property_of(c): c for c in columns if c not in references or c in cls.properties}
    fields = []
    for name, column in properties.items():
        text = f"{name}_text" if f"{name}_text" in cls.properties else None
        if name.endswith("_text") and name.removesuffix("_text") in properties:
            continue  # filled from the date's own column
        refers_to = ontology.properties[name].refers_to
        fields.append(Field(name, column=column, refers_to=refers_to, by=("id", "name"), text=text))
    return FileMapping(
        name=cls.file or cls.kebab,
        match=(cls.file or cls.kebab,),
        required=("id", *(c for n, c in properties.items() if n in {*cls.required, "name"})),
        node=NodeRule(Key("id"), tuple(fields), class_name=cls.name),
        relationships=tuple(
            RelationshipRule(
                start=End(r.column, (r.target,)) if r.inward else End(),
                end=End() if r.inward else End(r.column, (r.target,)),
                type=r.relationship,
                required=r.required,
            )
            for r in cls.references
        ),
        source={c: c for c in SOURCE_COLUMNS},
    )


def _property_of(column: str) -> str:
    return next((p for p, c in _COLUMN_OF.items() if c == column), column)
