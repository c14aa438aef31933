"""Each shape of shapes.ttl catches its case and nothing else is reported; good records pass."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from bad_records import WRITTEN, Case, Make
from record_maker import ONTOLOGY, Maker, full_edge, full_node

from bulian.errors import MappingError
from bulian.ontology.compile import shapes_text
from bulian.ontology.compile import written_shapes as compiled
from bulian.ontology.reference import validate_reference
from bulian.ontology.shacl import Context, Violation, all_shapes, validate, written_shapes
from bulian.records import Edge, Node


def run(make: Make, tag: str = "t") -> tuple[Case, list[Violation]]:
    case = make(Maker(tag))
    return case, validate(case[0], case[1])


def key(record: Node | Edge) -> str | tuple[str, str, str, str | None]:
    return record.id if isinstance(record, Node) else record.key


@pytest.mark.parametrize(("shape", "make"), WRITTEN, ids=[f"{i}-{s}" for i, (s, _) in enumerate(WRITTEN)])
def test_each_written_shape_catches_its_case_alone(shape: str, make: Make) -> None:
    (_, _, bad), found = run(make)
    assert {v.shape for v in found} == {shape}
    assert sorted((v.key for v in found), key=str) == sorted((key(b) for b in bad), key=str)
    assert all(v.kind == ("node" if isinstance(v.key, str) else "edge") for v in found)
    written = next(s for s in written_shapes() if s.name == shape)
    assert {(v.message, v.message_en, v.severity) for v in found} == {
        (written.message.zh, written.message.en, written.severity)
    }


def test_no_written_shape_is_without_a_case() -> None:
    assert {s.name for s in written_shapes()} == {s for s, _ in WRITTEN}


def test_messages_are_chinese_and_english() -> None:
    for shape in all_shapes(ONTOLOGY):
        assert any("\u4e00" <= c <= "\u9fff" for c in shape.message.zh), shape.name
        assert shape.message.en, shape.name
        assert not any("\u4e00" <= c <= "\u9fff" for c in shape.message.en), shape.name


def test_good_records_with_every_property_pass() -> None:
    nodes = [full_node(label) for label in ONTOLOGY.concrete]
    edges = [full_edge(kind, *sorted(ONTOLOGY.allowed(kind))[0]) for kind in ONTOLOGY.edges]
    assert validate(nodes, edges) == []
    assert validate_reference(nodes, edges) == []


def test_every_allowed_pair_of_classes_passes() -> None:
    edges = [full_edge(kind, *pair) for kind in ONTOLOGY.edges for pair in sorted(ONTOLOGY.allowed(kind))]
    assert len(edges) > 1000
    assert validate([], edges) == []


@pytest.mark.parametrize(
    "name",
    [
        "飞行管理与服务平台",
        "原材料",
        "密封件",
        "无人机机场（机巢）",
        "热管理与水泵",
        "研发、中试与标准平台",
        "5G-A通感联网",
    ],
)
def test_clear_link_names_pass(name: str) -> None:
    assert validate([Maker().node("ChainLink", name=name)], []) == []


def test_a_diamond_is_no_cycle() -> None:
    m = Maker()
    a, b, c, d = m.links("a", "b", "c", "d")
    edges = [m.edge("FEEDS", *p) for p in ((a, b), (a, c), (b, d), (c, d), (a, d))]
    assert validate([a, b, c, d], edges) == []


def test_a_very_long_chain_of_arcs_is_no_cycle() -> None:
    m = Maker()
    links = m.links(*map(str, range(5000)))
    edges = [m.edge("FEEDS", a, b) for a, b in pairwise(links)]
    assert validate(links, edges) == []
    back = m.edge("FEEDS", links[-1], links[0])
    assert len(validate(links, [*edges, back])) == 5000


def test_chain_leaders_are_firms() -> None:
    node = Maker().node("Firm", is_chain_leader=True)
    assert validate([Node(node.label, node.id, node.props, ("ChainLeader",))], []) == []


# -- records already in the graph


def test_context_completes_the_picture_and_is_not_judged() -> None:
    m = Maker()
    a, b, c = m.links("a", "b", "c")
    there = Context([a, b, m.node("Firm", name=None)], [m.edge("FEEDS", a, b), m.edge("FEEDS", b, c)])
    new = m.edge("FEEDS", c, a)
    assert [(v.shape, v.key) for v in validate([c], [new], there)] == [("no-cycle-feeds", new.key)]
    assert validate([c], [new]) == []
    assert validate_reference([c], [new], there) == validate([c], [new], there)

    group_there = Context([m.node("ChainLink", "g", is_group=True)])
    arc = m.edge("FEEDS", c, group_there.nodes[0])
    assert [v.shape for v in validate([c], [arc], group_there)] == ["no-group-supply"]


# -- shapes.ttl itself


def test_stored_shapes_equal_the_compiled() -> None:
    assert compiled(ONTOLOGY) == written_shapes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "sh:minCount 1 ; sh:pattern",
            "sh:minLength 1 ; sh:pattern",
            "node-name: minLength is not supported",
        ),
        ("sh:property bls:node-name", "sh:xone ( bls:node-name )", "node: xone is not supported"),
        ('sh:message "缺少名称。"@zh,\n', "sh:message\n", "node-name: needs one sh:message in zh"),
        ('bls:rule "acyclic"', 'bls:rule "cyclic"', "needs one sh:sparql, and a bls:rule"),
        ("sh:severity sh:Warning", "sh:severity sh:Info", "severity"),
        ("sh:path bl:name ;", "sh:path ( bl:from bl:name ) ;", "sh:path must be one property"),
        ("sh:not [ sh:in (", "sh:not [ sh:minLength 3 ; sh:in (", "sh:not can hold"),
        ("sh:minCount 1 ; sh:pattern", "sh:minCount 2 ; sh:pattern", "minCount can only be 1"),
        ("bls:node-name a sh:PropertyShape", "bls:node-name a sh:Shape", "not declared"),
        ("sh:minInclusive 0 ;", 'sh:minInclusive "0" ;', "must be a number or a date"),
        ("sh:targetClass bl:Node ;", 'sh:target [ sh:select "x" ] ;', "target is not supported"),
        ("sh:disjoint bl:to", "sh:equals bl:to", "equals is not supported"),
        ("sh:disjoint bl:to", "sh:disjoint bl:ref", "sh:disjoint"),
        ("sh:path bl:level ;", "sh:path bl:levels ;", "levels"),
        ("sh:targetClass bl:Place", "sh:targetClass bl:Places", "Places"),
        ("bls:node a", "bls:node", "not valid Turtle"),
    ],
)
def test_what_the_fast_path_cannot_honour_is_refused(old: str, new: str, message: str) -> None:
    assert old in shapes_text()
    with pytest.raises(MappingError) as caught:
        compiled(ONTOLOGY, shapes_text().replace(old, new, 1))
    assert any(message in p for p in caught.value.problems), caught.value.problems


def test_check_digit_rule_agrees_with_the_standard_on_random_codes() -> None:
    """Every one of the 31 last characters, on random codes: exactly one passes."""
    digits, chance = "0123456789ABCDEFGHJKLMNPQRTUWXY", random.Random(7)
    for _ in range(20):
        stem = "".join(
            chance.choices(digits, k=2) + chance.choices(digits[:10], k=6) + chance.choices(digits, k=9)
        )
        nodes = [Maker().node("Firm", str(i), credit_code=stem + d) for i, d in enumerate(digits)]
        assert len(validate(nodes, [])) == 30


# -- speed
