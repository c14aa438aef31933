"""What the side sheet says: facts of a node, and of a link what its gap finding rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bulian.ontology.model import Ontology, Property
from bulian.queries.findings import Assessment, Gap, Maker
from bulian.records import Cell
from bulian.viz.explorer_model import Entry, Part, Sheet
from bulian.viz.explorer_read import Detail, Relation
from bulian.viz.explorer_text import say

# Said elsewhere on the sheet, or of use to machines only.
UNSAID = {
    "id",
    "name",
    "summary",
    "source_ids",
    "chain_id",
    "aliases",
    "confidence",
    "updated_at",
    "is_group",
}
MAKERS, TOP = 40, 15  # entries of a list of makers; of the list of gaps
SCHEMES = {"ChainLink": {"stage": "stage"}, "Place": {"level": "place-level"}}


def node_sheet(detail: Detail, ontology: Ontology, lang: str) -> Sheet:
    """The properties of a node by the ontology's labels, its featured ones first."""
    return Sheet(
        summary=detail.text("summary"),
        facts=node_facts(detail, ontology, lang),
        source_ids=detail.source_ids,
    )


def node_facts(detail: Detail, ontology: Ontology, lang: str) -> tuple[tuple[str, str], ...]:
    cls = ontology.classes.get(detail.kind)
    names = [*cls.featured, *(p for p in cls.properties if p not in cls.featured)] if cls else []
    facts = [
        (ontology.properties[n].label[lang], value)
        for n in names
        if n not in UNSAID
        and not ontology.properties[n].internal
        and (value := said(detail.props.get(n), ontology.properties[n], ontology, lang))
    ]
    aliases = ("aliases", "；".join(detail.aliases))
    confidence = ("confidence", ontology.code_label("confidence", detail.confidence, lang))
    updated = ("updated_at", detail.text("updated_at"))
    common = [(ontology.properties[n].label[lang], v) for n, v in (aliases, confidence, updated) if v]
    return (*facts, *common)


def said(value: Cell, prop: Property, ontology: Ontology, lang: str) -> str:
    """A value as a reader sees it: codes written out, lists joined."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say("yes" if value else "no", lang)
    if isinstance(value, list):
        return ("; " if lang == "en" else "；").join(said(v, prop, ontology, lang) for v in value)
    if prop.scheme:
        return ontology.code_label(prop.scheme, str(value), lang)
    return value.isoformat() if isinstance(value, date) else str(value)


def gap_sheet(gap: Gap, detail: Detail, ontology: Ontology, lang: str) -> Sheet:
    """A link's finding: reason, actions with their evidence, who is where, and the numbers."""
    makers = [
        part(say(title, lang), group, ontology, lang)
        for title, group in (
            ("local_firms", gap.local),
            ("local_orgs", gap.local_orgs),
            ("nearby", gap.nearby),
            ("national", gap.national),
        )
        if group
    ]
    actions = Part(
        say("actions", lang),
        tuple(Entry(ontology.code_label("gap-action", a.action, lang), note=a.evidence) for a in gap.actions),
    )
    evidence = ontology.code_label("gap-evidence", gap.evidence, lang)
    numbers = [
        (say("evidence", lang), evidence),
        (say("hidden_firms", lang), str(gap.hidden) if gap.hidden else ""),
        (say("priority", lang), f"{gap.priority:.2f}" if gap.actions else ""),
        (say("demand", lang), str(gap.demand)),
        (say("reach", lang), str(gap.downstream_reach)),
        (say("feasibility", lang), f"{gap.feasibility:.2f}"),
    ]
    return Sheet(
        lead=gap.reason,
        summary=detail.text("summary"),
        facts=(*(n for n in numbers if n[1]), *node_facts(detail, ontology, lang)),
        parts=tuple([actions] if gap.actions else []) + tuple(makers),
        source_ids=tuple(dict.fromkeys((*detail.source_ids, *gap.source_ids))),
    )


def part(title: str, makers: Sequence[Maker], ontology: Ontology, lang: str) -> Part:
    """A list of organizations with city and confidence; long ones are cut and say so."""
    return Part(title, tuple(maker(m, ontology, lang) for m in makers[:MAKERS]), max(0, len(makers) - MAKERS))


def maker(m: Maker, ontology: Ontology, lang: str) -> Entry:
    cls = ontology.class_of_id(m.id)
    kind = cls.label[lang] if cls and cls.name != "Firm" else ""
    confidence = ontology.code_label("confidence", m.confidence, lang) if m.confidence else ""
    graded = f"{ontology.properties['confidence'].label[lang]} {confidence}" if confidence else ""
    as_of = f"{say('as_of', lang)} {m.as_of.isoformat()}" if m.as_of else ""
    note = " · ".join(x for x in (kind, m.city, graded, as_of) if x)
    return Entry(m.label(lang), m.id, note, m.source_ids)


def overview(assessment: Assessment | None, ontology: Ontology, lang: str) -> Sheet:
    """The page as a whole: counts by status, the gaps that matter most, and what could not be counted."""
    if assessment is None:
        return Sheet()
    counts = [
        (c.label[lang], str(sum(g.status == c.code for g in assessment.gaps)))
        for c in ontology.scheme("gap-status").concepts.values()
    ]
    open_gaps = [g for g in assessment.gaps if g.status == "missing"]
    entries = tuple(
        Entry(
            g.link,
            g.link_id,
            " · ".join([ontology.code_label("gap-action", g.action, lang), g.reason][not g.action :]),
        )
        for g in open_gaps[:TOP]
    )
    general = tuple(
        Entry(m.label(lang), m.id, link.name_en if lang == "en" and link.name_en else link.name)
        for link, m in assessment.too_general
    )
    parts = [Part(say("top_gaps", lang), entries, len(open_gaps) - len(entries))]
    if general:
        parts.append(Part(say("too_general", lang), general[:MAKERS], max(0, len(general) - MAKERS)))
    return Sheet(facts=tuple(counts), parts=tuple(parts))


def line_note(relation: Relation, ontology: Ontology, lang: str) -> str:
    """What a relationship says of itself: detail, whether it is inferred, as of when."""
    inferred = ontology.code_label("assertion", "inferred", lang) if relation.assertion == "inferred" else ""
    as_of = relation.as_of.isoformat() if relation.as_of else ""
    return " · ".join(x for x in (relation.detail, inferred, as_of) if x)


def search_names(detail: Detail) -> tuple[str, ...]:
    """Every name that search should find, lower case; pinyin is made where the graph holds none."""
    spoken: Iterable[str] = detail.pinyin or _pinyin(detail.name)
    names = (detail.name, detail.text("name_en"), detail.text("short_name"), *detail.aliases, *spoken)
    return tuple(dict.fromkeys(n.lower() for n in names if n))


def _pinyin(name: str) -> tuple[str, ...]:
    if name.isascii():
        return ()
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
