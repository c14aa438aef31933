"""The main job on the shipped dataset, from files to a table, a page and a report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bulian.cli import Lang, say
from bulian.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from bulian.ontology.model import Ontology
    from bulian.queries.findings import Assessment, Gap
    from bulian.records import Row

SHIPPED = "shipped:xixian"
TOP = 10
NEAREST = 3
WIDE = 110  # columns of a terminal from which three firms fit beside the rest
WORDS = {
    "gaps": ("最要紧的 {n} 个缺口", "the {n} gaps that matter most"),
    "link": ("环节", "link"),
    "status": ("状态", "status"),
    "evidence": ("依据", "evidence"),
    "priority": ("优先级", "priority"),
    "action": ("行动", "action"),
    "makers": ("最近的企业", "nearest makers"),
    "check": ("待核实：", "to check: "),
    "none": ("图中没有", "none in the graph"),
    "page": ("图谱页面", "explorer"),
    "report": ("缺口报告", "report"),
    "graph": ("图数据", "graph"),
    "unknown": (
        "“未摸底”表示还没有人去核实过：没有记录不等于没有企业。",
        "“not surveyed” means that nobody has looked: no record is not proof of absence.",
    ),
}


def run_demo(folder: Path, lang: Lang) -> None:
    """Load, assess, print, write. Raises BulianError."""
    from bulian.asking import region_id
    from bulian.cli_build import run_load
    from bulian.cli_show import write_report
    from bulian.graph import open_store
    from bulian.ontology import load_ontology
    from bulian.queries.gaps import assess
    from bulian.queries.pack import run_pack
    from bulian.viz import explorer

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"cannot make the folder {folder}: {e.strerror}") from None
    url = f"kglite:{folder / 'graph.kgl'}"
    for line in run_load([SHIPPED], url).notes(lang.value):
        say(line)
    ontology = load_ontology()
    with open_store(url) as store:
        home = region_id(store, None)
        clusters = run_pack(store, "clusters")
        chains = list(dict.fromkeys(str(c["chain_id"]) for c in clusters))
        found = assess(store, home, chains, lang=lang.value)
        page = folder / "explorer.html"
        html = explorer.explore_chain(store, ontology, found, chains, home, lang=lang.value)
        explorer.write_page(html, page)
        report = write_report(store, found, folder / "reports", "html,xlsx", lang)
    _print(found, clusters, ontology, lang)
    places = {"page": page, "report": report / "report.html", "graph": folder / "graph.kgl"}
    for word, path in places.items():
        print(f"{_word(word, lang)}: {path}")


def _print(found: Assessment, clusters: list[Row], ontology: Ontology, lang: Lang) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for cluster in clusters:
        gaps = [g for g in found.gaps if g.chain_id == cluster["chain_id"]]
        name = str(cluster["cluster_en" if lang is Lang.EN else "cluster"] or cluster["cluster"])
        counts = Counter(g.status for g in gaps)
        console.print(f"\n[bold]{name}[/bold] · {found.region}")
        said = [
            f"{ontology.code_label('gap-status', s, lang.value)} {counts[s]}"
            for s in ontology.scheme("gap-status").concepts
        ]
        console.print("  " + " · ".join(said))
        _table(console, [g for g in gaps if g.status != "covered"][:TOP], ontology, lang)
    console.print(_word("unknown", lang) + "\n")


def _table(console: Console, gaps: list[Gap], ontology: Ontology, lang: Lang) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=_word("gaps", lang).format(n=len(gaps)), title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("link", "status", "evidence", "priority", "action", "makers"):
        right, wide = column == "priority", column in ("link", "makers")
        table.add_column(
            _word(column, lang), justify="right" if right else "left", overflow="fold", no_wrap=not wide
        )
    for gap in gaps:
        table.add_row(
            Text(gap.link),
            ontology.code_label("gap-status", gap.status, lang.value),
            ontology.code_label("gap-evidence", gap.evidence, lang.value),
            f"{gap.priority:.2f}",
            ontology.code_label("gap-action", gap.action, lang.value),
            Text(nearest_makers(gap, lang, NEAREST if console.width >= WIDE else 1)),
        )
    console.print(table)


def nearest_makers(gap: Gap, lang: Lang, shown: int) -> str:
    """The firms to look at first, one a line: to be checked here, then here, in the province, elsewhere."""
    makers = [*gap.local, *gap.nearby, *gap.national]
    lines = [f"{_word('check', lang)}{h.firm.label(lang.value)}" for h in gap.hints]
    lines += [m.label(lang.value) + (f"（{m.city}）" if m.city else "") for m in makers[:shown]]
    if len(makers) > shown:
        lines[-1] += f" +{len(makers) - shown}"
    return "\n".join(lines) or _word("none", lang)


def _word(key: str, lang: Lang) -> str:
    return WORDS[key][lang is Lang.EN]
