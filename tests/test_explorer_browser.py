"""Explorer pages in a real Chromium without a network: search, filters, sheet, exports, address, keyboard."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from explorer_pages import assessment, block_of, chain_page, made_page
from playwright.sync_api import Page, expect
from small_graph import load_small

from bulian.graph import open_store
from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.viz.explorer import explore_chain
from bulian.viz.explorer_model import Entry, Item, Line, Part, Sheet, SourceRef

if TYPE_CHECKING:
    from browser import OpenPage

pytest_plugins = ("browser",)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"kglite:{tmp_path_factory.mktemp('explorer') / 'small.kgl'}"
    with open_store(url, write=True) as store:
        load_small(store)
    with open_store(url) as store:
        yield store


@pytest.fixture(scope="module")
def html(small: Store) -> str:
    return chain_page(small)


@pytest.fixture
def page(html: str, open_page: OpenPage) -> Page:
    return open_page(html)


def drawn(page: Page) -> int:
    return int(page.evaluate("bulian.drawn()"))


def settle(page: Page) -> None:
    """Two frames: what was asked for is painted."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def selected(page: Page) -> str | None:
    found = page.evaluate("bulian.state.selected")
    return None if found is None else str(found)


def pixel(page: Page, node_id: str, dx: float, dy: float) -> tuple[int, int, int]:
    """Colour of the canvas at a point of the map beside the centre of a node, in map units."""
    red, green, blue = page.evaluate(
        """([id, dx, dy]) => {
          const canvas = document.querySelector("#map canvas");
          const ratio = canvas.width / canvas.clientWidth;
          const at = bulian.at(id);
          const scale = bulian.view().scale;
          const x = Math.round((at.x + dx * scale) * ratio);
          const y = Math.round((at.y + dy * scale) * ratio);
          return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
        }""",
        [node_id, dx, dy],
    )
    return red, green, blue


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


# ---------------------------------------------------------------- drawing


def test_the_page_is_ready_and_everything_is_drawn(page: Page, html: str) -> None:
    graph = block_of(html, "graph")
    assert drawn(page) == len(graph["nodes"])
    assert page.evaluate("bulian.hidden()") == 0
    expect(page.locator("h1")).to_have_text("氢能产业链图谱")
    expect(page.locator("#top .name")).to_contain_text("2026-06-15")
    expect(page.locator("#counts")).to_contain_text(f"已画 {len(graph['nodes'])}隐藏 0截去 0（上限 5000）")
    expect(page.get_by_role("complementary")).to_be_hidden()


def test_links_have_the_colour_of_their_status(page: Page, html: str) -> None:
    colours = {c.code: c.colour for c in load_ontology().scheme("gap-status").concepts.values()}
    shown = [
        n for n in block_of(html, "graph")["nodes"] if n["status"] in ("covered", "thin", "single_source")
    ]
    page.get_by_role("button", name="全图").click()
    settle(page)
    for node in shown:
        colour = colours[node["status"]]
        assert colour
        near = zip(pixel(page, node["id"], -66, -12), rgb(colour), strict=True)
        assert all(abs(a - b) <= 6 for a, b in near), node["id"]


