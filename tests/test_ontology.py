"""The ontology: what it holds, what it refuses, what is made from it, how fast it is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest

import bulian.ontology
from bulian.errors import MappingError, UnknownName
from bulian.ontology import load_ontology, stored
from bulian.ontology.emit import kglite_schema, main, neo4j_schema, page, schema_text
from bulian.ontology.model import Ontology
from bulian.ontology.questions import questions
from bulian.ontology.read import read_ontology

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


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    here = files("bulian.ontology")
    return {n: here.joinpath(n).read_text(encoding="utf-8") for n in stored.TURTLE}


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


# -- colours


def _linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def _contrast_with_white(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    x, y, z = (
        sum(a * b for a, b in zip(row, rgb, strict=True))
        for row in ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    )
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.9505, y, z / 1.089)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


# Machado, Oliveira & Fernandes (2009), full severity, on linear RGB.
_SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
}


def _distance(one: str, other: str, sight: str) -> float:
    def seen(colour: str) -> tuple[float, float, float]:
        rgb = _linear(colour)
        return _lab(
            tuple(min(1.0, max(0.0, sum(a * b for a, b in zip(r, rgb, strict=True)))) for r in _SIGHT[sight])
        )

    return sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5


def test_colours_are_distinct_and_visible_on_white(ontology: Ontology) -> None:
    colours = [c.colour for c in ontology.classes.values()]
    assert len(set(colours)) == len(colours)
    concepts = [c.colour for s in ontology.schemes.values() for c in s.concepts.values() if c.colour]
    assert {
        c: round(_contrast_with_white(c), 2) for c in colours + concepts if _contrast_with_white(c) < 3
    } == {}


@pytest.mark.parametrize("sight", _SIGHT)
def test_classes_drawn_together_can_be_told_apart(ontology: Ontology, sight: str) -> None:
    """Those that meet on a chain map; 9 units of CIE Lab are plainly different side by side."""
    together = [
        "Chain", "ChainLink", "Product", "Firm", "University", "ResearchInstitute", "Lab", "PilotBase",
        "InnovationPlatform", "Fund", "Investor", "Park", "GovernmentBody", "Place", "Talent",
    ]  # fmt: skip
    for one, other in combinations(together, 2):
        gap = _distance(ontology.node_class(one).colour, ontology.node_class(other).colour, sight)
        assert gap > 9, (one, other, gap)
    statuses = list(ontology.scheme("gap-status").concepts.values())
    for a, b in combinations(statuses, 2):
        assert _distance(a.colour or "", b.colour or "", sight) > 9, (a.code, b.code)


# -- what is refused


def _broken() -> Iterator[tuple[str, str, str, str]]:
    """(file, text, replacement, what the message must say)"""
    yield "bulian.ttl", "bl:position a", "bl:title a", "title: reserved"
    yield "bulian.ttl", "bl:position a", "bl:type a", "type: reserved"
    yield (
        "bulian.ttl",
        "bl:caption bl:name ; bl:featured ( bl:city bl:ownership bl:listed_code",
        ("bl:featured ( bl:city bl:ownership bl:listed_code"),
        "Firm: no bl:caption",
    )
    yield "bulian.ttl", 'rdfs:label "企业"@zh, "firm"@en', 'rdfs:label "firm"@en', "Firm: no label in zh"
    yield (
        "bulian.ttl",
        '"A company that makes or sells."@en',
        '"Une entreprise."@fr',
        "Firm: no definition in en",
    )
    yield (
        "bulian.ttl",
        'bl:reverseLabel "需要"@zh, "is fed by"@en',
        'bl:reverseLabel "需要"@zh',
        "FEEDS: no bl:reverse",
    )
    yield "bulian.ttl", 'bl:colour "#C2410C"', 'bl:colour "orange"', "Firm: bl:colour must be"
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Talent ; rdfs:range xsd:string",
        ("rdfs:domain bl:Tallent ; rdfs:range xsd:string"),
        "unknown domain Tallent",
    )
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Survey ; rdfs:range xsd:integer",
        ("rdfs:domain bl:Survey ; rdfs:range xsd:float"),
        "found: range float",
    )
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Firm ;\n    rdfs:range bl:Chain .",
        ("rdfs:domain bl:Firm ;\n    rdfs:range bl:Chains ."),
        "LEADS: unknown range Chains",
    )
    yield "bulian.ttl", "bl:scheme blc:ownership", "bl:scheme blc:owners", "ownership: unknown scheme owners"
    yield (
        "bulian.ttl",
        "bl:relationship bl:REALIZES",
        "bl:relationship bl:REALISES",
        "unknown reference relationship",
    )
    yield (
        "bulian.ttl",
        "owl:allValuesFrom bl:Action",
        "owl:allValuesFrom bl:Actions",
        "unknown owl:allValuesFrom",
    )
    yield "bulian.ttl", "bl:Park a owl:Class", "bl:park_area a owl:Class", "not PascalCase"
    yield (
        "bulian.ttl",
        "bl:FEEDS a owl:ObjectProperty",
        "bl:feeds a owl:ObjectProperty",
        "not UPPER_SNAKE_CASE",
    )
    yield (
        "concepts.ttl",
        'skos:prefLabel "上游"@zh',
        'skos:prefLabel "上游"@ja',
        "stage.upstream: no skos:prefLabel in zh",
    )
    yield (
        "concepts.ttl",
        'skos:notation "midstream"',
        'skos:notation "upstream"',
        "no skos:notation of its own",
    )
    yield "concepts.ttl", "bl:nodeClass bl:Firm", "bl:nodeClass bl:Company", "unknown class Company"
    yield "bulian.ttl", "bl:Firm a owl:Class ;", "bl:Firm a owl:Class", "not valid Turtle"


@pytest.mark.parametrize(("file", "old", "new", "message"), list(_broken()))
def test_refuses_a_broken_ontology(
    texts: dict[str, str], file: str, old: str, new: str, message: str
) -> None:
    assert old in texts[file]
    with pytest.raises(MappingError) as caught:
        read_ontology("x", {**texts, file: texts[file].replace(old, new, 1)})
    assert any(message in p for p in caught.value.problems), caught.value.problems


def test_tells_all_problems_at_once(texts: dict[str, str]) -> None:
    broken = texts["bulian.ttl"].replace("bl:position a", "bl:title a").replace("#C2410C", "red")
    with pytest.raises(MappingError) as caught:
        read_ontology("x", {**texts, "bulian.ttl": broken})
    assert len(caught.value.problems) >= 2
    assert "title" in str(caught.value)
    assert "red" in str(caught.value)


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


# -- the stored copy


def test_stored_copy_equals_what_was_read(ontology: Ontology) -> None:
    fresh = read_ontology(stored.content_hash())
    assert fresh == ontology
    from dataclasses import asdict

    assert stored.ontology_from_json(json.loads(json.dumps(asdict(fresh)))) == fresh


def _in_new_process(code: str, cache: Path) -> str:
    env = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_quick_path_is_quick_and_needs_no_rdflib(tmp_path: Path) -> None:
    code = (
        "import sys, time; start = time.perf_counter(); from bulian.ontology import load_ontology;"
        "load_ontology(); print(time.perf_counter() - start, 'rdflib' in sys.modules)"
    )
    assert _in_new_process(code, tmp_path).endswith("True")
    times = []
    for _ in range(5):
        seconds, rdflib = _in_new_process(code, tmp_path).split()
        assert rdflib == "False"
        times.append(float(seconds))
    assert min(times) < 0.05  # the modules' own import included; the machine may be busy


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": "1"}', '{"version": 1, "classes": {"A": {}}}']
)
def test_broken_stored_copy_is_made_again(tmp_path: Path, content: str) -> None:
    code = "from bulian.ontology import load_ontology; print(len(load_ontology().classes))"
    expected = _in_new_process(code, tmp_path)
    (file,) = (tmp_path / "bulian").glob("ontology-*.json")
    whole = file.read_text(encoding="utf-8")
    file.write_text(content, encoding="utf-8")
    assert _in_new_process(code, tmp_path) == expected
    assert file.read_text(encoding="utf-8") == whole


def test_unusable_cache_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "bulian").write_text("a file where the folder should be")
    code = "from bulian.ontology import load_ontology; print(len(load_ontology().classes))"
    assert int(_in_new_process(code, tmp_path)) == len(load_ontology().classes)


def test_load_is_cached_in_the_process() -> None:
    assert load_ontology() is load_ontology()
    assert bulian.ontology.load_ontology().version.startswith("1.")
