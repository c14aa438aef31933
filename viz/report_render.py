"""From report data to a page and to Markdown: sentences here, looks in the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bulian import __version__
from bulian.cells import clean
from bulian.viz.charts import Series, stacked_bars
from bulian.viz.report_changes import KINDS, Change
from bulian.viz.report_findings import CITED, SHOWN
from bulian.viz.report_text import PARTS, UNKNOWN, say

if TYPE_CHECKING:
    from jinja2 import Environment

    from bulian.viz.report import ChainPart, Finding, Licence, Party, ReportData

SHIFTS = 15  # shifts of rank or candidates on paper, of the highest findings; the workbook has all


def render_html(data: ReportData) -> str:
    """The report as one self-contained page that asks for nothing from outside."""
    from markupsafe import Markup

    css = files("bulian.viz").joinpath("static/report.css").read_text("utf-8")
    return (
        _environment(True)
        .from_string(_template("report.html"))
        .render(
            _context(data),
            css=Markup(css),
            chart=Markup(_chart(data)),
            page_of=Markup(say("page_of", data.lang)),
        )
    )


def render_markdown(data: ReportData) -> str:
    """The report as Markdown, for wikis and mail."""
    text = _environment(False).from_string(_template("report.md.txt")).render(_context(data))
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _context(data: ReportData) -> dict[str, Any]:
    """What the templates may call. Texts are plain; the page's environment escapes them."""
    lang, zh = data.lang, data.lang != "en"
    t = partial(say, lang=lang)
    marks = {
        "comma": "、" if zh else ", ",
        "semi": "；" if zh else "; ",
        "colon": "：" if zh else ": ",
        "stop": "。" if zh else ". ",
        "open": "（" if zh else " (",
        "close": "）" if zh else ")",
        "dot": " · ",
    }
    return {
        **marks,
        "d": data,
        "t": t,
        "version": __version__,
        "shown": SHOWN,
        "shifts_shown": SHIFTS,
        "title": say("title", lang, region=data.region),
        "number": {n.id: n.number for n in data.notes if n.cited},
        "label": data.label,
        "summary": partial(summary_line, lang=lang),
        "change_line": change_line(data),
        "by_stage": partial(_by_stage, order=list(data.codes["stage"])),
        "grouped": lambda parties: _grouped(parties[:SHOWN]),
        "anchor": lambda f: f.gap.finding_id.replace("/", "-"),
        "reason_sources": _reason_sources,
        "kind": partial(kind_label, lang=lang),
        "state": partial(state_label, data),
        "part": partial(part_label, lang=lang),
        "part_meaning": partial(part_meaning, lang=lang),
        "part_names": marks["comma"].join(part_label(key, lang) for key in data.weight),
        "limit": partial(limit_texts, lang=lang),
        "licence": partial(licence_line, lang=lang),
    }


# ---------------------------------------------------------------- sentences of page, Markdown and workbook


def summary_line(chain: ChainPart, lang: str) -> str:
    """How many links of the chain stand how, and whether anybody looked for the missing ones."""
    n, looked = chain.counts, chain.missing_by_evidence
    text = say(
        "summary_line", lang, chain=chain.name, assessed=chain.assessed, missing=n["missing"],
        single=n["single_source"], thin=n["thin"], covered=n["covered"],
    )  # fmt: skip
    if not n["missing"]:
        return text
    space = " " if lang == "en" else ""
    if looked["not_surveyed"] == n["missing"]:
        return text + space + say("summary_unlooked", lang, missing=n["missing"])
    filtered = say("summary_filtered", lang, n=looked["filtered"]) if looked["filtered"] else ""
    more = say(
        "summary_looked", lang, missing=n["missing"], surveyed=looked["surveyed"],
        unknown=looked["not_surveyed"], filtered=filtered,
    )  # fmt: skip
    return text + space + more


def change_line(data: ReportData) -> str:
    """The changes in one sentence, by kind."""
    changes, lang = data.changes, data.lang
    if changes.other_scope:
        return say("other_scope", lang)
    if not changes.compared_with:
        return say("first_report", lang)
    kinds = [c.kind for c in changes.items]
    told = [say("change_kind", lang, kind=kind_label(k, lang), n=kinds.count(k)) for k in KINDS if k in kinds]
    counts = (", " if lang == "en" else "、").join(told) or say("no_change", lang)
    return say("change_count", lang, name=changes.compared_with, counts=counts)