def test_missing_links_are_dashed_boxes_and_no_others_are(page: Page, html: str) -> None:
    svg = ElementTree.fromstring(page.evaluate("bulian.svg()"))
    dashed = {
        group.findtext(f"{SVG}title")
        for group in svg.iter(f"{SVG}g")
        for rect in group.iter(f"{SVG}rect")
        if rect.get("stroke-dasharray")
    }
    assert dashed == {n["label"] for n in block_of(html, "graph")["nodes"] if n["ghost"]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_fits_its_box(small: Store, open_page: OpenPage, lang: str) -> None:
    page = open_page(chain_page(small, lang))
    assert too_wide(page) == []


def test_long_labels_are_shortened_to_their_box(open_page: OpenPage) -> None:
    names = [
        "固定式发电与热电联供用质子交换膜燃料电池系统集成及其控制器总成",
        "W" * 60,
        "短",
        "Fuel cell stack and its very long supply of parts and tools",
    ]
    items = [Item(f"chain-link:{n}", name, "ChainLink", "link") for n, name in enumerate(names)]
    page = open_page(made_page(items))
    assert too_wide(page) == []
    lines = page.evaluate("[...bulian.nodes.values()].map(n => bulian.draw.labelOf(n).lines.join(''))")
    assert [line.endswith("…") for line in lines] == [True, True, False, True]


def too_wide(page: Page) -> list[str]:
    found = page.evaluate(
        """() => {
          const ruler = document.createElement("canvas").getContext("2d");
          return [...bulian.nodes.values()].filter((node) => {
            const made = bulian.draw.labelOf(node);
            const box = bulian.place.get(node.id);
            ruler.font = bulian.draw.fontOf(made.size, made.style.bold);
            const widest = Math.max(...made.lines.map((l) => ruler.measureText(l).width));
            return widest > box.w - made.style.bar - 6 || made.lines.length * made.size * 1.2 > box.h;
          }).map((node) => node.label);
        }"""
    )
    return list(found)


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("双极板", "双极板"),
        ("甲动力", "甲动力系统有限公司"),
        ("jiadongli", "甲动力系统有限公司"),
        ("JDL", "甲动力系统有限公司"),
        ("shuangjiban", "双极板"),
        ("plate", "双极板"),
        ("zhi zi jiao huan", "质子交换膜"),
    ],
)
def test_search_finds_name_alias_english_and_pinyin(page: Page, typed: str, hit: str) -> None:
    page.locator("input[type=search]").fill(typed)
    expect(page.get_by_role("option").first.locator("b")).to_have_text(hit)


def test_search_is_moved_through_by_keyboard_and_opens_the_node(page: Page) -> None:
    box = page.locator("input[type=search]")
    box.fill("电堆")
    options = page.get_by_role("option")
    names = options.locator("b").all_text_contents()
    assert names[0] == "电堆"
    assert len(names) == 3
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    box.press("ArrowUp")
    box.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    box.press("Enter")
    assert selected(page) == "chain-link:stack"
    expect(page.locator("#found")).to_be_hidden()
    expect(page.get_by_role("complementary").locator("h2")).to_have_text("电堆")
    settle(page)
    at = page.evaluate("bulian.at('chain-link:stack')")
    sheet = page.get_by_role("complementary").bounding_box()
    assert sheet
    assert 0 < at["x"] < sheet["x"]
    assert 0 < at["y"] < sheet["height"]


def test_search_says_when_nothing_is_found(page: Page) -> None:
    page.locator("input[type=search]").fill("没有这个")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.locator("#found")).to_have_text("没有找到")
    page.locator("input[type=search]").press("Escape")
    expect(page.locator("#found")).to_be_hidden()


def test_search_brings_back_what_a_filter_hides(page: Page) -> None:
    page.get_by_label("产业链环节").uncheck()
    page.locator("input[type=search]").fill("空压机")
    page.get_by_role("option").first.click()
    expect(page.get_by_label("产业链环节")).to_be_checked()
    assert page.evaluate("bulian.visible('chain-link:compressor')")


# ---------------------------------------------------------------- filters


def test_the_legend_has_one_checkbox_for_each_class_and_filters(page: Page, html: str) -> None:
    nodes = block_of(html, "graph")["nodes"]
    boxes = page.locator("#legend input[type=checkbox]")
    assert boxes.count() == len({n["kind"] for n in nodes}) == 3
    for label, kind in (("产业链环节", "ChainLink"), ("企业", "Firm"), ("实验室", "Lab")):
        before, own = drawn(page), sum(n["kind"] == kind for n in nodes)
        page.get_by_label(label, exact=True).uncheck()
        assert drawn(page) == before - own
        assert drawn(page) + page.evaluate("bulian.hidden() + bulian.truncated") == len(nodes)
    expect(page.locator("#counts")).to_contain_text(f"隐藏 {len(nodes)}")
    page.get_by_label("企业").check()
    assert drawn(page) == sum(n["kind"] == "Firm" for n in nodes)


def test_hidden_nodes_are_really_not_painted(page: Page) -> None:
    page.get_by_role("button", name="全图").click()
    settle(page)
    before = pixel(page, "chain-link:system", -66, -12)
    page.get_by_label("产业链环节").uncheck()
    settle(page)
    assert pixel(page, "chain-link:system", -66, -12) != before


def test_the_counts_by_status_filter_too(page: Page, small: Store) -> None:
    missing = sum(g.status == "missing" for g in assessment(small).gaps)
    whole = drawn(page)
    chip = page.get_by_role("button", name="缺失")
    expect(chip).to_contain_text(str(missing))
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    assert drawn(page) == whole - missing
    chip.click()
    assert drawn(page) == whole


