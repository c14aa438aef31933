"""Mappings: read from TOML, made from the ontology, checked before any row is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from loadkit import BASE, accounted, csv_text, dataset, file_of, load, node

from bulian.errors import MappingError, UnknownName, UsageError
from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.loaders.builtin import class_mapping, dataset_mappings, find_mapping
from bulian.loaders.mapping import FileMapping
from bulian.loaders.mapping_check import check_mappings
from bulian.loaders.mapping_read import parse_mapping
from bulian.ontology.model import Ontology

OWN = """
[[file]]
name = "名录"
required = ["企业名称"]

[file.source]
source_title = "出处"

[file.node]
class = "Firm"
key = { hash = ["企业名称"] }

[file.node.properties]
name = "企业名称"
website = "网站"
ownership = { column = "性质", lookup = "ownership" }
main_products = { column = "产品", split = "、" }
city = "城市"

[file.lookup.ownership]
"国企" = "soe"
"民企" = { value = "private" }

[[file.relationship]]
type = "LOCATED_IN"
to = { place = ["地址", "区县", "城市", "省份"] }
single = true

[[file.relationship]]
type = "OPERATES_IN"
to = { column = "环节", class = "ChainLink", by = ["name", "id"], split = "、" }
when = { column = "在营", equals = ["是"] }
"""


def problems(text: str, ontology: Ontology) -> list[str]:
    """What is wrong with the form, else with the meaning of a mapping."""
    with pytest.raises(MappingError) as caught:
        check_mappings(parse_mapping(text, "m.toml"), ontology, "m.toml")
    return list(caught.value.problems)


def test_built_in_mappings_hold_and_cover_every_class_with_a_file(ontology: Ontology) -> None:
    found = dataset_mappings()
    assert {c.file for c in ontology.concrete.values() if c.file} <= set(found)
    assert {"relations", "collaborations", "link_supplies"} <= set(found)
    assert list(found)[:3] == ["places", "chains", "chain_links"]


@pytest.mark.parametrize(
    ("file", "required", "some"),
    [
        (
            "organizations",
            ("id", "type", "name_zh"),
            {"credit_code", "district", "chain_links", "summary_zh"},
        ),
        ("places", ("id", "name_zh", "level"), {"parent_id", "adcode", "role"}),
        ("chains", ("id", "name_zh"), {"chain_leader_ids", "level"}),
        ("chain_links", ("id", "name_zh", "chain", "stage"), {"parent_id", "description_zh", "substitutes"}),
        ("link_supplies", ("from_id", "to_id"), {"role"}),
        ("people", ("id", "name_zh"), {"title", "affiliation_id", "alma_mater_id", "expertise_links"}),
        ("relations", ("subject_id", "predicate", "object_id"), {"detail", "amount", "unit", "date"}),
        ("collaborations", ("subject_place", "predicate", "object_place"), {"mechanism", "detail", "date"}),
        (
            "demands",
            ("id", "organization_id"),
            {"link_id", "product", "quantity", "unit", "period", "detail"},
        ),
        ("surveys", ("id", "region_id", "link_id", "date"), {"method", "found"}),
        ("measures", ("id", "name_zh"), {"task_id", "responsible"}),
        ("targets", ("id", "name_zh", "indicator", "comparator", "value"), {"measure_id", "value_max"}),
    ],
)
def test_the_files_have_the_columns_that_were_promised(
    file: str, required: tuple[str, ...], some: set[str]
) -> None:
    mapping = dataset_mappings()[file]
    assert mapping.required == required
    every = {"source_url", "source_title", "source_date", "confidence", "scope"}
    assert some | every <= set(mapping.columns())


def test_a_class_gets_its_mapping_from_the_ontology(ontology: Ontology) -> None:
    mapping = class_mapping(ontology.node_class("Target"), ontology)
    assert mapping.node is not None
    assert {f.property: f.column for f in mapping.node.fields}["name"] == "name_zh"
    assert [(r.type, r.start.column, r.end.is_row) for r in mapping.relationships] == [
        ("SETS", "measure_id", True)
    ]


def test_a_mapping_of_ones_own_reads_a_table_of_any_columns(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    base = dataset(tmp_path / "base", BASE, name="base")
    rows = [
        {
            "企业名称": "东风氢能",
            "性质": "民企",
            "产品": "电堆、双极板",
            "城市": "云江",
            "环节": "电堆、储氢瓶",
            "在营": "是",
            "出处": "名录",
        },
        {
            "企业名称": "石山阀门",
            "性质": "国企",
            "城市": "石山市",
            "环节": "h-plate",
            "在营": "否",
            "备注": "停产",
        },
        {"企业名称": "", "性质": "民企"},
    ]
    (tmp_path / "企业.csv").write_text(csv_text(rows), encoding="gb18030")
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        load(store, base)
        report = load(store, tmp_path / "企业.csv", mapping=str(tmp_path / "own.toml"))
        firms = {n.props["name"]: n for n in store.nodes("Firm")}
        links = {(e.from_id, e.to_id) for e in store.edges("OPERATES_IN")}
    assert report.files[0].reasons == {"missing value": 1}
    assert report.unknown_columns == {"企业.csv": ["备注"]}
    made = firms["东风氢能"]
    assert (made.props["ownership"], made.props["main_products"], made.props["city"]) == (
        "private",
        ["电堆", "双极板"],
        "云江市",
    )
    assert links == {(made.id, "chain-link:h-stack"), (made.id, "chain-link:h-tank")}


def test_built_in_name_path_or_error(tmp_path: Path) -> None:
    assert [m.name for m in find_mapping("organizations")] == ["organizations"]
    with pytest.raises(UnknownName, match="organisations") as caught:
        find_mapping("organisations")
    assert "organizations" in caught.value.hint
    with pytest.raises(UsageError, match=r"nothing\.toml"):
        find_mapping(str(tmp_path / "nothing.toml"))


def test_a_wrong_mapping_stops_before_any_row_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(OWN.replace('"Firm"', '"Frim"'), encoding="utf-8")
    with (
        open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store,
        pytest.raises(MappingError, match="class Frim is unknown; nearest: Firm"),
    ):
        load(store, tmp_path / "no-such-file.csv", mapping=str(tmp_path / "m.toml"))


def test_all_problems_of_form_are_told_at_once(ontology: Ontology) -> None:
    text = """
        extra = 1
        [[file]]
        requird = ["a"]
        [file.node]
        key = { column = "a", hash = ["b"] }
        [file.node.properties]
        name = 3
        city = { split = ";" }
        [[file.relationship]]
        type = 7
        create = "eager"
        to = { column = "x", by = ["code"] }
    """
    assert problems(text, ontology) == [
        "unknown key extra",
        "file 1: no name",
        "file 1: unknown key requird",
        "file 1 node: class must be a name, or a column and a scheme",
        "file 1 node: key must be a column, or a table with either column or hash",
        "file 1 node properties.name: must be a column or a table",
        "file 1 node properties.city: says neither column nor value nor template",
        "file 1 relationship 1: type must be a name, or a column",
        'file 1 relationship 1: create = "eager": only "match_only" is known',
        "file 1 relationship 1 to: by code: only id and name are known",
    ]


def test_all_disagreements_with_the_ontology_are_told_at_once(ontology: Ontology) -> None:
    text = """
        [[file]]
        name = "f"
        required = ["nowhere"]
        [file.node]
        class = "Firm"
        key = "id"
        [file.node.properties]
        nmae = "name"
        source_ids = "s"
        ownership = { column = "o", lookup = "own" }
        confidence = "c"
        summary = { template = "{missing}" }
        [file.lookup.own]
        a = "statelike"
        [[file.relationship]]
        type = "OPERATE_IN"
        to = "l"
        [[file.relationship]]
        type = "LEADS"
        to = { column = "l", class = "ChainLink" }
        [[file.relationship]]
        type = { column = "p", lookup = "nope" }
        to = { column = "l", class = "Chian" }
    """
    found = problems(text, ontology)
    for expected in (
        "property nmae: Firm has none of that name; nearest: name",
        "property source_ids: the loader sets it, a mapping cannot",
        "property confidence: the loader sets it, a mapping cannot",
        "lookup own.a: statelike is no code of ownership",
        "the mapping does not read column missing of the template",
        "no property name: every node needs one",
        "relationship type OPERATE_IN is unknown; nearest: OPERATES_IN",
        "LEADS cannot join these classes",
        "unknown lookup nope",
        "class Chian is unknown; nearest: Chain",
        "required column nowhere is not used",
    ):
        assert any(expected in p for p in found), (expected, found)


@pytest.mark.parametrize("text", ["[[file]", "", "file = 3", 'x = "\x00"'])
def test_what_is_no_mapping_at_all(text: str, ontology: Ontology) -> None:
    assert problems(text, ontology)


def test_an_abstract_class_needs_a_concrete_one(ontology: Ontology) -> None:
    text = '[[file]]\nname="f"\n[file.node]\nclass="Organization"\nkey="id"\n[file.node.properties]\nname="n"'
    assert "abstract" in problems(text, ontology)[0]


def test_a_made_slug_a_constant_and_a_fallback_template(
    make_store: Callable[[str], Store], tmp_path: Path
) -> None:
    store = make_store("kglite")
    (tmp_path / "m.toml").write_text(
        """
        [[file]]
        name = "kit"
        match = ["kit-*"]
        [file.node]
        class = "Equipment"
        key = { column = "Code", slug = true }
        [file.node.properties]
        name = { column = "name", template = "{model}（{code}）" }
        model = "model"
        is_shared = { value = true }
        """,
        encoding="utf-8",
    )
    (tmp_path / "kit-1.csv").write_text("CODE,model\nX 12/B,扫描电镜\n", encoding="utf-8")
    report = load(store, tmp_path / "kit-1.csv", mapping=str(tmp_path / "m.toml"))
    accounted(file_of(report, "kit-1"))
    made = node(store, "equipment:x-12-b")
    assert (made["name"], made["is_shared"]) == ("扫描电镜（X 12/B）", True)


def test_columns_list_everything_a_mapping_reads() -> None:
    mapping: FileMapping = parse_mapping(OWN, "m")[0]
    assert set(mapping.columns()) >= {"企业名称", "性质", "地址", "环节", "在营", "出处", "scope"}


DOCS = Path(__file__).parents[1] / "docs" / "loading.md"


def test_the_mapping_in_the_docs_holds(ontology: Ontology) -> None:
    text = DOCS.read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in text.split("```toml")[1:]]
    assert len(blocks) == 1
    check_mappings(parse_mapping(blocks[0], "docs"), ontology, "docs")


def test_the_docs_name_every_file_of_its_own_shape_and_every_reason() -> None:
    from bulian.loaders.builtin import FIRST, LAST
    from bulian.loaders.reasons import _TEXTS

    text = DOCS.read_text(encoding="utf-8")
    for name in (*FIRST, *LAST):
        columns = dataset_mappings()[name].required
        assert f"| `{name}` | {', '.join(f'`{c}`' for c in columns)}" in text, name
    told = set(_TEXTS) - {"no such property"}  # of a value, not of a row
    assert [reason for reason in told if f"`{reason}`" not in text] == []
