"""From a picture to one self-contained HTML page: layout, network, JSON, inlined scripts and styles."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from base64 import b64encode
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bulian import __version__
from bulian.errors import UsageError
from bulian.ontology.model import Ontology
from bulian.viz.explorer_model import Item, Line, Picture, Section, Sheet
from bulian.viz.explorer_text import TEXTS
from bulian.viz.layers import LANE_GAP, Band, Box, Layout, place
from bulian.viz.network import NEUTRAL, build, class_colour, renderer

SCRIPTS = ("graph", "draw", "svg", "sheet", "search", "legend", "page")
SECTION_GAP, SECTION_HEAD = 40.0, 44.0


def render(picture: Picture, ontology: Ontology, *, lang: str = "zh", max_nodes: int = 5000) -> str:
    """The page. Text from the data is only ever inside escaped JSON or escaped HTML."""
    from jinja2 import Environment
    from markupsafe import Markup

    layout, parts = _layout(picture)
    style = _static("explorer.css")
    scripts = [renderer(), *(_static(f"explorer-{name}.js") for name in SCRIPTS)]
    page = _page(picture, layout, parts, ontology, lang, max_nodes)
    template = Environment(autoescape=True).from_string(_read("templates", "explorer.html"))
    return template.render(
        lang=lang,
        version=__version__,
        policy=Markup(_policy(style, scripts)),
        style=Markup(style),
        scripts=[Markup(s) for s in scripts],
        t=page["text"],
        page=page,
        graph_json=Markup(_json(_graph(picture))),
        network_json=Markup(_json(build(picture.items, picture.lines, layout, ontology))),
        page_json=Markup(_json(page)),
    )


def write_page(html: str, path: Path | str) -> Path:
    """Write the page so that a reader sees the old file or the whole new one."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
                out.write(html)
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}", "choose another file with -o") from error
    return target


def _layout(picture: Picture) -> tuple[Layout, list[tuple[Section, Box]]]:
    """Sections under each other, and where each of them lies."""
    arcs = [(line.source, line.target) for line in picture.lines]
    whole, parts = Layout(), []
    for section in picture.sections:
        inside = {i for b in section.blocks for i in (b.header, *b.items)}
        own = [a for a in arcs if a[0] in inside and a[1] in inside]
        part = _titled(section, own, whole.width)
        whole.add_below(part, SECTION_GAP if section.title else LANE_GAP)
        parts.append((section, Box(0, whole.height - part.height, part.width, part.height)))
    return whole, parts


def _titled(section: Section, arcs: list[tuple[str, str]], width: float) -> Layout:
    lanes_only = all(c.lane for c in section.columns)
    part = place(section.columns, section.blocks, arcs, width=width if lanes_only else 0.0)
    if not section.title:
        return part
    titled = Layout(bands=[Band("section", section.title, Box(0, 0, part.width, SECTION_HEAD))])
    titled.height = SECTION_HEAD
    titled.add_below(part, 0.0)
    return titled


def _graph(picture: Picture) -> dict[str, Any]:
    return {
        "nodes": [_node(i) for i in picture.items],
        "edges": [_edge(e) for e in picture.lines],
        "truncated": picture.truncated,
    }


def _node(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "kind": item.kind,
        "ghost": item.ghost,
        "status": item.status,
        "look": item.look,
        "count": item.count,
        "note": item.note,
        "marks": item.marks,
        "names": item.names,
        "sheet": _sheet(item.sheet),
    }


def _edge(line: Line) -> dict[str, Any]:
    return {
        "from": line.source,
        "to": line.target,
        "kind": line.kind,
        "assertion": line.assertion,
        "role": line.role,
        "note": line.note,
        "quiet": line.quiet,
        "source_ids": line.source_ids,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "lead": sheet.lead,
        "summary": sheet.summary,
        "facts": sheet.facts,
        "parts": [
            {
                "title": p.title,
                "more": p.more,
                "entries": [
                    {"text": e.text, "id": e.id, "note": e.note, "source_ids": e.source_ids}
                    for e in p.entries
                ],
            }
            for p in sheet.parts
        ],
        "source_ids": sheet.source_ids,
    }


