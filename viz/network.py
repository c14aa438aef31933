"""A picture with places as a pyvis network, and the renderer's script as it lies in the pyvis package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from bulian.ontology.model import Ontology
from bulian.viz.explorer_model import Item, Line
from bulian.viz.layers import Layout

RENDERER = ("lib", "vis-9.1.2", "vis-network.min.js")
NEUTRAL = "#64748b"
EDGES: dict[str, Any] = {
    "chosen": False,
    "selectionWidth": 0,
    "color": {"color": "#8496b0", "opacity": 0.3, "inherit": False},
    "arrows": {"to": {"enabled": True, "scaleFactor": 0.35}},
}
OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"chosen": False, "fixed": True},
    "interaction": {"dragNodes": False, "hover": True, "multiselect": False, "selectConnectedEdges": False},
}
CURVED = {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.45}
CURVED_UP_TO = 2500  # lines; more are drawn straight, which is several times faster, and fainter
FAINT = 0.14


def build(items: Iterable[Item], lines: Iterable[Line], layout: Layout, ontology: Ontology) -> dict[str, Any]:
    """{nodes, edges, options} for vis-network; every node has its fixed place and physics is off.

    Each node carries `box` (width, height) and is drawn by the page's own renderer. Raises KeyError when an
    item has no place.
    """
    from pyvis.edge import Edge
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    for item in items:
        box = layout.boxes[item.id]
        network.add_node(
            item.id,
            label=item.label,
            shape="custom",
            color=class_colour(ontology, item.kind),
            x=round(box.x + box.w / 2, 1),
            y=round(box.y + box.h / 2, 1),
            box=[round(box.w, 1), round(box.h, 1)],
        )
    # Network.add_edge copies and searches all nodes for every edge; a page has tens of thousands of pairs.
    for number, line in enumerate(lines):
        dashed = {"dashes": [5, 4]} if line.assertion == "inferred" else {}
        network.edges.append(
            Edge(line.source, line.target, True, id=number, hidden=line.quiet, **dashed).options
        )
    lining: dict[str, Any] = {**EDGES, "smooth": CURVED}
    if len(network.edges) > CURVED_UP_TO:
        lining |= {"smooth": {"enabled": False}, "color": {**EDGES["color"], "opacity": FAINT}}
    network.set_options(json.dumps({**OPTIONS, "edges": lining}))
    nodes, edges, _, _, _, options = network.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def class_colour(ontology: Ontology, kind: str) -> str:
    found = ontology.classes.get(kind)
    return (found.colour if found else "") or NEUTRAL


@cache
def renderer() -> str:
    """vis-network's script, from the installed pyvis package."""
    text = files("pyvis").joinpath(*RENDERER).read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script")
