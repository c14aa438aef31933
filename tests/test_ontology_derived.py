"""The shapes that follow from the ontology: value types, codes, properties of a class, ids, ends."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from bad_records import LATE
from record_maker import DAY, ONTOLOGY, Maker, full_edge, good_value

from bulian.errors import UnknownName
from bulian.ontology.model import Property
from bulian.ontology.shacl import all_shapes, validate, written_shapes
from bulian.records import Edge, Node


def holder(prop: Property, value: Any) -> tuple[list[Node], list[Edge]]:
    """A record that may have the property, with this value of it."""
    for label, cls in ONTOLOGY.concrete.items():
        if prop.name in cls.properties and prop.name != "id":
            return [Maker().node(label, **{prop.name: value})], []
    kind = next(e.name for e in ONTOLOGY.edges.values() if prop.name in e.properties)
    edge = full_edge(kind, *sorted(ONTOLOGY.allowed(kind))[0])
    return [], [replace(edge, props={**edge.props, prop.name: value})]


WRONG: dict[str, list[Any]] = {
    "string": [5, True, DAY, 2.5],
    "integer": ["3", 3.5, True, DAY],
    "decimal": ["3", True, DAY, math.inf, math.nan],
    "boolean": ["true", 1, 0],
    "date": ["2024-05-01", 2024, datetime(2024, 5, 1)],
}
VALUES = [p for p in ONTOLOGY.properties.values() if p.name not in ("id", "ref")]


@pytest.mark.parametrize("prop", VALUES, ids=lambda p: p.name)
def test_values_of_a_wrong_type_are_caught(prop: Property) -> None:
    shape = f"value-{prop.name.replace('_', '-')}"
    on_path = {s.name for s in written_shapes() if prop.name in (s.path, s.at_most)} | {shape}
    for wrong in WRONG[prop.datatype]:
        found = validate(*holder(prop, [wrong] if prop.many else wrong))
        assert shape in {v.shape for v in found} <= on_path, wrong
        assert prop.name in {v.field for v in found}


@pytest.mark.parametrize("prop", [p for p in VALUES if not p.many], ids=lambda p: p.name)
def test_a_second_value_is_caught(prop: Property) -> None:
    good = good_value(prop)
    pairs: dict[str, Any] = {"string": "别的", "integer": 4, "decimal": 80.5, "boolean": False, "date": LATE}
    other = pairs[prop.datatype]
    if prop.scheme:
        other = list(ONTOLOGY.scheme(prop.scheme).concepts)[1]
    found = validate(*holder(prop, [good, other]))
    assert f"value-{prop.name.replace('_', '-')}" in {v.shape for v in found if v.value == ""}
    assert validate(*holder(prop, [good, good, None])) == []


@pytest.mark.parametrize("prop", [p for p in VALUES if p.scheme], ids=lambda p: p.name)
def test_codes_come_from_their_scheme(prop: Property) -> None:
    found = validate(*holder(prop, "某个没有的代码"))
    if ONTOLOGY.scheme(str(prop.scheme)).open:
        assert found == []
    else:
        assert [v.shape for v in found] == [f"value-{prop.name.replace('_', '-')}"]
        assert found[0].value == "某个没有的代码"


def test_a_bad_value_bars_the_record_only_where_it_is_required() -> None:
    severity = {s.name: s.severity for s in all_shapes(ONTOLOGY)}
    assert severity["value-stage"] == severity["value-confidence"] == severity["value-kind"] == "violation"
    assert severity["value-ownership"] == severity["value-criticality"] == "warning"
    assert severity["credit-code-check"] == severity["form-credit-code"] == "warning"
    assert severity["ends-feeds"] == severity["no-cycle-feeds"] == severity["sourced-source"] == "violation"


@pytest.mark.parametrize("label", list(ONTOLOGY.concrete))
def test_ids_and_properties_of_each_class(label: str) -> None:
    kebab = ONTOLOGY.node_class(label).kebab
    good = Maker().node(label)
    for bad_id in (f"{kebab}:", f"{kebab}:a b", "dragon:a", "a", f"x{kebab}:a"):
        found = validate([Node(label, bad_id, good.props)], [])
        assert [(v.shape, v.field, v.value) for v in found] == [(f"id-{kebab}", "id", bad_id)]
    foreign = next(p for p in ONTOLOGY.properties if p not in ONTOLOGY.node_class(label).properties)
    for name, value in (
        (foreign, good_value(ONTOLOGY.properties[foreign])),
        ("unheard_of", "x"),
        ("类型", 1),
    ):
        found = validate([Node(label, good.id, {**good.props, name: value})], [])
        assert {(v.shape, v.field) for v in found} == {(f"properties-{kebab}", name)}


@pytest.mark.parametrize("kind", list(ONTOLOGY.edges))
def test_ends_and_properties_of_each_relationship_type(kind: str) -> None:
    m, kebab = Maker(), kind.lower().replace("_", "-")
    start, end = sorted(ONTOLOGY.allowed(kind))[0]
    for one, other in (("Source", end), (start, "Source"), ("Source", "Source")):
        edge = m.edge(kind, m.node(one, "x"), m.node(other, "y"))
        assert [(v.shape, v.field, v.key) for v in validate([], [edge])] == [
            (f"ends-{kebab}", "ends", edge.key)
        ]
    edge = m.edge(kind, m.node(start, "x"), m.node(end, "y"), website="www.a.cn")
    assert [(v.shape, v.field, v.value) for v in validate([], [edge])] == [
        (f"properties-{kebab}", "website", "www.a.cn")
    ]


def test_part_of_joins_only_like_with_like() -> None:
    m = Maker()
    edge = m.edge("PART_OF", m.node("Task"), m.node("Place"))
    (found,) = validate([], [edge])
    assert found.shape == "ends-part-of"
    assert "任务 → 行动" in found.message


def test_the_class_of_a_node_at_hand_beats_what_its_edge_says() -> None:
    m = Maker()
    firm, chain = m.node("Firm"), m.node("Chain")
    edge = Edge("LEADS", "Firm", chain.id, "Chain", firm.id, m.edge("LEADS", firm, chain).props)
    assert [v.shape for v in validate([firm, chain], [edge])] == ["ends-leads"]
    assert validate([], [edge]) == []


def test_unknown_and_abstract_classes_are_refused() -> None:
    with pytest.raises(UnknownName) as caught:
        validate([Node("Frim", "frim:a")], [])
    assert "Firm" in caught.value.nearest
    with pytest.raises(UnknownName):
        validate([Node("Organization", "organization:a")], [])
    with pytest.raises(UnknownName):
        validate([], [Edge("FEED", "ChainLink", "chain-link:a", "ChainLink", "chain-link:b")])
