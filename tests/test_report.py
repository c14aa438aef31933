"""What a gap report says, on the small graph worked out by hand (fixtures/small/README.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_graph import HOSTILE, add_firm, add_source, report, small_store
from small_graph import REGION, load_small

from bulian.graph.store import Store
from bulian.records import Edge, Node
from bulian.viz.report import ReportData
from bulian.viz.report_findings import SHOWN, findings_json
from bulian.viz.report_render import render_html, render_markdown

MISSING = {"catalyst", "plate", "resin", "membrane", "compressor", "training", "ore"}


class Page(HTMLParser):
    """Elements, ids, links and visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self.style else data

    def values(self, name: str) -> list[str]:
        return [v for _, attrs in self.tags if (v := attrs.get(name))]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with small_store(tmp_path_factory.mktemp("report")) as store:
        yield store


@pytest.fixture(scope="module")
def data(store: Store) -> ReportData:
    return report(store)


@pytest.fixture(scope="module")
def html(data: ReportData) -> str:
    return render_html(data)


def test_counts_are_those_worked_out_by_hand(data: ReportData) -> None:
    hydrogen, drone = data.chains
    assert hydrogen.counts == {"missing": 7, "single_source": 5, "thin": 1, "covered": 1}
    assert hydrogen.missing_by_evidence == {"not_surveyed": 5, "surveyed": 2}
    assert {
        f.gap.link_id.partition(":")[2] for f in hydrogen.findings if f.gap.status == "missing"
    } == MISSING
    assert drone.counts == {"missing": 0, "single_source": 1, "thin": 0, "covered": 0}


def test_ranks_run_through_all_chains_by_priority(data: ReportData) -> None:
    listed = sorted((f for c in data.chains for f in c.findings), key=lambda f: f.rank)
    assert [f.rank for f in listed] == list(range(1, 15))
    assert [f.gap.priority for f in listed] == sorted((f.gap.priority for f in listed), reverse=True)
    assert list(data.top) == listed[:10]
    assert all(f.rank == 0 for c in data.chains for f in c.covered)


def test_candidates_are_nearest_first(data: ReportData) -> None:
    of = {f.gap.link_id.partition(":")[2]: [(p.id, p.where) for p in f.candidates] for f in data.findings}
    assert of["membrane"] == [("firm:membrane-city", "nearby"), ("firm:membrane-near", "nearby")]
    assert of["plate"] == [("firm:plate-coast", "partner"), ("firm:plate-partner", "partner")]
    assert of["resin"] == [("firm:resin-far", "national")]
    assert of["ore"] == []


