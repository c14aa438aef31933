"""The ontology: what it holds, what it refuses, what is made from it, how fast it is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bulian.errors import UnknownName
from bulian.ontology import load_ontology
from bulian.ontology.emit import kglite_schema, main, neo4j_schema, page, schema_text
from bulian.ontology.model import Ontology
from bulian.ontology.questions import questions

ROOT = Path(__file__).parent.parent
CLASSES = (
    "Place", "Cluster", "Chain", "ChainLink", "Product", "Technology", "Firm", "University",
    "ResearchInstitute", "Lab", "PilotBase", "InnovationPlatform", "Fund", "Investor", "Incubator", "Park",
    "GovernmentBody", "Hospital", "Alliance", "ServiceAgency", "Talent", "Achievement", "Patent", "Demand",
    "Scenario", "Project", "Policy", "Action", "Task", "Measure", "Target", "Observation", "Source",
    "Survey",
)  # fmt: skip
EDGES = {
    "PART_OF": "ChainLink>Chain Place>Place Task>Action Measure>Task",
    "BROADER": "ChainLink>ChainLink",
    "FEEDS": "ChainLink>ChainLink",
    "OPERATES_IN": "Firm>ChainLink",
    "RESEARCHES": "University>ChainLink Talent>Technology Lab>Chain",
    "PRODUCES": "Firm>Product",
    "REALIZES": "Product>ChainLink",
    "INPUT_OF": "Product>Product",
    "SUPPLIES": "Firm>Firm",
    "DEMANDS": "Firm>ChainLink GovernmentBody>Product Firm>Chain",
    "LEADS": "Firm>Chain",
    "LOCATED_IN": "Firm>Place Lab>Park Incubator>Park",
    "HOSTS": "University>Lab GovernmentBody>Park",
    "JOINTLY_BUILT": "Firm>Lab",
    "PARTNERS_WITH": "Firm>University",
    "INVESTED_IN": "Fund>Firm",
    "MANAGES": "Investor>Fund",
    "SUBSIDIARY_OF": "Firm>Firm",
    "SPUN_OFF_FROM": "Firm>University",
    "MEMBER_OF": "Firm>Alliance Place>Place",
    "SUPPORTS": "Park>Chain Talent>Firm Fund>Place Firm>Project",
    "LED_BY": "Lab>Talent",
    "EMPLOYS": "University>Talent",
    "EXPERT_IN": "Talent>ChainLink Talent>Technology Talent>Chain",
    "ALUMNUS_OF": "Talent>University",
    "COOPERATES_WITH": "Place>Place",
    "SURVEYED": "Survey>ChainLink",
    "SETS": "Measure>Target Task>Target",
    "MEASURES": "Observation>Target",
    "SAME_AS": "Firm>Firm",
}
_ONTOLOGY = load_ontology()


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return _ONTOLOGY


def test_has_every_public_class_and_relationship_type(ontology: Ontology) -> None:
    assert set(CLASSES) <= set(ontology.concrete)
    assert set(ontology.concrete) - set(CLASSES) == {"PlanSystem", "Equipment"}
    assert set(EDGES) <= set(ontology.edges)


@pytest.mark.parametrize(("edge", "pairs"), EDGES.items())
def test_relationships_join_what_they_must(ontology: Ontology, edge: str, pairs: str) -> None:
    assert {tuple(p.split(">")) for p in pairs.split()} <= ontology.allowed(edge)


def test_narrowed_ends_exclude_the_rest(ontology: Ontology) -> None:
    assert ontology.allowed("PART_OF") == {
        ("ChainLink", "Chain"), ("Place", "Place"), ("Task", "Action"), ("Measure", "Task"),
    }  # fmt: skip
    assert ("Firm", "Talent") not in ontology.allowed("SAME_AS")
    assert ("University", "Firm") in ontology.allowed("SAME_AS")
    assert ("Source", "ChainLink") not in ontology.allowed("FEEDS")


def test_located_in_prefers_places(ontology: Ontology) -> None:
    assert ontology.ends("LOCATED_IN")[1][0] == "Place"


def test_labels_are_primary_first_then_ancestors(ontology: Ontology) -> None:
    assert ontology.labels("University") == ("University", "ResearchOrganization", "Organization")
    assert ontology.labels("ChainLink") == ("ChainLink",)
    assert ontology.labels("ChainLeader") == ("ChainLeader", "Firm", "Organization")
    assert "ChainLeader" not in ontology.concrete
    assert ontology.is_a("Lab", "Organization")
    assert not ontology.is_a("Place", "Organization")
    assert set(ontology.below("PlanItem")) == {"Action", "Task", "Measure"}


def test_ids_name_their_class(ontology: Ontology) -> None:
    found = ontology.class_of_id("chain-link:h2-stack")
    assert found is not None
    assert found.name == "ChainLink"
    assert ontology.class_of_id("dragon:x") is None
    assert {c.kebab for c in ontology.concrete.values()} >= {"firm", "government-body", "pilot-base", "place"}


def test_no_property_has_a_reserved_name(ontology: Ontology) -> None:
    assert not {"type", "title"} & set(ontology.properties)


@pytest.mark.parametrize("name", CLASSES)
def test_every_node_has_the_common_properties(ontology: Ontology, name: str) -> None:
    common = {"id", "name", "name_en", "aliases", "summary", "confidence", "source_ids", "updated_at"}
    internal = {"pinyin", "datasets", "other_ids", "other_values", "claims"}
    assert common | internal <= set(ontology.node_class(name).properties)
    assert {p for p in internal if ontology.properties[p].internal} == internal


@pytest.mark.parametrize("name", sorted(EDGES))
def test_every_relationship_has_the_common_properties(ontology: Ontology, name: str) -> None:
    public = {
        "source_ids",
        "confidence",
        "assertion",
        "as_of",
        "valid_from",
        "valid_to",
        "amount",
        "unit",
        "detail",
    }
    assert public | {"date_text", "datasets", "claims", "other_values", "ref"} <= set(
        ontology.edge(name).properties
    )


def test_own_properties_of_relationships(ontology: Ontology) -> None:
    assert "role" in ontology.edge("FEEDS").properties
    assert "role" not in ontology.edge("SUPPLIES").properties
    assert ontology.edge("COOPERATES_WITH").key == ("kind", "mechanism")
    assert {"region_id", "date", "method"} <= set(ontology.edge("SURVEYED").properties)
    assert {e.name for e in ontology.edges.values() if e.acyclic} == {"FEEDS", "PART_OF", "BROADER"}
    assert ontology.edge("DEMANDS").chain == ("^STATED_BY", "CONCERNS")


def test_required_comes_from_the_shapes(ontology: Ontology) -> None:
    assert ontology.node_class("Firm").required == ("id", "name", "confidence", "source_ids")
    assert {"chain_id", "stage"} <= set(ontology.node_class("ChainLink").required)
    assert "source_ids" not in ontology.node_class("Source").required


def test_schemes_hold_the_public_codes(ontology: Ontology) -> None:
    codes = {name: list(s.concepts) for name, s in ontology.schemes.items()}
    assert codes["gap-status"] == ["missing", "single_source", "thin", "covered"]
    assert codes["gap-evidence"] == ["surveyed", "not_surveyed", "filtered"]
    assert codes["gap-action"] == ["convert", "collaborate", "attract", "grow", "import_dependent"]
    assert codes["confidence"] == ["high", "medium", "low"]
    assert codes["assertion"] == ["observed", "inferred"]
    assert codes["comparator"] == ["=", ">=", "<=", "about", "range"]
    assert set(codes["stage"]) == {
        "upstream", "midstream", "downstream", "service", "support", "equipment", "application",
    }  # fmt: skip
    assert set(codes["place-level"]) == {
        "country", "region", "province", "city", "district", "county", "new_area", "new_town", "park", "town",
    }  # fmt: skip
    assert ontology.scheme("supply-role").open
    assert ontology.code_label("stage", "midstream", "zh") == "中游"
    assert ontology.code_label("supply-role", "碳纤维增强体", "zh") == "碳纤维增强体"


def test_organization_kinds_name_concrete_classes(ontology: Ontology) -> None:
    kinds = ontology.scheme("organization-kind").concepts
    assert kinds["government"].node_class == "GovernmentBody"
    organizations = set(ontology.below("Organization"))
    assert {k.node_class for k in kinds.values()} == organizations


def test_columns_of_data_set_files(ontology: Ontology) -> None:
    provenance = {"source_url", "source_title", "source_date", "confidence"}
    for cls in ontology.concrete.values():
        columns = ontology.columns(cls.name)
        assert columns[:2] == ("id", "name_zh")
        assert provenance < set(columns)
        assert len(columns) == len(set(columns))
    demand = {"id", "organization_id", "link_id", "product", "quantity", "unit", "period", "detail"}
    assert demand <= set(ontology.columns("Demand"))
    assert {"id", "region_id", "link_id", "date", "method", "found"} <= set(ontology.columns("Survey"))
    assert {"measure_id", "indicator", "comparator", "value", "value_max", "unit", "period", "theme",
            "text_position"} <= set(ontology.columns("Target"))  # fmt: skip
    assert "task_id" in ontology.columns("Measure")
    assert "action_id" in ontology.columns("Task")
    assert not {"pinyin", "claims", "name", "summary", "source_ids", "updated_at"} & set(
        ontology.columns("Firm")
    )


def test_references_make_allowed_relationships(ontology: Ontology) -> None:
    for cls in ontology.concrete.values():
        for ref in cls.references:
            for target in ontology.below(ref.target):
                pair = (target, cls.name) if ref.inward else (cls.name, target)
                assert pair in ontology.allowed(ref.relationship), (cls.name, ref.column)


def test_unknown_names_tell_the_nearest(ontology: Ontology) -> None:
    with pytest.raises(UnknownName) as caught:
        ontology.node_class("ChainLnk")
    assert "ChainLink" in caught.value.nearest
    with pytest.raises(UnknownName):
        ontology.edge("OPERATES")
    with pytest.raises(UnknownName):
        ontology.scheme("stages")


# -- what is made from it


def test_printed_schema_is_pinned(ontology: Ontology) -> None:
    """Changed on purpose? BULIAN_UPDATE_SNAPSHOTS=1 pytest tests/test_ontology.py, and read the diff."""
    snapshot = Path(__file__).parent / "snapshots" / "schema.txt"
    if os.environ.get("BULIAN_UPDATE_SNAPSHOTS"):
        snapshot.write_text(schema_text(ontology), encoding="utf-8")
    assert schema_text(ontology) == snapshot.read_text(encoding="utf-8")


def test_reference_page_is_up_to_date(ontology: Ontology, tmp_path: Path) -> None:
    main([str(tmp_path / "new" / "page.md")])
    made = (tmp_path / "new" / "page.md").read_text(encoding="utf-8")
    assert made == page(ontology)
    assert made == (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8"), (
        "python -m bulian.ontology.emit"
    )


def test_reference_page_tells_of_everything_in_both_languages(ontology: Ontology) -> None:
    zh, en = page(ontology).split("\n# English\n")
    for part in (zh, en):
        assert part.count("```mermaid") == 3
        for name in (*ontology.classes, *ontology.edges, *ontology.properties):
            assert f"`{name}`" in part, name
        for scheme in ontology.schemes.values():
            assert all(f"| `{code}` |" in part for code in scheme.concepts)
    assert not re.search(r"[\u4e00-\u9fff]", en.split("## Rules")[0])


def test_one_unique_constraint_a_class(ontology: Ontology) -> None:
    statements = neo4j_schema(ontology)
    assert len(statements) == len(set(statements)) == len(ontology.concrete)
    assert (
        "CREATE CONSTRAINT chain_link_id IF NOT EXISTS FOR (n:ChainLink) REQUIRE n.id IS UNIQUE" in statements
    )
    assert not any(":Organization)" in s or ":ChainLeader)" in s for s in statements)


def test_embedded_engine_takes_the_schema(ontology: Ontology) -> None:
    import kglite

    graph = kglite.KnowledgeGraph()
    graph.define_schema(kglite_schema(ontology))
    graph.cypher("CREATE (:Firm {id: 'firm:a', name: 'A'})")
    found = graph.cypher("MATCH (f:Firm {credit_code: 'x'}) RETURN f.id AS id")  # raises when undeclared
    assert isinstance(found, kglite.ResultView)
    assert found.to_list() == []
    with pytest.raises(kglite.CypherExecutionError, match="duplicate primary key"):
        graph.cypher("CREATE (:Firm {id: 'firm:a', name: 'B'})")


def test_twelve_questions_and_the_packs_that_answer_them() -> None:
    from bulian.queries import packs

    asked = questions()
    assert len(asked) == 12
    known = set(packs())
    for question in asked:
        assert question.text.zh
        assert question.text.en
        assert question.packs
        assert set(question.packs) <= known, set(question.packs) - known
