"""Who is who: decisions, certain mergers, and what is left to people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loadkit import BASE, CODE_1, CODE_2, Rows, dataset, edges, file_of, firm, graph_of, load, node, relation

from bulian.errors import MappingError
from bulian.graph import open_store
from bulian.graph.store import Store


@pytest.fixture
def embedded(make_store: Callable[[str], Store]) -> Store:
    """A store for what is the same whatever the engine."""
    return make_store("kglite")


@pytest.fixture
def firms(tmp_path: Path) -> Any:
    """Loads organizations (and more) beside the usual places and links; gives the ids of firms that
    result."""

    def run(organizations: Rows, **files: Rows) -> set[str]:
        folder = dataset(tmp_path / "data", {**BASE, "organizations": organizations, **files})
        with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
            store.wipe()
            load(store, folder)
            return {n.id.partition(":")[2] for n in store.nodes("Organization")}

    return run


def test_one_valid_credit_code_is_one_organization(firms: Any) -> None:
    rows = [
        firm("a", "东风氢能", credit_code=CODE_1),
        firm("b", "东风氢能集团", credit_code=CODE_1, city="石山市"),
    ]
    assert firms(rows) == {"a"}
    wrong = [{**r, "credit_code": CODE_1[:-1] + "A"} for r in rows]
    assert firms(wrong) == {"a", "b"}


@pytest.mark.parametrize(
    ("second", "merged"),
    [
        ({"name_zh": "东风氢能(云江)"}, True),
        ({"name_zh": "ＤＦ"}, False),
        ({"city": "石山市"}, False),
        ({"city": ""}, True),
        ({"city": "", "place": "云江市"}, True),
        ({"city": "云江"}, True),
        ({"type": "lab"}, False),
        ({"credit_code": CODE_2}, False),
        ({"credit_code": ""}, True),
    ],
)
def test_one_class_and_name_in_one_city_without_two_codes(
    firms: Any, second: dict[str, str], merged: bool
) -> None:
    first = firm("a", "东风氢能（云江）", credit_code=CODE_1)
    assert firms([first, {**first, "credit_code": "", "id": "b", **second}]) == (
        {"a"} if merged else {"a", "b"}
    )


def test_a_name_without_a_city_is_not_given_to_one_of_two_cities(firms: Any) -> None:
    rows = [
        firm("a", "东风"),
        firm("b", "东风", city="石山市"),
        firm("c", "东风", city=""),
        firm("d", "东风"),
    ]
    assert firms(rows) == {"a", "b", "c"}  # only d, in the city of a, is certain


def test_people_of_one_name_are_not_merged(embedded: Store, tmp_path: Path) -> None:
    people = [{"id": "p-1", "name_zh": "张伟"}, {"id": "p-2", "name_zh": "张伟"}]
    load(embedded, dataset(tmp_path / "d", {"people": people}))
    assert len(embedded.nodes("Talent")) == 2


def test_every_id_of_a_merged_organization_leads_to_it(store: Store, tmp_path: Path) -> None:
    files = {
        **BASE,
        "organizations": [
            firm("a", "东风", summary_zh="一"),
            firm("b", "东风", aliases="DF"),
            firm("c", "石山阀门"),
        ],
        "relations": [relation("c", "SUPPLIES", "b"), relation("b", "LEADS", "hydrogen")],
    }
    report = load(store, dataset(tmp_path / "d", files))
    assert file_of(report, "organizations").numbers["merged"] == 1
    assert edges(store, "SUPPLIES") == {("firm:c", "firm:a")}
    assert edges(store, "LEADS") == {("firm:a", "chain:hydrogen")}
    made = node(store, "firm:a")
    assert (made["other_ids"], made["aliases"], made["summary"]) == (["b"], ["DF"], "一")
    # also for a dataset that comes later and knows only the other id
    later = dataset(tmp_path / "later", {"relations": [relation("c", "PARTNERS_WITH", "b")]}, name="later")
    load(store, later)
    assert edges(store, "PARTNERS_WITH") == {("firm:c", "firm:a")}


def test_an_id_in_the_graph_stays_when_another_dataset_has_the_same_firm(
    store: Store, tmp_path: Path
) -> None:
    load(store, dataset(tmp_path / "a", {**BASE, "organizations": [firm("z-old", "东风")]}, name="a"))
    load(store, dataset(tmp_path / "b", {"organizations": [firm("a-new", "东 风")]}, name="b"))
    assert [n.id for n in store.nodes("Firm")] == ["firm:z-old"]
    assert node(store, "firm:z-old")["other_ids"] == ["a-new"]
    # and it is not the loader's to merge two nodes that are both in the graph already
    load(
        store,
        dataset(tmp_path / "c", {"organizations": [firm("c", "石山阀门", credit_code=CODE_2)]}, name="c"),
    )
    load(store, dataset(tmp_path / "d", {"organizations": [firm("d", "石山阀门厂")]}, name="d"))
    both = [firm("d", "石山阀门厂", credit_code=CODE_2)]
    load(store, dataset(tmp_path / "e", {"organizations": both}, name="e"))
    assert {n.id for n in store.nodes("Firm")} == {"firm:z-old", "firm:c", "firm:d"}


# --- one id, several rows ---


def test_the_same_row_again_is_harmless(embedded: Store, tmp_path: Path) -> None:
    row = firm("a", "东风", source_title="s", chain_links="h-stack")
    report = load(embedded, dataset(tmp_path / "d", {**BASE, "organizations": [row, row, dict(row)]}))
    assert dict(file_of(report, "organizations").numbers) == {"rows": 3, "created": 1, "merged": 2}
    assert "claims" not in node(embedded, "firm:a")


def test_conflicting_rows_of_one_source_the_second_is_set_aside(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "东风", source_title="s", ownership="private"),
        firm("a", "东风", source_title="s", ownership="soe"),
        firm("a", "东风", source_title="s", website="df.example"),  # adds, does not contradict
        firm("a", "东风股份", source_title="s"),
        {**firm("a", "东风", source_title="s"), "type": "lab"},
    ]
    report = load(embedded, dataset(tmp_path / "d", {**BASE, "organizations": rows}))
    assert file_of(report, "organizations").reasons == {"conflicting duplicate": 3}
    made = node(embedded, "firm:a")
    assert (made["ownership"], made["website"]) == ("private", "df.example")
    assert "other_values" not in made


def test_conflicting_rows_of_two_sources_are_both_kept(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "东风", source_title="s", ownership="private", confidence="low"),
        firm("a", "东风氢能", source_title="t", ownership="soe", confidence="high"),
    ]
    report = load(embedded, dataset(tmp_path / "d", {**BASE, "organizations": rows}))
    assert file_of(report, "organizations").numbers["merged"] == 1
    made = node(embedded, "firm:a")
    assert (made["ownership"], made["name"], made["aliases"]) == ("soe", "东风氢能", ["东风"])
    assert [o.partition(" [")[0] for o in made["other_values"]] == ["name=东风", "ownership=private"]


def test_rows_of_two_scopes_are_two_statements_even_of_one_source(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "东风", source_title="general knowledge", scope=scope, summary_zh=scope, chain_links=links)
        for scope, links in (("one", "h-stack"), ("two", "h-tank"))
    ]
    load(embedded, dataset(tmp_path / "d", {**BASE, "organizations": rows}))
    assert edges(embedded, "OPERATES_IN") == {
        ("firm:a", "chain-link:h-stack"),
        ("firm:a", "chain-link:h-tank"),
    }


def test_one_class_for_an_organization_that_two_sources_call_differently(
    store: Store, tmp_path: Path
) -> None:
    rows = [
        {**firm("a", "测试中心", source_title="s", confidence="low"), "type": "lab"},
        {
            **firm("a", "测试中心", source_title="t", confidence="high", chain_links="h-stack"),
            "type": "service_agency",
        },
    ]
    load(store, dataset(tmp_path / "d", {**BASE, "organizations": rows}))
    assert [n.id for n in store.nodes("Organization")] == ["service-agency:a"]
    assert node(store, "service-agency:a")["other_values"][0].startswith("type=lab [source:")
    assert edges(store, "RESEARCHES") == {("service-agency:a", "chain-link:h-stack")}


def test_one_place_for_an_organization(embedded: Store, tmp_path: Path) -> None:
    rows = [
        firm("a", "东风", source_title="s", confidence="high", city="", province="甲省"),
        firm(
            "a", "东风", source_title="t", confidence="medium", city="云江市"
        ),  # deeper in the same province
        firm("b", "西风", source_title="s", confidence="high", city="云江市"),
        firm("b", "西风", source_title="t", confidence="low", city="石山市"),  # contradicts
    ]
    load(embedded, dataset(tmp_path / "d", {**BASE, "organizations": rows}))
    assert edges(embedded, "LOCATED_IN") == {("firm:a", "place:yunjiang"), ("firm:b", "place:yunjiang")}
    others = node(embedded, "firm:b")["other_values"]
    assert [o.partition(" [")[0] for o in others] == ["city=石山市", "LOCATED_IN=石山市"]


# --- decisions ---


def decision(kind: str, scope: str, id_: str, target: str, **more: str) -> dict[str, str]:
    return {
        "decision": kind,
        "scope": scope,
        "id": id_,
        "name_zh": "",
        "target_id": target,
        "why": "test",
        **more,
    }


def test_a_rename_holds_for_rows_and_references_of_its_scope(embedded: Store, tmp_path: Path) -> None:
    files = {
        **BASE,
        "decisions": [decision("rename", "two", "xidian", "xidian-university")],
        "organizations": [
            firm("xidian", "中国西电", scope="one"),
            {**firm("xidian", "西安电子科技大学", scope="two"), "type": "university"},
            firm("c", "石山阀门", scope="one"),
        ],
        "relations": [
            relation("c", "SUPPLIES", "xidian", scope="one"),
            relation("c", "PARTNERS_WITH", "xidian", scope="two"),
        ],
        "people": [{"id": "p", "name_zh": "赵一", "affiliation_id": "xidian", "scope": "two"}],
    }
    report = load(embedded, dataset(tmp_path / "d", files))
    assert report.rejected == 0
    assert edges(embedded, "SUPPLIES") == {("firm:c", "firm:xidian")}
    assert edges(embedded, "PARTNERS_WITH") == {("firm:c", "university:xidian-university")}
    assert edges(embedded, "EMPLOYS") == {("university:xidian-university", "talent:p")}
    assert "other_ids" not in node(embedded, "university:xidian-university")


def test_same_merges_and_keeps_what_the_decision_says(store: Store, tmp_path: Path) -> None:
    files = {
        **BASE,
        "decisions": [
            decision(
                "same", "two", "testing", "centre", keep_type="firm", keep_city="石山市", keep_place="石山市"
            ),
            decision("same", "two", "p-zhao", "zhao"),
        ],
        "organizations": [
            firm("centre", "检测中心有限公司", scope="one"),
            {**firm("testing", "检测中心", scope="two", city="石山市"), "type": "lab"},
        ],
        "people": [
            {"id": "zhao", "name_zh": "赵一", "scope": "one"},
            {"id": "p-zhao", "name_zh": "赵一", "scope": "two"},
        ],
    }
    load(store, dataset(tmp_path / "d", files))
    assert [n.id for n in store.nodes("Organization")] == ["firm:centre"]
    made = node(store, "firm:centre")
    assert (made["city"], made["other_ids"], made["aliases"]) == ("石山市", ["testing"], ["检测中心"])
    assert [o.partition(" [")[0] for o in made["other_values"]] == [
        "city=云江市",
        "LOCATED_IN=云江市",
        "name=检测中心",
        "type=lab",
    ]
    assert edges(store, "LOCATED_IN") == {("firm:centre", "place:shishan")}
    assert [n.id for n in store.nodes("Talent")] == ["talent:zhao"]


def test_different_forbids_a_merger(firms: Any) -> None:
    rows = [firm("a", "东风"), firm("b", "东风")]
    assert firms(rows) == {"a"}
    assert firms(rows, decisions=[decision("different", "", "b", "a")]) == {"a", "b"}


def test_decisions_that_no_row_has_are_told(tmp_path: Path) -> None:
    files = {
        "organizations": [firm("a", "东风")],
        "decisions": [decision("same", "", "gone", "a"), decision("rename", "", "a", "b")],
    }
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        report = load(store, dataset(tmp_path / "d", files))
    assert report.unused_decisions == {"x": [2]}
    assert any("decisions" in line for line in report.notes("zh"))


def test_wrong_decisions_stop_the_load_and_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        decision("merge", "", "a", "b"),
        decision("same", "", "A B", "b", keep_type="shop"),
        decision("same", "", "a", "b"),
        decision("same", "", "a", "c"),
    ]
    with (
        open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store,
        pytest.raises(MappingError) as caught,
    ):
        load(store, dataset(tmp_path / "d", {"organizations": [firm("a", "东风")], "decisions": rows}))
    assert [p.partition(":")[0] for p in caught.value.problems] == ["row 2", "row 3", "row 3", "row 5"]


def test_decisions_in_a_circle_end(tmp_path: Path) -> None:
    rows = [decision("same", "", "a", "b"), decision("same", "", "b", "a")]
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        load(
            store,
            dataset(
                tmp_path / "d", {"organizations": [firm("a", "东风"), firm("b", "西风")], "decisions": rows}
            ),
        )
        assert len(graph_of(store)[0]) >= 2


# --- ids that are in the graph ---


@pytest.fixture
def give(store: Store, tmp_path: Path) -> Any:
    """Loads a dataset of organizations by name."""

    def run(name: str, *organizations: dict[str, Any], **files: Rows) -> Any:
        content: dict[str, Any] = {**BASE, **files}
        if organizations:
            content["organizations"] = organizations
        return load(store, dataset(tmp_path / name, content, name=name))

    return run


def ids(store: Store) -> dict[str, list[str]]:
    """Firms with the other ids that lead to them."""
    others = {n.id: n.props.get("other_ids") for n in store.nodes("Firm")}
    return {i: sorted(o) if isinstance(o, list) else [] for i, o in others.items()}


def test_an_id_outlives_the_dataset_that_brought_it(store: Store, give: Any) -> None:
    give("one", firm("b", "东风"))
    give("two", firm("bb", "东风"), relations=[relation("bb", "LEADS", "hydrogen")])
    give("one")
    assert ids(store) == {"firm:b": ["bb"]}
    before = graph_of(store)
    report = give("two", firm("bb", "东风"), relations=[relation("bb", "LEADS", "hydrogen")])
    assert (report.totals["created"], report.totals["changed"], report.totals["withdrawn"]) == (0, 0, 0)
    assert graph_of(store) == before
    give("two", firm("bb", "东风股份"))  # it may be called otherwise, and is still the same
    assert ids(store) == {"firm:b": ["bb"]}
    give("one", firm("b", "东风股份"))
    assert ids(store) == {"firm:b": ["bb"]}


def test_an_inherited_id_goes_to_one_of_those_that_led_to_it(store: Store, give: Any) -> None:
    give("one", firm("b", "东风"))
    give("two", firm("b1", "东风"), firm("b2", "东 风"))
    give("one")
    assert ids(store) == {"firm:b": ["b1", "b2"]}
    give("two", firm("new", "东风"), firm("b1", "东风"), firm("b2", "西风"))
    assert ids(store) == {"firm:b": ["b1", "new"], "firm:b2": []}
    before = graph_of(store)
    give("two", firm("new", "东风"), firm("b1", "东风"), firm("b2", "西风"))
    assert graph_of(store)[0].keys() == before[0].keys()
    assert ids(store) == {"firm:b": ["b1", "new"], "firm:b2": []}


def test_a_row_of_the_id_itself_goes_before_those_that_led_to_it(store: Store, give: Any) -> None:
    give("one", firm("b", "东风"), firm("bb", "东风"))
    assert ids(store) == {"firm:b": ["bb"]}
    give("one", firm("bb", "西风"), firm("b", "东风"))
    assert ids(store) == {"firm:b": [], "firm:bb": []}


def test_different_ends_an_inherited_id(store: Store, give: Any) -> None:
    give("one", firm("b", "东风"))
    give("two", firm("bb", "东风"))
    give("one")
    give("two", firm("bb", "东风"), decisions=[decision("different", "", "bb", "b")])
    assert ids(store) == {"firm:bb": []}


def test_an_id_that_others_refer_to_stays_when_its_dataset_renames_it(store: Store, give: Any) -> None:
    give("one", firm("a", "东风"))
    give("two", firm("c", "石山阀门"), relations=[relation("c", "SUPPLIES", "a")])
    give("one", firm("a-new", "东风"))
    assert ids(store) == {"firm:a": ["a-new"], "firm:c": []}
    assert edges(store, "SUPPLIES") == {("firm:c", "firm:a")}
    # but what it was called before does not draw another firm of that name to it
    give("one", firm("a", "西风"), firm("d", "东风"))
    assert ids(store) == {"firm:a": [], "firm:c": [], "firm:d": []}
    before = graph_of(store)
    give("one", firm("a", "西风"), firm("d", "东风"))
    assert graph_of(store) == before
