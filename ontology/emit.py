"""What is made from the ontology: schemas for both engines, the printed schema, the reference page.

`python -m bulian.ontology.emit` rewrites docs/ontology.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bulian.ontology.model import EdgeType, NodeClass, Ontology, Property
from bulian.records import Row

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"
_PICTURES = (  # what each picture shows: title zh, en, classes
    ("产业链、机构与地方", "Chains, organizations and places",
     ("Place", "Organization", "Firm", "ChainLink", "Chain", "Product", "Technology", "Talent")),
    ("需求、成果与项目", "Demands, results and projects",
     ("Organization", "Talent", "ChainLink", "Demand", "Achievement", "Patent", "Equipment", "Scenario",
      "Project", "Policy", "Survey")),
    ("计划与目标", "Plans and targets",
     ("Action", "Task", "Measure", "PlanItem", "Target", "PlanSystem", "Observation")),
)  # fmt: skip


_KINDS = {
    "string": ("文字", "text"),
    "integer": ("整数", "integer"),
    "decimal": ("数", "number"),
    "boolean": ("是否", "yes or no"),
    "date": ("日期", "date"),
}


def neo4j_schema(ontology: Ontology) -> list[str]:
    """One unique constraint on `id` for each class with nodes of its own; it also makes the index."""
    return [
        f"CREATE CONSTRAINT {c.kebab.replace('-', '_')}_id IF NOT EXISTS "
        f"FOR (n:{c.name}) REQUIRE n.id IS UNIQUE"
        for c in ontology.concrete.values()
    ]


def kglite_schema(ontology: Ontology) -> dict[str, Any]:
    """For `define_schema`: `id` is the key, and every property is declared.

    Declared, a pattern such as `{credit_code: $c}` matches nothing where no node has the property yet;
    undeclared, it raises.
    """
    return {
        "nodes": {
            c.name: {"primary_key": "id", "optional": list(c.properties)} for c in ontology.concrete.values()
        }
    }


def schema_text(ontology: Ontology) -> str:
    """The printed schema: classes, relationship types and codes, one a block. Ends with a line feed."""
    everywhere = _common_properties(ontology)
    lines = [f"# ontology {ontology.version.partition('+')[0]}", "", "## classes", "", "every node"]
    lines += [*(f"  {_property_text(p, ontology)}" for p in everywhere), ""]
    for cls in ontology.classes.values():
        lines += [*_class_lines(cls, ontology, everywhere), ""]
    lines += ["## relationships", ""]
    common = _common_edge_properties(ontology)
    lines.append(f"every relationship: {', '.join(_property_text(p, ontology) for p in common)}")
    lines.append("")
    for edge in ontology.edges.values():
        lines += _edge_lines(edge, ontology, common)
    lines += ["", "## codes", ""]
    for scheme in ontology.schemes.values():
        more = " …" if scheme.open else ""
        lines.append(f"{scheme.name}: {' '.join(scheme.concepts)}{more}")
    return "\n".join(lines) + "\n"


def schema_rows(ontology: Ontology, lang: str) -> list[Row]:
    """The schema as rows: kind, name, label, definition, of (parents, or ends), properties (or codes)."""
    rows = [
        _schema_row(
            "abstract" if c.abstract else "role" if c.role else "class",
            c.name, c.label[lang], c.definition[lang], c.parents, c.properties,
        )
        for c in ontology.classes.values()
    ]  # fmt: skip
    rows += [
        _schema_row(
            "relationship", e.name, e.label[lang], e.definition[lang],
            [f"{'|'.join(e.domain)} -> {'|'.join(e.range)}"], e.properties,
        )
        for e in ontology.edges.values()
    ]  # fmt: skip
    rows += [
        _schema_row("property", p.name, p.label[lang], p.definition[lang], [p.datatype], [])
        for p in ontology.properties.values()
    ]
    rows += [
        _schema_row("codes", s.name, s.label[lang], "", [], list(s.concepts))
        for s in ontology.schemes.values()
    ]
    return rows


def _schema_row(
    kind: str, name: str, label: str, definition: str, of: Sequence[str], properties: Sequence[str]
) -> Row:
    return {
        "kind": kind, "name": name, "label": label, "definition": definition, "of": list(of),
        "properties": list(properties),
    }  # fmt: skip


def _class_lines(cls: NodeClass, ontology: Ontology, everywhere: list[str]) -> Iterator[str]:
    kind = "abstract " if cls.abstract else "role " if cls.role else ""
    above = f" < {' < '.join(cls.ancestors)}" if cls.ancestors else ""
    yield f"{kind}{cls.name}{above}  {cls.label.zh} / {cls.label.en}"
    for name in _own_properties(cls, ontology, everywhere):
        yield f"  {_property_text(name, ontology)}"
    if cls.required:
        yield f"  required: {', '.join(cls.required)}"
    for ref in cls.references:
        arrow = f"<-[{ref.relationship}]-" if ref.inward else f"-[{ref.relationship}]->"
        many, needed = "[]" if ref.many else "", " required" if ref.required else ""
        yield f"  {ref.column}: {arrow} {ref.target}{many}{needed}"


def _own_properties(cls: NodeClass, ontology: Ontology, everywhere: list[str]) -> list[str]:
    inherited = {p for a in cls.ancestors for p in ontology.classes[a].properties}
    return [p for p in cls.properties if p not in inherited and p not in everywhere]


def _common_properties(ontology: Ontology) -> list[str]:
    every = [set(c.properties) for c in ontology.classes.values()]
    return [p for p in ontology.properties if all(p in properties for properties in every)]


def _property_text(name: str, ontology: Ontology) -> str:
    prop = ontology.properties[name]
    kind = prop.scheme or (f"id of {prop.refers_to}" if prop.refers_to else prop.datatype)
    return f"{name}: {kind}{'[]' if prop.many else ''}{' internal' if prop.internal else ''}"


def _edge_lines(edge: EdgeType, ontology: Ontology, common: list[str]) -> Iterator[str]:
    for starts, stops in edge_ends(edge):
        yield f"({'|'.join(starts)})-[{edge.name}]->({'|'.join(stops)})"
    for name in edge.properties:
        if name not in common:
            yield f"  {_property_text(name, ontology)}"
    if edge.key:
        yield f"  key: {', '.join(edge.key)}"
    if edge.acyclic:
        yield "  acyclic"
    if edge.chain:
        yield f"  also: {' '.join(edge.chain)}"


def edge_ends(edge: EdgeType) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What a relationship type joins, class by class where the ontology narrows it."""
    narrowed = dict(edge.pairs)
    wide = tuple(d for d in edge.domain if d not in narrowed)
    return [((d,), r) for d, r in edge.pairs] + ([(wide, edge.range)] if wide else [])


