"""From what people type to a graph id."""

from __future__ import annotations

import pytest
from small_graph import load_small

from bulian.errors import UnknownName
from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.queries.lookup import find_any, find_chain, find_node
from bulian.records import Node, Row

SOURCED = {"confidence": "high", "source_ids": ["source:list"]}


def _chain(chain_id: str, name: str, links: int, aliases: list[str], pinyin: list[str]) -> Row:
    return {
        "chain_id": chain_id, "chain": name, "chain_en": chain_id.partition(":")[2], "aliases": list(aliases),
        "pinyin": list(pinyin), "links": links, "level": None,
    }  # fmt: skip


CHAINS = [
    _chain("chain:hydrogen", "氢能", 90, ["氢能产业链"], ["qingneng", "qn"]),
    _chain("chain:prov-hydrogen", "氢能", 0, [], ["qingneng", "qn"]),
    _chain("chain:prov-photonics", "光子", 0, [], ["guangzi", "gz"]),
    _chain("chain:city-photonics", "光子", 0, [], ["guangzi", "gz"]),
]


@pytest.mark.parametrize(
    "text", ["chain:hydrogen", "hydrogen", "氢能", "氢能产业链", "qingneng", "Hydrogen ", "QingNeng"]
)
def test_a_chain_by_any_of_its_names(text: str) -> None:
    assert find_chain(CHAINS, text) == "chain:hydrogen"


def test_a_chain_that_is_only_a_name_is_found_by_its_slug() -> None:
    assert find_chain(CHAINS, "prov-hydrogen") == "chain:prov-hydrogen"


def test_an_ambiguous_name_lists_what_it_may_mean() -> None:
    with pytest.raises(UnknownName, match="ambiguous") as e:
        find_chain(CHAINS, "光子")
    assert "prov-photonics" in e.value.hint
    assert "city-photonics" in e.value.hint


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UnknownName, match="unknown chain: hydrogn") as e:
        find_chain(CHAINS, "hydrogn")
    assert "hydrogen" in e.value.hint


def test_places_and_links_in_a_graph(store: Store) -> None:
    load_small(store)
    ontology = load_ontology()
    assert find_node(store, ontology, "Place", "place:new-area") == "place:new-area"
    assert find_node(store, ontology, "Place", "new-area") == "place:new-area"
    name = store.read("MATCH (p:Place {id: 'place:new-area'}) RETURN p.name AS name")[0]["name"]
    assert find_node(store, ontology, "Place", str(name)) == "place:new-area"
    assert find_node(store, ontology, "Organization", "sys-a") == "firm:sys-a"
    with pytest.raises(UnknownName):
        find_node(store, ontology, "Place", "nothing-like-it")


def test_any_node_by_id_slug_or_name(store: Store) -> None:
    load_small(store)
    ontology = load_ontology()
    assert find_any(store, ontology, "sys-a") == "firm:sys-a"
    assert find_any(store, ontology, "chain-link:stack") == "chain-link:stack"
    assert find_any(store, ontology, "电堆") == "chain-link:stack"
    with pytest.raises(UnknownName, match="unknown node"):
        find_any(store, ontology, "firm:nope")
    store.upsert_nodes([Node("Park", "park:sys-a", {"name": "同名园", **SOURCED})], ontology)
    store.commit()
    with pytest.raises(UnknownName, match="ambiguous node") as e:
        find_any(store, ontology, "sys-a")
    assert "park:sys-a" in e.value.hint


def test_an_empty_graph_says_that_it_is_empty(store: Store) -> None:
    store.ensure_schema(load_ontology())
    store.commit()
    with pytest.raises(UnknownName) as e:
        find_node(store, load_ontology(), "Place", "new-area")
    assert "bulian load" in e.value.hint


def test_the_administrative_suffix_may_be_left_out(store: Store) -> None:
    ontology = load_ontology()
    store.ensure_schema(ontology)
    store.upsert_nodes(
        [
            Node("Place", "place:a", {"name": "西安市", "pinyin": ["xianshi", "xas"], **SOURCED}),
            Node("Place", "place:b", {"name": "西安区", "pinyin": ["xianqu", "xaq"], **SOURCED}),
            Node("Place", "place:c", {"name": "宝鸡市", "aliases": ["陈仓"], **SOURCED}),
        ],
        ontology,
    )
    store.commit()
    assert find_node(store, ontology, "Place", "宝鸡") == "place:c"
    assert find_node(store, ontology, "Place", "陈仓") == "place:c"
    assert find_node(store, ontology, "Place", "西安市") == "place:a"
    with pytest.raises(UnknownName, match="ambiguous"):
        find_node(store, ontology, "Place", "西安")


def test_a_hostile_name_is_only_a_name(store: Store) -> None:
    load_small(store)
    with pytest.raises(UnknownName):
        find_node(store, load_ontology(), "Place", "x'}) DETACH DELETE n //")
    assert store.counts()[0]["Place"] > 0