def _page(
    picture: Picture,
    layout: Layout,
    parts: list[tuple[Section, Box]],
    ontology: Ontology,
    lang: str,
    max_nodes: int,
) -> dict[str, Any]:
    return {
        "lang": lang,
        "title": picture.title,
        "region": picture.region,
        "as_of": picture.as_of.isoformat() if picture.as_of else "",
        "focus": picture.focus,
        "max_nodes": max_nodes,
        "classes": _classes(picture, ontology, lang),
        "statuses": _statuses(picture, ontology, lang),
        "lines": _line_kinds(picture, ontology, lang),
        "bands": [
            {"kind": b.kind, "title": b.title, "titled": b.titled, "colour": b.colour, "box": _corner(b.box)}
            for b in sorted(layout.bands, key=lambda b: b.kind == "block")
        ],
        "size": [layout.width, layout.height],
        "sections": [
            {"title": s.title or s.columns[0].title, "box": _corner(b), "aside": s.aside} for s, b in parts
        ],
        "sources": {
            s.id: {"name": s.name, "url": _web(s.url), "date": s.date, "publisher": s.publisher}
            for s in picture.sources
        },
        "overview": _sheet(picture.overview),
        "text": {key: text[lang] for key, text in TEXTS.items()},
    }


def _classes(picture: Picture, ontology: Ontology, lang: str) -> list[dict[str, Any]]:
    """The classes drawn, in the ontology's order; a kind that it does not know comes last."""
    counts = Counter(i.kind for i in picture.items)
    names = [*(n for n in ontology.classes if n in counts), *sorted(counts.keys() - ontology.classes.keys())]
    return [
        {
            "name": name,
            "label": ontology.classes[name].label[lang] if name in ontology.classes else name,
            "colour": class_colour(ontology, name),
            "count": counts[name],
            "actor": name in ontology.classes and ontology.is_a(name, "Organization"),
        }
        for name in names
    ]


def _statuses(picture: Picture, ontology: Ontology, lang: str) -> list[dict[str, Any]]:
    """All statuses when links have any: none of one kind is worth knowing too."""
    counts = Counter(i.status for i in picture.items if i.status)
    return [
        {"code": c.code, "label": c.label[lang], "colour": c.colour or NEUTRAL, "count": counts[c.code]}
        for c in ontology.scheme("gap-status").concepts.values()
        if counts
    ]


def _line_kinds(picture: Picture, ontology: Ontology, lang: str) -> list[dict[str, Any]]:
    """Relationship types drawn: those always seen first, then by number."""
    counts = Counter(line.kind for line in picture.lines)
    quiet = {line.kind for line in picture.lines if line.quiet}
    return [
        {
            "kind": kind,
            "label": ontology.edges[kind].label[lang] if kind in ontology.edges else kind,
            "reverse": ontology.edges[kind].reverse[lang] if kind in ontology.edges else kind,
            "quiet": kind in quiet,
            "count": count,
        }
        for kind, count in sorted(counts.items(), key=lambda kv: (kv[0] in quiet, -kv[1], kv[0]))
    ]


def _corner(box: Box) -> list[float]:
    return [box.x, box.y, box.w, box.h]


def _web(url: str) -> str:
    """Only what a browser may safely follow stays a link."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _json(data: Any) -> str:
    """JSON that cannot end its script element or begin a comment there."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _policy(style: str, scripts: list[str]) -> str:
    """Nothing from outside, and only the scripts and the style that stand in the page, by their hash."""
    hashes = " ".join(_hash(s) for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def _static(name: str) -> str:
    return _read("static", name)


def _read(folder: str, name: str) -> str:
    text = files("bulian.viz").joinpath(folder, name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")