def test_firms_are_shown_and_hidden_together(page: Page, html: str) -> None:
    links = sum(n["kind"] == "ChainLink" for n in block_of(html, "graph")["nodes"])
    page.get_by_role("button", name="显示企业").click()
    assert drawn(page) == links
    expect(page.get_by_label("企业")).not_to_be_checked()
    page.get_by_role("button", name="显示企业").click()
    assert drawn(page) > links


def test_kinds_of_line_are_switched_and_quiet_ones_come_with_a_selection(page: Page) -> None:
    page.get_by_text("连线 8").click()
    supply = page.get_by_role("button", name="供给", exact=True)
    edges = "bulian.graph.edges.filter((_, n) => bulian.lineVisible(n)).map((e) => e.kind)"
    assert set(page.evaluate(edges)) == {"FEEDS"}
    supply.click()
    expect(supply).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(edges) == []
    page.evaluate("bulian.select('firm:sys-a')")
    assert {"OPERATES_IN", "DEMANDS"} <= set(page.evaluate(edges))
    assert "FEEDS" not in page.evaluate(edges)


def test_several_maps_have_a_button_each(small: Store, open_page: OpenPage) -> None:
    html = explore_chain(small, load_ontology(), None, ["chain:hydrogen", "chain:drone"], "place:new-area")
    page = open_page(html)
    page.get_by_role("button", name="无人机", exact=True).click()
    settle(page)
    at = page.evaluate("bulian.at('chain-link:airframe')")
    size = page.locator("#map").bounding_box()
    assert size
    assert 0 < at["x"] < size["width"]
    assert 0 < at["y"] < size["height"]
    expect(page.locator("#jumps button")).to_have_text(["氢能", "无人机"])


def test_a_cap_is_said_on_the_page(small: Store, html: str, open_page: OpenPage) -> None:
    whole = len(block_of(html, "graph")["nodes"])
    page = open_page(chain_page(small, max_nodes=10))
    expect(page.locator("#counts")).to_contain_text(f"截去 {whole - 10}（上限 10）")
    assert drawn(page) + page.evaluate("bulian.hidden() + bulian.truncated") == whole


# ---------------------------------------------------------------- sheet


def test_a_click_on_a_link_opens_its_evidence(page: Page, small: Store) -> None:
    gap = next(g for g in assessment(small).gaps if g.link_id == "chain-link:plate")
    at = page.evaluate("bulian.at('chain-link:plate')")
    page.locator("#map canvas").click(position=at)
    sheet = page.get_by_role("complementary")
    expect(sheet.locator("h2")).to_have_text("双极板")
    for said in (
        gap.reason,
        "缺失",
        "跨市协作",
        gap.actions[0].evidence,
        "海市石墨有限公司",
        "未摸底",
        "可信度",
    ):
        expect(sheet).to_contain_text(said)
    source = sheet.locator(".sources a")
    expect(source).to_have_attribute("href", "https://example.org/list")
    expect(source).to_contain_text("甲市企业名录")
    expect(source).to_contain_text("2026-05-20")
    sheet.get_by_role("button", name="电堆").first.click()
    expect(sheet.locator("h2")).to_have_text("电堆")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert selected(page) is None


def test_a_firm_shows_class_products_and_relationships(page: Page) -> None:
    page.evaluate("bulian.select('firm:sys-a')")
    sheet = page.get_by_role("complementary")
    for said in ("企业", "链主企业", "燃料电池系统", "甲动力", "从事", "需要"):
        expect(sheet).to_contain_text(said)


def test_the_overview_leads_to_the_gaps(page: Page) -> None:
    page.get_by_role("button", name="概览").click()
    sheet = page.get_by_role("complementary")
    expect(sheet).to_contain_text("最要紧的缺口")
    sheet.get_by_role("button", name="催化剂").click()
    assert selected(page) == "chain-link:catalyst"


def test_only_neighbours_stay_bright_beside_a_selection(page: Page) -> None:
    page.get_by_role("button", name="全图").click()
    settle(page)
    near, far = "chain-link:system", "chain-link:truck"
    before = pixel(page, near, -66, -12), pixel(page, far, -66, -12)
    page.evaluate("bulian.select('chain-link:stack')")
    settle(page)
    assert pixel(page, near, -66, -12) == before[0]
    assert pixel(page, far, -66, -12) != before[1]


