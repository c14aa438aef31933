"""Pages that several explorer tests share: the small graph's chain map, and pictures made by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from small_graph import AS_OF, CHAIN, REGION

from bulian.graph.store import Store
from bulian.ontology import load_ontology
from bulian.queries.findings import Assessment
from bulian.queries.gaps import assess
from bulian.viz.explorer import explore_chain
from bulian.viz.explorer_model import Item, Line, Picture, Section
from bulian.viz.explorer_page import render
from bulian.viz.layers import Block, Column


def assessment(store: Store, lang: str = "zh") -> Assessment:
    return assess(store, REGION, [CHAIN], lang=lang, today=AS_OF)


def chain_page(store: Store, lang: str = "zh", max_nodes: int = 5000) -> str:
    found = assessment(store, lang)
    return explore_chain(store, load_ontology(), found, [CHAIN], REGION, lang=lang, max_nodes=max_nodes)


def made_page(items: list[Item], lines: list[Line] | None = None, columns: int = 1, **more: Any) -> str:
    """A page of items given in order, spread over some columns."""
    keys = [str(n) for n in range(columns)]
    blocks = tuple(
        Block(f"b{key}", key, f"第{key}组", tuple(i.id for i in items[n::columns]))
        for n, key in enumerate(keys)
    )
    picture = Picture(
        title=more.pop("title", "测试图"),
        items=tuple(items),
        lines=tuple(lines or ()),
        sections=(Section("", tuple(Column(k, f"第{k}列") for k in keys), blocks),),
        **more,
    )
    return render(picture, load_ontology())


def block_of(html: str, name: str) -> Any:
    """The data of one JSON block of a page: graph, network or page."""
    found = re.search(rf'<script type="application/json" id="bulian-{name}">(.*?)</script>', html, re.S)
    assert found, f"the page has no bulian-{name}"
    return json.loads(found.group(1))
