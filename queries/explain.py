"""The whole calculation of one finding, as rows that a person can check."""

from __future__ import annotations

from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.queries.findings import Gap, Maker
from bulian.queries.gaps import weights
from bulian.queries.pack import column_label, run_pack
from bulian.records import Row

SECTIONS = {
    "finding": ("结论", "finding"),
    "local": ("本地企业", "local firms"),
    "local_orgs": ("本地研究力量", "local research"),
    "nearby": ("省内其他地区", "elsewhere in the province"),
    "national": ("省外", "outside the province"),
    "priority": ("优先级计算", "priority"),
    "action": ("行动", "actions"),
    "source": ("来源", "sources"),
}


def explain_rows(store: Store, gap: Gap, lang: str, *, codes: bool = False) -> list[Row]:
    """Rows of section, item, value, detail: status and evidence, who is where, each part of the priority,
    each action with its evidence, and the sources behind all of it. `codes`: left in English."""
    say = _Words(lang, codes)
    rows = [
        say.row("finding", gap.link, say.code("gap-status", gap.status), gap.reason),
        say.row("finding", say.name("evidence"), say.code("gap-evidence", gap.evidence)),
        say.row("finding", say.name("hidden"), gap.hidden),
    ]
    groups = {
        "local": gap.local,
        "local_orgs": gap.local_orgs,
        "nearby": gap.nearby,
        "national": gap.national,
    }
    for section, makers in groups.items():
        rows += [say.row(section, m.label(lang), m.id, say.maker(m)) for m in makers]
    rows += _priority(gap, say)
    rows += [
        say.row("action", say.code("gap-action", a.action), len(a.organizations), a.evidence)
        for a in gap.actions
    ]
    used = {s for makers in groups.values() for m in makers for s in m.source_ids} | set(gap.source_ids)
    found = run_pack(store, "sources", {"ids": sorted(used)})
    return rows + [
        say.row(
            "source",
            str(r["source_id"]),
            str(r["source"]),
            " ".join(str(r[k]) for k in ("url", "published") if r[k]),
        )
        for r in found
    ]


class _Words:
    """Headings and codes, as codes or written out."""

    def __init__(self, lang: str, codes: bool) -> None:
        self.lang, self.codes, self.ontology = lang, codes, load_ontology()

    def row(self, section: str, item: str, value: str | int | float, detail: str = "") -> Row:
        heading = section if self.codes else SECTIONS[section][self.lang == "en"]
        return {"section": heading, "item": item, "value": value, "detail": detail}

    def name(self, column: str) -> str:
        return column if self.codes else column_label(column, self.lang)

    def code(self, scheme: str, code: str) -> str:
        return code if self.codes else self.ontology.code_label(scheme, code, self.lang)

    def maker(self, m: Maker) -> str:
        grade = self.code("confidence", m.confidence)
        return " · ".join(x for x in (m.city, grade, str(m.as_of or ""), " ".join(m.source_ids)) if x)


def _priority(gap: Gap, say: _Words) -> list[Row]:
    w = weights()
    rows = [
        say.row(
            "priority", say.name(part), value, f"{w.weight[part]} x {value} = {w.weight[part] * value:.4f}"
        )
        for part, value in gap.parts.items()
    ]
    total = sum(w.weight[k] * v for k, v in gap.parts.items())
    formula = f"{say.code('gap-status', gap.status)} {w.severity[gap.status]} x {total:.4f}"
    return [*rows, say.row("priority", say.name("priority"), gap.priority, formula)]