def test_surroundings_grow_hop_by_hop_and_give_way_to_the_whole_map(page: Page) -> None:
    whole = drawn(page)
    page.evaluate("bulian.select('chain-link:plate')")
    sheet = page.get_by_role("complementary")
    sheet.get_by_role("button", name="只看周边").click()
    near = drawn(page)
    assert 1 < near < whole
    expect(page.locator("#counts")).to_contain_text("周边 1 层")
    sheet.get_by_role("button", name="再扩一层").click()
    assert near < drawn(page) < whole
    sheet.get_by_role("button", name="返回全图").click()
    assert drawn(page) == whole


HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><b>粗</b>"


def test_hostile_text_is_shown_as_text(open_page: OpenPage) -> None:
    sheet = Sheet(
        lead=HOSTILE,
        summary=HOSTILE,
        facts=((HOSTILE, HOSTILE),),
        parts=(Part(HOSTILE, (Entry(HOSTILE, note=HOSTILE, source_ids=("s",)),)),),
    )
    items = [Item("firm:a", HOSTILE, "Firm", names=(HOSTILE,), sheet=sheet), Item("firm:b", "乙", HOSTILE)]
    lines = [Line("firm:a", "firm:b", HOSTILE, role=HOSTILE, note=HOSTILE)]
    sources = (SourceRef("s", HOSTILE, "javascript:document.title='owned'"),)
    page = open_page(made_page(items, lines, title=HOSTILE, region=HOSTILE, sources=sources))
    page.locator("input[type=search]").fill("img")
    expect(page.get_by_role("option")).to_contain_text("<img src=x")
    page.locator("input[type=search]").press("Enter")
    shown = page.get_by_role("complementary")
    expect(shown.locator("h2")).to_have_text(HOSTILE)
    expect(shown.locator(".sources")).to_contain_text(HOSTILE)
    page.mouse.move(*(page.evaluate("(() => { const a = bulian.at('firm:a'); return [a.x, a.y + 120]; })()")))
    assert page.locator("img").count() == 0
    assert shown.locator("b, a[href^=javascript]").count() == 0
    assert HOSTILE in page.title()
    ElementTree.fromstring(page.evaluate("bulian.svg()"))


# ---------------------------------------------------------------- exports


def export(page: Page, name: str) -> Path:
    with page.expect_download() as caught:
        page.get_by_role("button", name=name, exact=True).click()
    file = caught.value
    assert file.suggested_filename == f"氢能产业链图谱-新区.{name.lower()}"
    return Path(file.path())


def test_exports_are_made_in_the_page(page: Page, html: str) -> None:
    nodes = block_of(html, "graph")["nodes"]
    png = export(page, "PNG").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") > 1000
    assert len(png) > 30_000, "an empty picture would be small"
    svg = ElementTree.parse(export(page, "SVG")).getroot()
    assert {t.text for t in svg.iter(f"{SVG}title")} == {n["label"] for n in nodes}
    assert "氢能产业链图谱" in "".join(svg.itertext())
    data = json.loads(export(page, "JSON").read_text("utf-8"))
    assert {n["id"] for n in data["nodes"]} == {n["id"] for n in nodes}
    assert data["sources"]["source:list"]["url"] == "https://example.org/list"


def test_the_table_holds_what_is_drawn_and_no_formula(page: Page, html: str, open_page: OpenPage) -> None:
    page.get_by_role("button", name="缺失").click()
    rows = list(csv.DictReader(export(page, "CSV").read_text("utf-8-sig").splitlines()))
    nodes = [n for n in block_of(html, "graph")["nodes"] if n["status"] != "missing"]
    assert [r["id"] for r in rows] == [n["id"] for n in nodes]
    assert {r["kind_label"] for r in rows} == {"产业链环节", "企业", "实验室"}
    assert next(r for r in rows if r["id"] == "chain-link:system")["sources"] == "https://example.org/list"
    other = open_page(made_page([Item("firm:a", '=1+1,"x"', "Firm")]))
    with other.expect_download() as caught:
        other.get_by_role("button", name="CSV").click()
    [row] = csv.DictReader(Path(caught.value.path()).read_text("utf-8-sig").splitlines())
    assert row["label"] == '\'=1+1,"x"'


# ---------------------------------------------------------------- address, keyboard, sizes