def _common_edge_properties(ontology: Ontology) -> list[str]:
    every = [set(e.properties) for e in ontology.edges.values()]
    return [p for p in ontology.properties if all(p in properties for properties in every)]


# -- the reference page


def reference_markdown(ontology: Ontology, lang: str) -> str:
    """The reference in one language, with pictures; headings begin at level 2."""
    parts = [
        _t(lang, "## 图", "## Pictures"),
        *(_picture(ontology, lang, *picture) for picture in _PICTURES),
        _t(lang, "## 类", "## Classes"),
        _classes_table(ontology, lang),
        _t(lang, "## 关系", "## Relationships"),
        _edges_table(ontology, lang),
        _t(lang, "## 属性", "## Properties"),
        _properties_table(ontology, lang),
        _t(lang, "## 代码", "## Codes"),
        *(_scheme_table(ontology, name, lang) for name in ontology.schemes),
        _t(lang, "## 校验规则", "## Rules of validation"),
        _rules_table(lang),
    ]
    return "\n\n".join(parts) + "\n"


def page(ontology: Ontology) -> str:
    """The whole of docs/ontology.md."""
    head = (
        "# 本体 / Ontology\n\n"
        "本页由 `python -m bulian.ontology.emit` 从 `ontology/*.ttl` 生成，请勿手改。"
        "\n\nMade from `ontology/*.ttl` by `python -m bulian.ontology.emit`; do not edit by hand. "
        "[English](#english) follows the Chinese.\n\n# 中文\n\n"
    )
    return f"{head}{reference_markdown(ontology, 'zh')}\n# English\n\n{reference_markdown(ontology, 'en')}"


def _t(lang: str, zh: str, en: str) -> str:
    return en if lang == "en" else zh


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)