def test_a_near_candidate_comes_before_a_better_supported_far_one(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        add_source(store)
        add_firm(store, "far", "远方膜厂", "membrane", "place:far-city")
        add_firm(store, "friend", "友市膜厂", "membrane", "place:partner-city")
        weak = {"confidence": "low", "source_ids": ["source:news"], "assertion": "observed"}
        store.upsert_edges(
            [Edge("OPERATES_IN", "Firm", "firm:chem-near", "ChainLink", "chain-link:membrane", weak)]
        )
        found = next(f for f in report(store).findings if f.gap.link_id == "chain-link:membrane")
    assert [p.id.partition(":")[2] for p in found.candidates] == [
        "membrane-city", "membrane-near", "chem-near", "friend", "far",
    ]  # fmt: skip


def test_candidates_carry_products_city_and_sources(data: ReportData) -> None:
    plate = next(f for f in data.findings if f.gap.link_id == "chain-link:plate")
    party = plate.candidates[1]
    assert (party.name, party.city, party.products) == ("友市双极板有限公司", "友市", ("金属双极板",))
    assert party.confidence == "high"
    assert data.numbers(party.source_ids) == "[1]"


def test_every_gap_stands_in_every_text_format(data: ReportData, html: str) -> None:
    page, markdown = Page(html), render_markdown(data)
    facts = json.dumps(findings_json(data), ensure_ascii=False)
    for f in (f for c in data.chains for f in c.findings):
        for text in (page.text, markdown, facts):
            assert f.gap.link in text
            assert f.gap.finding_id in text
        assert f.gap.reason in page.text


def test_codes_are_written_out_and_not_surveyed_is_explained(html: str) -> None:
    text = Page(html).text
    for word in ("缺失", "单点", "未摸底", "已摸底", "本地转化", "跨市协作", "招商引入", "依赖外部"):
        assert word in text
    for code in ("not_surveyed", "single_source", "import_dependent"):
        assert code not in text
    assert "没有记录不等于没有企业" in text
    assert "缺失的 7 个环节中，已摸底 2 个，未摸底 5 个" in text


def test_a_survey_is_cited_where_it_counts(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        add_source(store, "全氟树脂摸底报告")
        survey = next(n for n in store.nodes("Survey") if n.id == "survey:resin-2026")
        store.upsert_nodes([replace(survey, props={**survey.props, "source_ids": ["source:news"]})])
        data = report(store)
    of = {f.gap.link_id.partition(":")[2]: f.survey_sources for f in data.findings}
    assert of["resin"] == ("source:news",)
    assert of["compressor"] == ("source:list",)  # made of the city around the region
    assert of["ore"] == ()  # too old
    assert of["training"] == ()  # of one town only
    number = next(n.number for n in data.notes if n.id == "source:news")
    entry = re.findall(r'id="gap-hydrogen-resin-.*?</tbody>', render_html(data), re.S)[0]
    assert f'href="#n{number}"' in entry


def test_the_newest_survey_of_the_region_is_the_one_cited(tmp_path: Path) -> None:
    surveys = (("a-newest", REGION, 10), ("b-older", REGION, 5), ("c-of-a-town", "place:east-town", 12))
    with small_store(tmp_path) as store:
        for slug, region, day in surveys:
            when = {"region_id": region, "date": date(2026, 6, day), "source_ids": [f"source:{slug}"]}
            survey = {"name": f"摸底{slug}", "link_id": "chain-link:resin", "found": 0, **when}
            store.upsert_nodes([Node("Source", f"source:{slug}", {"name": slug, "source_ids": []})])
            store.upsert_nodes([Node("Survey", f"survey:{slug}", survey)])
            ends = ("Survey", f"survey:{slug}", "ChainLink", "chain-link:resin")
            store.upsert_edges([Edge("SURVEYED", *ends, when)])
        resin = next(f for f in report(store).findings if f.gap.link_id == "chain-link:resin")
    assert resin.gap.evidence == "surveyed"
    assert resin.survey_sources == ("source:a-newest",)


def test_every_reference_leads_somewhere(html: str) -> None:
    page = Page(html)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    inside = [h[1:] for h in page.values("href") if h.startswith("#")]
    assert inside
    assert set(inside) <= set(ids)


def test_the_page_needs_nothing_from_outside(html: str) -> None:
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not page.values("src")
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert {t for t, a in page.tags if (a.get("href") or "").startswith("http")} == {"a"}


def test_sources_are_numbered_by_first_use_and_all_there(data: ReportData, html: str) -> None:
    assert [n.number for n in data.notes] == list(range(1, len(data.notes) + 1))
    cited = set(map(int, re.findall(r'href="#n(\d+)"', html)))
    assert cited == {n.number for n in data.notes if n.cited}
    first = next(n for n in data.notes if n.id == "source:list")
    assert (first.name, first.publisher, first.published) == ("甲市企业名录", "甲市工信局", "2026-05-20")
    assert first.link == "https://example.org/list"


def test_only_web_addresses_become_links(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        for i, url in enumerate(("javascript:alert(1)", "seed:plan.txt#L818", "", "HTTPS://Example.org/甲")):
            props = {"name": f"来源{i}", "url": url, "source_ids": []}
            store.upsert_nodes([Node("Source", f"source:s{i}", {k: v for k, v in props.items() if v != ""})])
        sources = ["source:s0", "source:s1", "source:s2", "source:s3"]
        for i, source in enumerate(sources):
            add_firm(store, f"x{i}", f"企业{i}", "ore", "place:near-city", source_ids=[source])
            edge = next(e for e in store.edges("OPERATES_IN") if e.from_id == f"firm:x{i}")
            store.upsert_edges([replace(edge, props={**edge.props, "source_ids": [source]})])
        data = report(store)
    page = Page(render_html(data))
    away = {h for h in page.values("href") if not h.startswith("#")}
    assert "HTTPS://Example.org/甲" in away
    assert all(h.lower().startswith(("http://", "https://")) for h in away)
    assert "javascript:alert(1)" in page.text  # shown, not hidden
    assert "无网址" in page.text
    limit = next(x for x in data.limits if x.key == "no_url")
    assert {name for name, _ in limit.details} == {"来源0", "来源1", "来源2"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    with small_store(tmp_path_factory.mktemp("hostile")) as store:
        add_source(store, f"来源{HOSTILE}", f"https://example.org/{HOSTILE}")
        add_firm(store, "evil", f"=恶意{HOSTILE}\u202e", "resin", "place:near-city", main_products=[HOSTILE])
        for kind, node_id in (("ChainLink", "chain-link:resin"), ("Place", "place:new-area")):
            node = next(n for n in store.nodes(kind) if n.id == node_id)
            store.upsert_nodes([replace(node, props={**node.props, "name": f"树脂{HOSTILE}"})])
        return report(store)


def test_hostile_text_is_shown_as_text(hostile: ReportData) -> None:
    html = render_html(hostile)
    page = Page(html)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert f"树脂{HOSTILE}" in page.text
    assert "{{7*7}}" in page.text
    assert "\u202e" not in html
    css = html[html.index("<style>") : html.index("</style>")]
    assert "script" not in css or "\\3c script" in css  # written by number, inside a string


def test_hostile_text_stays_one_cell_of_markdown(hostile: ReportData) -> None:
    markdown = render_markdown(hostile)
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", r)) for r in rows if "树脂" in r} == {9}
    assert not re.search(r"(?<!\\)<script", markdown)
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)


def test_what_is_not_known_is_counted(data: ReportData) -> None:
    limits = {x.key: (x.number, x.of) for x in data.limits}
    assert limits["not_surveyed"] == (5, 7)
    assert limits["too_general"] == (1, None)
    assert limits["no_maker"] == (4, 15)  # catalyst, ore, compressor, training
    assert limits["low_confidence"][0] == 1  # sys-b in station
    assert limits["no_url"][0] == 0
    general = next(x for x in data.limits if x.key == "too_general")
    assert general.details == (("东城材料有限公司", "关键材料"),)
    unplaced = next(x for x in data.limits if x.key == "unplaced")
    assert "无址贸易有限公司" in {name for name, _ in unplaced.details}


def test_method_shows_the_formula_with_every_part(data: ReportData, html: str) -> None:
    text = Page(html).text
    assert "优先级 ＝ 严重度 × Σ（权重 × 分项）" in text
    assert set(data.weight) == set(data.top[0].gap.parts)
    for part in ("关键度", "卡脖子", "下游影响", "本地需求", "可行性"):
        assert part in text
    for f in data.top:
        total = sum(data.weight[k] * v for k, v in f.gap.parts.items())
        assert f.gap.priority == pytest.approx(data.severity[f.gap.status] * total, abs=1e-4)


def test_long_lists_of_candidates_are_cut_on_paper_and_said(tmp_path: Path) -> None:
    with small_store(tmp_path) as store:
        add_source(store)
        for i in range(9):
            add_firm(store, f"ore{i}", f"矿业{i}号", "ore", "place:far-city")
        data = report(store)
    ore = next(f for f in data.findings if f.gap.link_id == "chain-link:ore")
    assert len(ore.candidates) == 9
    entry = Page(
        re.findall(r'<tbody class="gap" id="gap-hydrogen-ore-.*?</tbody>', render_html(data), re.S)[0]
    ).text
    assert len(re.findall(r"矿业\d号", entry)) == SHOWN
    assert f"另有 {9 - SHOWN} 家" in entry


def test_english_report_is_english(store: Store) -> None:
    data = report(store, lang="en")
    text = Page(render_html(data)).text
    assert "New Area: industry-chain gap report" in text
    assert "Membrane" in text
    assert "not surveyed" in text
    assert "no record is not proof of absence" in text
    assert [c.name for c in data.chains] == ["Hydrogen", "Drones"]
    assert (
        next(p.city for f in data.findings for p in f.candidates if p.id == "firm:plate-coast")
        == "Coast City"
    )
    assert not re.search("[\u4e00-\u9fff]", text[: text.index("Membrane")])


def test_a_chain_without_gaps_says_so(data: ReportData) -> None:
    hydrogen, drone = data.chains
    whole = replace(data, chains=(replace(hydrogen, findings=()), drone), top=())
    assert "本链没有缺口" in Page(render_html(whole)).text
    assert "本链没有缺口" in render_markdown(whole)


def test_both_engines_give_the_same_report(both_stores: tuple[Store, Store]) -> None:
    found = []
    for store in both_stores:
        load_small(store)
        found.append(report(store))
    assert findings_json(found[0]) == findings_json(found[1])
    assert found[0].licences == found[1].licences
    assert render_html(found[0]) == render_html(found[1])