def kind_label(kind: str, lang: str) -> str:
    return say("evidence_change" if kind == "evidence" else kind, lang)


def state_label(data: ReportData, change: Change, code: str) -> str:
    """The status or evidence before or after a change; a link that did not exist has none."""
    scheme = "gap-evidence" if change.kind == "evidence" else "gap-status"
    return data.label(scheme, code) if code else "—"


def part_label(key: str, lang: str) -> str:
    """Name of a part of the priority; one that has no name here is shown as it is called in the formula."""
    return PARTS[key][0][lang] if key in PARTS else key


def part_meaning(key: str, lang: str) -> str:
    return PARTS[key][1][lang] if key in PARTS else ""


def limit_texts(key: str, lang: str) -> tuple[str, str]:
    """What a limit is called, and what it means for the reader."""
    return UNKNOWN[key][0][lang], UNKNOWN[key][1][lang]


def licence_line(x: Licence, lang: str) -> str:
    """On what terms a data set is given, how many sources it has, and of what day."""
    terms = x.licence or say("licence_none", lang)
    line = say("licence_line", lang, dataset=x.dataset or "—", licence=terms, n=x.sources)
    if x.retrieved is None:
        return line
    return line + ("; " if lang == "en" else "，") + f"{say('retrieved', lang)} {x.retrieved}"


def _reason_sources(f: Finding) -> list[str]:
    """What a finding's sentence rests on: survey, the firms it names, the link's place in the chain."""
    firms = [s for p in f.local for s in p.source_ids[:CITED]]
    return list(dict.fromkeys((*f.survey_sources, *firms, *f.source_ids[:CITED])))


def _by_stage(chain: ChainPart, order: list[str]) -> list[tuple[str, list[Finding]]]:
    """The chain's links by stage, in the order of the scheme; within one, worst first."""
    table: dict[str, list[Finding]] = {}
    for f in (*chain.findings, *chain.covered):
        table.setdefault(f.gap.stage, []).append(f)
    known = {s: i for i, s in enumerate(order)}
    return sorted(table.items(), key=lambda item: (known.get(item[0], len(known)), item[0]))


def _grouped(parties: Iterable[Party]) -> list[tuple[str, list[Party]]]:
    table: dict[str, list[Party]] = {}
    for p in parties:
        table.setdefault(p.where, []).append(p)
    return list(table.items())


def _chart(data: ReportData) -> str:
    series = [Series(code, data.label("gap-status", code), colour) for code, colour in data.colours.items()]
    rows = [(c.name, c.counts) for c in data.chains]
    return stacked_bars(rows, series, title=say("figure_status", data.lang))


# ---------------------------------------------------------------- templates


@cache
def _template(name: str) -> str:
    return files("bulian.viz").joinpath(f"templates/{name}").read_text("utf-8")


@cache
def _environment(html: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    env = Environment(
        autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finalize
    )
    filters: dict[str, Callable[..., Any]] = {
        "two": lambda x: f"{x:.2f}",
        "web": lambda url: str(url).lower().startswith(("http://", "https://")),
        "css_string": _css_string,
        "md": _md,
        "md_url": _md_url,
    }
    env.filters.update(filters)
    return env


def _finalize(value: object) -> object:
    """Text of the data without control characters and direction marks; markup and numbers as they are."""
    return clean(value) if type(value) is str else value


def _css_string(text: str) -> Any:
    """Text as a CSS string; every character that could end it or the style element is written by number."""
    from markupsafe import Markup

    safe = "".join(ch if ch.isalnum() or ch == " " else f"\\{ord(ch):x} " for ch in str(text))
    return Markup(f'"{safe}"')


def _md(text: object) -> str:
    """Text that Markdown takes for nothing but text, on one line."""
    line = " ".join(str(text).split())
    return "".join(f"\\{ch}" if ch in "\\`*_{}[]<>#|~!&" else ch for ch in line)


def _md_url(url: object) -> str:
    """An address between angle brackets; what could end it is percent-encoded."""
    return "".join(f"%{ord(ch):02X}" if ch in '<>[]()|\\`"' or ch <= " " else ch for ch in str(url))
