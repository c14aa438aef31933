"""Shapes as plain data: those of shapes.ttl, and those that follow from the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bulian.ontology.model import EdgeType, NodeClass, Ontology, Property, Text

VIOLATION = "violation"  # the record cannot enter
WARNING = "warning"  # the value cannot, the record can
# Native twins of the SPARQL constraints, by bls:rule. Their code is in rules.py.
RULES = ("acyclic", "one-chain", "its-own-chain", "no-group", "credit-code")
Bound = int | float | str  # a date as YYYY-MM-DD
_TYPE = {
    "string": Text("一段文字", "text"),
    "integer": Text("一个整数", "a whole number"),
    "decimal": Text("一个数", "a number"),
    "boolean": Text("“是”或“否”", "true or false"),
    "date": Text("一个日期", "a date"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What must hold of the values of `path`, or of the whole record where `path` is None.

    Targets are classes (`ChainLink`, `Sourced`, `FeedsRelationship`) or holders of a property. Only
    what is not None or empty constrains. `field` is where a violation of a whole record is reported.
    """

    name: str
    message: Text
    severity: str = VIOLATION
    target_classes: tuple[str, ...] = ()
    holders_of: tuple[str, ...] = ()
    path: str | None = None
    field: str = "ends"
    min_count: int | None = None
    max_count: int | None = None
    datatype: str | None = None
    pattern: str | None = None
    not_pattern: str | None = None
    one_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    differs_from: str | None = None
    at_most: str | None = None  # the property whose value these may not exceed
    only_properties: tuple[str, ...] | None = None
    ends: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] | None = None  # from classes → to classes
    rule: str | None = None
    relationship: str | None = None


def derived_shapes(ontology: Ontology, written: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Value types and codes, properties of a class, forms of ids, allowed ends: said once, in the ontology.

    A bad value of a property that some written shape requires bars the record; of another, only the value.
    """
    needed = {s.path for s in written if s.min_count}
    shapes = [_value_shape(p, ontology, needed) for p in ontology.properties.values()]
    for cls in ontology.concrete.values():
        shapes += [_id_shape(cls), _class_properties_shape(cls)]
    for edge in ontology.edges.values():
        shapes += [_edge_properties_shape(edge), _ends_shape(edge, ontology)]
    return tuple(shapes)


def relationship_class(edge: str) -> str:
    """The RDF class of the nodes that carry a relationship's properties: PART_OF → PartOfRelationship."""
    return "".join(part.capitalize() for part in edge.split("_")) + "Relationship"


def _value_shape(prop: Property, ontology: Ontology, needed: set[str | None]) -> Shape:
    scheme = ontology.schemes[prop.scheme] if prop.scheme else None
    codes = tuple(scheme.concepts) if scheme and not scheme.open else None
    kind = _TYPE[prop.datatype]
    zh, en = kind.zh, kind.en
    if codes and scheme:
        zh = f"“{scheme.label.zh}”的代码之一：{'、'.join(codes)}"
        en = f"one of the codes of {scheme.label.en.lower()}: {', '.join(codes)}"
    if prop.many:
        message = Text(f"“{prop.label.zh}”的每个值应为{zh}。", f"Each value of {prop.label.en} is {en}.")
    else:
        message = Text(f"“{prop.label.zh}”只能有一个值，应为{zh}。", f"{prop.label.en}: one value, {en}.")
    return Shape(
        f"value-{prop.name.replace('_', '-')}",
        message,
        VIOLATION if prop.name in needed or prop.name == "id" else WARNING,
        holders_of=(prop.name,),
        path=prop.name,
        max_count=None if prop.many else 1,
        datatype=prop.datatype,
        one_of=codes,
    )


def _id_shape(cls: NodeClass) -> Shape:
    return Shape(
        f"id-{cls.kebab}",
        Text(
            f"{cls.label.zh}的编号应写成 {cls.kebab}:短名，短名里没有空格。",
            f"The id of a {cls.label.en} reads {cls.kebab}:slug, without spaces.",
        ),
        target_classes=(cls.name,),
        path="id",
        min_count=1,
        pattern=rf"^{re.escape(cls.kebab)}:\S+$",
    )


def _class_properties_shape(cls: NodeClass) -> Shape:
    return Shape(
        f"properties-{cls.kebab}",
        Text(f"{cls.label.zh}没有这个属性。", f"A {cls.label.en} has no such property."),
        WARNING,
        target_classes=(cls.name,),
        only_properties=cls.properties,
    )


def _edge_properties_shape(edge: EdgeType) -> Shape:
    return Shape(
        f"properties-{_kebab(edge)}",
        Text(f"“{edge.label.zh}”关系没有这个属性。", f"The relationship {edge.name} has no such property."),
        WARNING,
        target_classes=(relationship_class(edge.name),),
        only_properties=edge.properties,
    )


def _ends_shape(edge: EdgeType, ontology: Ontology) -> Shape:
    narrowed = dict(edge.pairs)
    wide = tuple(d for d in edge.domain if d not in narrowed)
    ends = [((d,), r) for d, r in edge.pairs] + ([(wide, edge.range)] if wide else [])

    def written(lang: str) -> Iterator[str]:
        for starts, stops in ends:
            either = "、" if lang == "zh" else ", "
            sides = [either.join(ontology.classes[c].label[lang] for c in side) for side in (starts, stops)]
            yield " → ".join(sides)

    return Shape(
        f"ends-{_kebab(edge)}",
        Text(
            f"“{edge.label.zh}”只能这样连：{'；'.join(written('zh'))}。",
            f"{edge.name} joins only: {'; '.join(written('en'))}.",
        ),
        target_classes=(relationship_class(edge.name),),
        ends=tuple(ends),
    )


def _kebab(edge: EdgeType) -> str:
    return edge.name.lower().replace("_", "-")
