"""The report in a real Chromium: on paper and on screens, with the network off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page
from report_graph import HOSTILE, NOW, report, small_store

from bulian import loaders
from bulian.graph import open_store
from bulian.ontology import load_ontology
from bulian.queries.gaps import assess
from bulian.records import Node
from bulian.viz.report import ReportData, build_report
from bulian.viz.report_render import render_html

if TYPE_CHECKING:
    from browser import OpenPage

pytest_plugins = ("browser",)

A4 = (595, 842)  # points
CLUSTERS = ("chain:hydrogen", "chain:connected-vehicles", "chain:drones")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The three clusters of the shipped dataset: a report of the size that people print."""
    folder = tmp_path_factory.mktemp("print")
    with open_store(f"kglite:{folder / 'graph.kgl'}", write=True) as store:
        loaders.load(["shipped:xixian"], store, quarantine_dir=folder)
        found = assess(store, "place:xixian-new-area", CLUSTERS)
        return replace(build_report(store, load_ontology(), found), generated_at=NOW)


@pytest.fixture
def page(data: ReportData, open_page: OpenPage) -> Iterator[Page]:
    return open_page(render_html(data))


def test_prints_on_a4_in_a_sane_number_of_pages(page: Page, data: ReportData) -> None:
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {A4}
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    gaps = sum(len(c.findings) for c in data.chains)
    assert gaps > 200
    assert gaps / 8 < pages < gaps / 3.5  # about six findings a page, and the rest of the report


def test_nothing_is_cut_off_at_the_right_margin_of_the_paper(page: Page) -> None:
    page.set_viewport_size({"width": 680, "height": 1000})  # 180 mm: A4 without its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    out = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 681)
           .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"""
    )
    assert out == []


def test_headings_repeat_and_findings_are_not_split(page: Page) -> None:
    page.emulate_media(media="print")
    style = "(s, p) => getComputedStyle(document.querySelector(s)).getPropertyValue(p)"
    for selector, name, value in (
        (".gaps thead", "display", "table-header-group"),
        (".gaps .gap", "break-inside", "avoid"),
        ("section.chain", "break-before", "page"),
        ("h2", "break-after", "avoid"),
        (".status.s-missing", "print-color-adjust", "exact"),
    ):
        got = page.evaluate(f"([s, p]) => ({style})(s, p)", [selector, name])
        assert (selector, name, got) == (selector, name, value)


def test_pages_are_numbered(page: Page) -> None:
    rule = page.evaluate(
        """[...document.styleSheets[0].cssRules].filter(r => r instanceof CSSPageRule)
           .map(r => r.cssText).join()"""
    )
    assert "counter(page)" in rule
    assert "counter(pages)" in rule


@pytest.mark.parametrize("width", [1280, 390])
def test_fits_a_screen_and_a_phone(width: int, data: ReportData, open_page: OpenPage) -> None:
    page = open_page(render_html(data), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_status_can_be_read_without_colour(page: Page) -> None:
    """What a colour says is also said by a word, a line or a pattern."""
    fills = page.evaluate(
        """[...document.querySelectorAll('.chart pattern')]
           .map(p => p.innerHTML.replace(/#[0-9A-Fa-f]{6}/g, ''))"""
    )
    assert len(set(fills)) == len(fills) == 4
    border = "s => getComputedStyle(document.querySelector(s)).borderTopStyle"
    assert page.evaluate(border, ".chip.s-missing") == "dashed"
    assert page.evaluate(border, ".chip.s-single_source") == "solid"
    assert page.locator(".gaps .status").first.inner_text() == "缺失"


def test_text_has_contrast(page: Page) -> None:
    """WCAG AA: at least 4.5 to 1 for every text on what it stands on."""
    low = page.evaluate(
        """() => {
          const rgb = c => c.match(/[\\d.]+/g).map(Number);
          const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
          const ground = e => { for (; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if ((c[3] ?? 1) > 0) return c; } return [255, 255, 255]; };
          return [...document.querySelectorAll('main :not(svg *)')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
            .map(e => [e, lum(rgb(getComputedStyle(e).color)), lum(ground(e))])
            .filter(([, a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5)
            .map(([e]) => e.className + ' ' + e.textContent.slice(0, 30)).slice(0, 5);
        }"""
    )
    assert low == []


def test_contents_and_notes_lead_to_their_places(page: Page) -> None:
    page.locator("#contents a").nth(3).click()
    assert page.evaluate("location.hash") == "#c1"
    page.locator(".gaps .ref").first.click()
    assert re.fullmatch(r"#n\d+", page.evaluate("location.hash"))
    assert page.locator(":target").is_visible()


def test_hostile_text_runs_nothing(tmp_path: Path, open_page: OpenPage) -> None:
    with small_store(tmp_path) as store:
        for kind, node_id in (("ChainLink", "chain-link:resin"), ("Place", "place:new-area")):
            node = next(n for n in store.nodes(kind) if n.id == node_id)
            store.upsert_nodes([Node(kind, node_id, {**node.props, "name": f"名{HOSTILE}"})])
        page = open_page(render_html(report(store)))
    assert page.title().startswith("名")  # not "hit", which the script would have set
    assert page.locator("script, img").count() == 0
    assert HOSTILE in page.locator("main").inner_text()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('h2')).borderBottomStyle") == "solid"
    )  # css whole