def test_the_address_brings_back_the_same_view(page: Page, html: str, open_page: OpenPage) -> None:
    page.get_by_label("实验室").uncheck()
    page.get_by_role("button", name="已覆盖").click()
    page.evaluate("bulian.select('chain-link:plate')")
    page.get_by_role("button", name="只看周边").click()
    page.get_by_role("button", name="放大").click()
    settle(page)
    kept = page.evaluate("location.hash")
    again = open_page(html, hash=kept)
    for asked in ("bulian.drawn()", "bulian.state.selected", "bulian.state.ego", "location.hash"):
        assert again.evaluate(asked) == page.evaluate(asked), asked
    expect(again.get_by_label("实验室")).not_to_be_checked()
    expect(again.get_by_role("button", name="已覆盖")).to_have_attribute("aria-pressed", "false")
    expect(again.get_by_role("complementary").locator("h2")).to_have_text("双极板")
    old, new = page.evaluate("bulian.view()"), again.evaluate("bulian.view()")
    assert all(abs(old[k] - new[k]) < 1.5 for k in ("x", "y", "scale"))


def test_a_link_to_a_node_opens_it_and_nonsense_does_no_harm(html: str, open_page: OpenPage) -> None:
    page = open_page(html, hash="#sel=chain-link:plate")
    assert selected(page) == "chain-link:plate"
    page.evaluate("location.hash = '#sel=firm:sys-a'")
    expect(page.get_by_role("complementary").locator("h2")).to_have_text("甲动力系统有限公司")
    nonsense = open_page(html, hash="#sel=%3Cimg%3E&off=Nothing&ego=99~x&view=a,b,c&status=__proto__")
    assert selected(nonsense) is None
    assert nonsense.evaluate("bulian.hidden()") == 0


def test_the_map_can_be_used_without_a_mouse(page: Page) -> None:
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    first = selected(page)
    assert first
    x = page.evaluate("(id) => bulian.place.get(id).x", first)
    page.keyboard.press("ArrowRight")
    second = selected(page)
    assert second != first
    assert page.evaluate("(id) => bulian.place.get(id).x", second) > x
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sheet"
    page.keyboard.press("Escape")
    assert selected(page) is None
    scale = page.evaluate("bulian.view().scale")
    page.keyboard.press("+")
    settle(page)
    assert page.evaluate("bulian.view().scale") > scale
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_narrow_window_puts_the_sheet_below(html: str, open_page: OpenPage) -> None:
    page = open_page(html, width=390, height=800)
    page.evaluate("bulian.select('chain-link:plate')")
    sheet = page.get_by_role("complementary").bounding_box()
    assert sheet
    assert (sheet["x"], sheet["width"]) == (0, 390)
    assert sheet["y"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_prints_as_one_drawing(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#print svg")).to_be_visible()
    expect(page.locator("#top")).to_be_hidden()
    expect(page.locator("#map")).to_be_hidden()


def test_english_pages_speak_english(small: Store, open_page: OpenPage) -> None:
    page = open_page(chain_page(small, "en"))
    expect(page.locator("input[type=search]")).to_have_attribute(
        "placeholder", "Search name, alias or pinyin"
    )
    page.evaluate("bulian.select('chain-link:plate')")
    expect(page.get_by_role("complementary")).to_contain_text("Ways to act")


def test_an_empty_picture_says_so(open_page: OpenPage) -> None:
    page = open_page(made_page([]))
    assert drawn(page) == 0
    expect(page.locator("#empty")).to_be_visible()


def test_five_thousand_nodes_can_be_used(open_page: OpenPage) -> None:
    chance = random.Random(7)
    kinds = ("Firm", "ChainLink", "University", "Talent")
    items = [Item(f"firm:{n}", f"西安第{n}氢能科技有限公司", kinds[n % 4]) for n in range(5000)]
    pairs = ((chance.randrange(5000), chance.randrange(5000)) for _ in range(10_000))
    lines = [Line(f"firm:{a}", f"firm:{b}", "SUPPLIES") for a, b in pairs if a != b]
    page = open_page(made_page(items, lines, columns=5))
    assert drawn(page) == 5000
    page.get_by_label("人才").uncheck()
    assert drawn(page) == 3750
    page.locator("input[type=search]").fill("第4998氢能")
    page.locator("input[type=search]").press("Enter")
    assert selected(page) == "firm:4998"
