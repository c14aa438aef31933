"""Nodes and relationships of the graph as items and lines of a page."""

from __future__ import annotations

from dataclasses import replace

from bulian.ontology.model import Ontology
from bulian.queries.findings import Gap
from bulian.viz.explorer_model import Item, Line
from bulian.viz.explorer_read import Detail, Relation
from bulian.viz.explorer_sheet import gap_sheet, line_note, node_sheet, search_names


def make_item(detail: Detail, gap: Gap | None, ontology: Ontology, lang: str) -> Item:
    """An item; with a gap finding it is coloured by status, and a missing link is a ghost."""
    leader = ("leader",) if detail.props.get("is_chain_leader") is True else ()
    chokepoint = ("chokepoint",) if detail.props.get("chokepoint") is True else ()
    item = Item(
        id=detail.id,
        label=detail.label(lang),
        kind=detail.kind,
        look="link" if detail.kind == "ChainLink" else "actor",
        marks=leader + chokepoint,
        names=search_names(detail),
        sheet=node_sheet(detail, ontology, lang),
    )
    if gap is None:
        return item
    return replace(
        item, status=gap.status, ghost=gap.status == "missing", count=len(gap.local),
        sheet=gap_sheet(gap, detail, ontology, lang),
    )  # fmt: skip


def make_line(relation: Relation, ontology: Ontology, lang: str) -> Line:
    return Line(
        source=relation.source,
        target=relation.target,
        kind=relation.kind,
        assertion=relation.assertion,
        role=ontology.code_label("supply-role", relation.role, lang) if relation.role else "",
        note=line_note(relation, ontology, lang),
        source_ids=relation.source_ids,
    )
