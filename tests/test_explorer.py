"""Explorer pages as data: what is drawn, with which status, what is cut, and what the sheets say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from explorer_pages import assessment, block_of, chain_page, made_page
from small_graph import CHAIN, REGION, load_small, small_edges

from bulian.errors import UnknownName, UsageError
from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.queries import find_pack, run_pack
from bulian.records import Row
from bulian.viz.explorer import explore_chain, explore_neighbourhood, explore_rows, write_page
from bulian.viz.explorer_model import Item, Line, SourceRef
from bulian.viz.network import renderer


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"kglite:{tmp_path_factory.mktemp('explorer') / 'small.kgl'}"
    with open_store(url, write=True) as store:
        load_small(store)
    with open_store(url) as store:
        yield store
        assert store.warnings == []


@pytest.fixture(scope="module")
def page(small: Store) -> str:
    return chain_page(small)


def nodes_of(html: str) -> dict[str, dict[str, Any]]:
    return {n["id"]: n for n in block_of(html, "graph")["nodes"]}


def entries(node: dict[str, Any], title: str) -> list[dict[str, Any]]:
    return next((p["entries"] for p in node["sheet"]["parts"] if p["title"] == title), [])


# ---------------------------------------------------------------- the chain map


def test_every_link_of_the_chain_is_drawn_with_its_finding(small: Store, page: str) -> None:
    nodes = nodes_of(page)
    found = {g.link_id: g for g in assessment(small).gaps}
    links = {i: n for i, n in nodes.items() if n["kind"] == "ChainLink"}
    assert set(links) == {str(r["link_id"]) for r in run_pack(small, "chain_links", {"chain": CHAIN})}
    for link_id, gap in found.items():
        node = links[link_id]
        assert (node["label"], node["status"], node["count"]) == (gap.link, gap.status, len(gap.local))
        assert node["ghost"] is (gap.status == "missing")
        assert node["sheet"]["lead"] == gap.reason
    groups = {i for i in links if i not in found}
    assert groups == {"chain-link:materials", "chain-link:services"}
    assert all(links[i]["status"] is None and links[i]["look"] == "group" for i in groups)
    assert links["chain-link:materials"]["note"] == "缺 2/2"


def test_the_local_organizations_behind_the_numbers_are_drawn_with_their_class(
    page: str, small: Store
) -> None:
    nodes = nodes_of(page)
    local = {m.id for g in assessment(small).gaps for m in (*g.local, *g.local_orgs)}
    assert local == {i for i, n in nodes.items() if n["look"] == "actor"}
    assert nodes["lab:west-lab"]["kind"] == "Lab"
    assert nodes["firm:sys-a"]["marks"] == ["leader"]
    assert "leader" in nodes["chain-link:system"]["marks"]
    assert "leader" not in nodes["chain-link:truck"]["marks"]
    assert nodes["chain-link:membrane"]["marks"] == ["chokepoint"]


def test_lines_are_the_relationships_among_what_is_drawn(page: str) -> None:
    nodes, edges = nodes_of(page), block_of(page, "graph")["edges"]
    want = {(e.from_id, e.to_id, e.type) for e in small_edges() if e.from_id in nodes and e.to_id in nodes}
    assert {(e["from"], e["to"], e["kind"]) for e in edges} == want
    assert {e["kind"] for e in edges if not e["quiet"]} == {"FEEDS"}
    assert {e["assertion"] for e in edges} <= {"observed", "inferred"}
    network = block_of(page, "network")
    assert [(e["from"], e["to"]) for e in network["edges"]] == [(e["from"], e["to"]) for e in edges]
    assert network["options"]["physics"] == {"enabled": False}
    assert all(isinstance(n["x"], float) and isinstance(n["y"], float) for n in network["nodes"])


def test_a_sheet_says_why_and_what_to_do_on_which_evidence(page: str) -> None:
    plate = nodes_of(page)["chain-link:plate"]
    facts = dict(plate["sheet"]["facts"])
    assert facts["摸底情况"] == "未摸底"
    assert [a["text"] for a in entries(plate, "可行办法")] == ["跨市协作", "招商引入", "本地培育"]
    assert all(a["note"] for a in entries(plate, "可行办法"))
    makers = {m["id"]: m for m in entries(plate, "全国候选企业")}
    assert set(makers) == {"firm:plate-coast", "firm:plate-partner"}
    assert makers["firm:plate-coast"]["note"] == "海市 · 可信度 高 · 截至 2026-06-01"
    assert makers["firm:plate-coast"]["source_ids"] == ["source:list"]
    assert facts["典型产品"] == "石墨双极板；金属双极板"
    source = block_of(page, "page")["sources"]["source:list"]
    assert source["name"] == "甲市企业名录"
    assert (source["url"], source["date"]) == ("https://example.org/list", "2026-05-20")


def test_the_overview_lists_the_gaps_that_matter_most_and_what_is_too_general(
    small: Store, page: str
) -> None:
    found = assessment(small)
    overview = block_of(page, "page")["overview"]
    assert sum(int(n) for _, n in overview["facts"]) == len(found.gaps)
    top, general = overview["parts"]
    assert [e["id"] for e in top["entries"]] == [g.link_id for g in found.gaps if g.status == "missing"]
    assert [e["id"] for e in general["entries"]] == [m.id for _, m in found.too_general]


def test_the_page_speaks_english_when_asked(small: Store) -> None:
    html = chain_page(small, "en")
    nodes = nodes_of(html)
    assert '<html lang="en"' in html
    assert "<title>Hydrogen: chain map · New Area</title>" in html
    assert nodes["chain-link:plate"]["label"] == "Plate"
    assert {c["label"] for c in block_of(html, "page")["classes"]} == {"chain link", "firm", "laboratory"}
    words = block_of(html, "page")["text"].values()
    assert not [w for w in words if re.search("[\u4e00-\u9fff]", w)]


def test_search_names_hold_name_english_name_alias_and_pinyin(page: str) -> None:
    nodes = nodes_of(page)
    assert {"甲动力", "jiadongli", "jdl"} <= set(nodes["firm:sys-a"]["names"])
    assert "plate" in nodes["chain-link:plate"]["names"]
    assert {"shuangjiban", "sjb"} <= set(nodes["chain-link:plate"]["names"]), "made where the graph has none"


def test_several_chains_lie_under_each_other_and_share_no_node(small: Store) -> None:
    html = explore_chain(small, load_ontology(), None, [CHAIN, "chain:drone"], REGION)
    nodes = nodes_of(html)
    at = {n["id"]: n["y"] for n in block_of(html, "network")["nodes"]}
    assert len(nodes) == len(block_of(html, "graph")["nodes"])
    assert at["chain-link:airframe"] > max(y for i, y in at.items() if i != "chain-link:airframe")
    sections = [b["title"] for b in block_of(html, "page")["bands"] if b["kind"] == "section"]
    assert sections == ["氢能", "无人机"]


def test_without_an_assessment_links_have_no_status(small: Store) -> None:
    nodes = nodes_of(explore_chain(small, load_ontology(), None, [CHAIN], REGION))
    assert {n["status"] for n in nodes.values()} == {None}
    assert not any(n["ghost"] for n in nodes.values())


def test_a_chain_without_links_is_refused(small: Store) -> None:
    with pytest.raises(UsageError, match="chain:nothing has no links"):
        explore_chain(small, load_ontology(), None, ["chain:nothing"], REGION)


# ---------------------------------------------------------------- the cap


@pytest.mark.parametrize("most", [1, 10, 16, 20, 22])
def test_what_is_cut_is_counted_and_leaves_no_loose_line(small: Store, page: str, most: int) -> None:
    whole = len(nodes_of(page))
    html = chain_page(small, max_nodes=most)
    graph, nodes = block_of(html, "graph"), nodes_of(html)
    assert len(nodes) == most
    assert graph["truncated"] == whole - most
    assert all(e["from"] in nodes and e["to"] in nodes for e in graph["edges"])
    kinds = [n["kind"] for n in nodes.values()]
    assert kinds.count("ChainLink") == min(most, 16), "links go last"


def test_nothing_is_cut_that_fits(small: Store, page: str) -> None:
    assert block_of(page, "graph")["truncated"] == 0
    assert chain_page(small, max_nodes=len(nodes_of(page))).count('"truncated":0') == 1


def test_a_cap_of_nothing_is_refused(small: Store) -> None:
    with pytest.raises(UsageError, match="0 nodes"):
        chain_page(small, max_nodes=0)


# ---------------------------------------------------------------- neighbourhood and rows


def test_a_neighbourhood_holds_what_is_within_the_hops(small: Store) -> None:
    focus = "lab:west-lab"
    joined = [(e.from_id, e.to_id) for e in small_edges() if not e.to_id.startswith("source:")]
    near = {focus} | {b for a, b in joined if a == focus} | {a for a, b in joined if b == focus}
    far = near | {b for a, b in joined if a in near} | {a for a, b in joined if b in near}
    html = explore_neighbourhood(small, load_ontology(), focus, 1)
    assert set(nodes_of(html)) == near
    assert nodes_of(html)[focus]["marks"] == ["focus"]
    assert set(nodes_of(explore_neighbourhood(small, load_ontology(), focus, 2))) == far
    at = {n["id"]: n["x"] for n in block_of(html, "network")["nodes"]}
    assert at["university:jia-university"] < at[focus] < at["talent:chen"], "who points at it stands left"


def test_the_nearest_nodes_stay_when_a_neighbourhood_is_cut(small: Store) -> None:
    near = set(nodes_of(explore_neighbourhood(small, load_ontology(), "lab:west-lab", 1)))
    html = explore_neighbourhood(small, load_ontology(), "lab:west-lab", 2, max_nodes=len(near))
    assert set(nodes_of(html)) == near
    assert block_of(html, "graph")["truncated"] > 0


def test_a_neighbourhood_can_carry_findings(small: Store) -> None:
    html = explore_neighbourhood(small, load_ontology(), "lab:west-lab", 1, gaps=assessment(small))
    assert nodes_of(html)["chain-link:catalyst"]["status"] == "missing"


def test_in_a_big_neighbourhood_only_the_focus_has_lines_at_first(
    small: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulian.viz.explorer.MANY_LINES", 5)
    edges = block_of(explore_neighbourhood(small, load_ontology(), "lab:west-lab", 2), "graph")["edges"]
    assert len(edges) > 5
    assert all(e["quiet"] is ("lab:west-lab" not in (e["from"], e["to"])) for e in edges)


def test_an_unknown_focus_and_no_hops_are_refused(small: Store) -> None:
    with pytest.raises(UnknownName, match="firm:nobody"):
        explore_neighbourhood(small, load_ontology(), "firm:nobody", 1)
    with pytest.raises(UsageError, match="0 hops"):
        explore_neighbourhood(small, load_ontology(), "lab:west-lab", 0)


def rows_page(store: Store, rows: list[Row], heads: dict[str, str]) -> str:
    return explore_rows(store, load_ontology(), rows, title="查询", columns=heads)


def test_rows_become_one_column_of_the_map_for_each_column_with_ids(small: Store) -> None:
    rows = run_pack(small, "chain_makers", {"chain": CHAIN})
    html = rows_page(small, rows, {"firm_id": "企业", "link_id": "环节", "city": "城市"})
    assert set(nodes_of(html)) == {str(r[c]) for r in rows for c in ("firm_id", "link_id")}
    assert [b["title"] for b in block_of(html, "page")["bands"] if b["kind"] == "column"] == ["企业", "环节"]
    made = {(e["from"], e["to"]) for e in block_of(html, "graph")["edges"] if e["kind"] == "OPERATES_IN"}
    assert made == {(r["firm_id"], r["link_id"]) for r in rows}


def test_a_way_is_drawn_step_by_step(small: Store) -> None:
    ends = {"source": "university:jia-university", "target": "firm:sys-a"}
    rows = run_pack(small, "path_between", ends)
    html = rows_page(small, rows, {c: c for c in rows[0]})
    at = {n["id"]: n["x"] for n in block_of(html, "network")["nodes"]}
    assert at["university:jia-university"] < at["lab:west-lab"] < at["firm:sys-a"]


def test_rows_without_ids_are_refused(small: Store) -> None:
    with pytest.raises(UsageError, match="no ids"):
        rows_page(small, [{"name": "氢能", "url": "https://example.org"}], {"name": "名称", "url": "网址"})
    with pytest.raises(UsageError, match="no ids"):
        rows_page(small, [], {"firm_id": "企业"})


# ---------------------------------------------------------------- the file


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def tags_of(html: str) -> list[str]:
    """Every element that a browser would open, in order."""
    parser = Tags()
    parser.feed(html)
    return parser.found


HOSTILE = "</script><img src=x onerror=alert(1)><!--"


def test_hostile_text_cannot_leave_its_data_block() -> None:
    item = Item(HOSTILE, HOSTILE, "Firm", names=(HOSTILE,))
    html = made_page([item], title=HOSTILE, region=HOSTILE, sources=(SourceRef("s", HOSTILE),))
    tags = tags_of(html)
    assert tags == tags_of(made_page([Item("firm:a", "甲", "Firm")], region="乙"))
    assert "img" not in tags
    assert block_of(html, "graph")["nodes"][0]["label"] == HOSTILE


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[bad", False),
        ("seed:plan.txt#L5", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    html = made_page([Item("firm:a", "甲", "Firm")], sources=(SourceRef("s", "来源", url),))
    assert block_of(html, "page")["sources"]["s"]["url"] == (url if kept else "")


def test_the_page_asks_for_nothing_and_runs_only_its_own_scripts(page: str) -> None:
    markup = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.S)
    assert not re.search(r"\b(src|href|srcset|action|poster)\s*=", markup)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy.group(1)
    assert "unsafe" not in policy.group(1)
    assert policy.group(1).count("sha256-") == tags_of(page).count("script") - 3 + 1, (
        "not data, and the style"
    )


def test_the_renderer_is_the_one_of_the_pyvis_package() -> None:
    assert "@version 9.1.2" in renderer()
    assert "</script" not in renderer()


def test_a_line_that_is_inferred_is_dashed() -> None:
    items = [Item("firm:a", "甲", "Firm"), Item("firm:b", "乙", "Firm")]
    lines = [Line("firm:a", "firm:b", "SUPPLIES", assertion="inferred"), Line("firm:b", "firm:a", "SUPPLIES")]
    edges = block_of(made_page(items, lines), "network")["edges"]
    assert [bool(e.get("dashes")) for e in edges] == [True, False]


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "new" / "page.html"
    assert write_page("一", target) == target
    assert target.read_text("utf-8") == "一"

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UsageError, match="No space left"):
        write_page("二", target)
    assert target.read_text("utf-8") == "一"
    assert os.listdir(target.parent) == ["page.html"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write_page("x", tmp_path / "file" / "page.html")


def test_details_cover_every_property_of_the_ontology() -> None:
    """A property that is new in the ontology must be read here too, or sheets would not show it."""
    ontology = load_ontology()
    known = {
        p for c in ontology.concrete.values() for p in c.properties if not ontology.properties[p].internal
    }
    cypher = find_pack("node_details").cypher
    named = set(re.findall(r"\{name: '(\w+)', value: n\.\1\}", cypher))
    assert named == known - {"id", "name", "aliases", "confidence", "source_ids"}