def _picture(ontology: Ontology, lang: str, zh: str, en: str, shown: tuple[str, ...]) -> str:
    """A Mermaid flowchart of the relationships between the classes shown."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in ontology.edges.values():
        if edge.name == "SAME_AS":  # joins anything to itself, and would only clutter
            continue
        for starts, stops in edge_ends(edge):
            for pair in ((a, b) for a in starts for b in stops if a in shown and b in shown):
                arrows.setdefault(pair, []).append(edge.name)
    lines = ["flowchart LR"]
    for name in shown:
        cls = ontology.classes[name]
        lines.append(f'  {name}["{cls.label[lang]}<br/>{name}"]')
        lines.append(f"  style {name} fill:#fff,stroke:{cls.colour},stroke-width:2px")
    for name in shown:
        lines += [f"  {name} -.-> {p}" for p in ontology.classes[name].parents if p in shown]
    lines += [f'  {a} -- "{"<br/>".join(names)}" --> {b}' for (a, b), names in arrows.items()]
    dotted = _t(lang, "虚线指向上位类。", "A dotted arrow leads to the parent class.")
    return "\n".join([f"### {_t(lang, zh, en)}", "", dotted, "", "```mermaid", *lines, "```"])


def _classes_table(ontology: Ontology, lang: str) -> str:
    def rows() -> Iterator[list[str]]:
        for cls in ontology.classes.values():
            own = _own_properties(cls, ontology, everywhere)
            columns = [f"`{r.column}` → {r.relationship}" for r in cls.references]
            yield [
                f"`{cls.name}`",
                cls.label[lang],
                ", ".join([*_class_kind(cls, lang), *cls.parents]),
                cls.definition[lang],
                ", ".join(f"`{p}`" for p in own),
                ", ".join([f"`{cls.file}`" if cls.file else "", *columns]).strip(", "),
            ]

    everywhere = _common_properties(ontology)
    names = ", ".join(f"`{p}`" for p in everywhere)
    first = _t(lang, f"每个节点都有：{names}。", f"Every node has: {names}.")
    head = _t(
        lang,
        "类,名称,上位类,定义,自己的属性,文件和引用列",
        "Class,Label,Parents,Definition,Own properties,File and references",
    )
    return first + "\n\n" + _table(head.split(","), rows())


def _class_kind(cls: NodeClass, lang: str) -> list[str]:
    if cls.abstract:
        return [_t(lang, "抽象", "abstract")]
    return [_t(lang, "角色", "role")] if cls.role else []


def _edges_table(ontology: Ontology, lang: str) -> str:
    common = _common_edge_properties(ontology)

    def rows() -> Iterator[list[str]]:
        for edge in ontology.edges.values():
            ends = [f"{', '.join(a)} → {', '.join(b)}" for a, b in edge_ends(edge)]
            own = [f"`{p}`" for p in edge.properties if p not in common]
            label = f"{edge.label[lang]} / {edge.reverse[lang]}"
            yield [f"`{edge.name}`", label, "<br/>".join(ends), edge.definition[lang], ", ".join(own)]

    names = ", ".join(f"`{p}`" for p in common)
    first = _t(lang, f"每条关系都可以有：{names}。", f"Every relationship may have: {names}.")
    head = _t(
        lang, "类型,名称 / 反向,两端,定义,自己的属性", "Type,Label / reverse,Ends,Definition,Own properties"
    )
    return first + "\n\n" + _table(head.split(","), rows())


def _properties_table(ontology: Ontology, lang: str) -> str:
    rows = [
        [f"`{p.name}`", p.label[lang], _kind_text(p, lang), p.definition[lang]]
        for p in ontology.properties.values()
    ]
    return _table(_t(lang, "属性,名称,取值,定义", "Property,Label,Values,Definition").split(","), rows)


def _kind_text(prop: Property, lang: str) -> str:
    zh, en = _KINDS[prop.datatype]
    kind = _t(lang, zh, en)
    if prop.scheme:
        kind = _t(lang, f"代码 {prop.scheme}", f"code of {prop.scheme}")
    elif prop.refers_to:
        kind = _t(lang, f"{prop.refers_to} 的编号", f"id of a {prop.refers_to}")
    many = _t(lang, "，多个", ", many") if prop.many else ""
    return kind + many + (_t(lang, "，内部", ", internal") if prop.internal else "")


def _scheme_table(ontology: Ontology, name: str, lang: str) -> str:
    scheme = ontology.schemes[name]
    rows = [[f"`{c.code}`", c.label[lang], c.definition[lang]] for c in scheme.concepts.values()]
    table = _table(_t(lang, "代码,名称,定义", "Code,Label,Definition").split(","), rows)
    more = _t(lang, "\n\n也可以用别的词。", "\n\nOther words are allowed too.") if scheme.open else ""
    return f"### {scheme.label[lang]} `{name}`\n\n{table}{more}"


def _rules_table(lang: str) -> str:
    from bulian.ontology.shacl import written_shapes
    from bulian.ontology.shapes import WARNING

    effect = {
        True: _t(lang, "值不进入", "the value is refused"),
        False: _t(lang, "记录不进入", "the record is refused"),
    }
    rows = [[f"`{s.name}`", effect[s.severity == WARNING], s.message[lang]] for s in written_shapes()]
    first = _t(
        lang,
        "以下写在 `ontology/shapes.ttl`。"
        "此外，值的类型、代码、每个类的属性、编号的写法和关系的两端都由本体推出。",
        "These stand in `ontology/shapes.ttl`. The types of values, codes, the properties of each class, "
        "the form of ids and the ends of relationships follow from the ontology.",
    )
    return first + "\n\n" + _table(_t(lang, "规则,不合时,说明", "Rule,Effect,Message").split(","), rows)


def main(arguments: list[str] | None = None) -> None:
    """Rewrites the page, at the path given or its own."""
    from bulian.ontology import load_ontology

    given = sys.argv[1:] if arguments is None else arguments
    target = Path(given[0]) if given else PAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(load_ontology()), encoding="utf-8")
    print(target, file=sys.stderr)


if __name__ == "__main__":
    main()
