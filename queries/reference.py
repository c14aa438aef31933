"""The reference of the query packs, docs/queries.md: made from the pack files, never written by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bulian.queries.pack import GROUPS, Pack, column_label, packs
from bulian.queries.parameters import Parameter

DEFAULT_PATH = Path("docs/queries.md")
_GROUP_TITLES = {
    "gaps": ("补链缺口", "Gaps"),
    "candidates": ("候选企业", "Candidates"),
    "collaboration": ("跨区域协作", "Collaboration"),
    "quality": ("数据质量", "Data quality"),
    "explore": ("浏览", "Exploring"),
}
_INTRO = """\
# Query packs · 查询包

Made by `python -m bulian.queries.pack` from the files in `queries/`; do not edit.

`bulian query list` lists them, `bulian query show NAME` prints one with its Cypher, and
`bulian query run NAME -p key=value …` runs it. Places, chains and links may be given by name.
`region` falls back on `BULIAN_REGION`.
"""


def markdown() -> str:
    """The whole page: a table of contents by group, then a section for each pack."""
    parts = [_INTRO]
    for group in GROUPS:
        zh, en = _GROUP_TITLES[group]
        members = [p for p in packs().values() if p.group == group]
        rows = [f"| [{p.name}](#{p.name}) | {p.title.zh} | {p.title.en} |" for p in members]
        parts.append(
            "\n".join([f"## {en} · {zh}", "", "| pack | 标题 | title |", "|---|---|---|", *rows]) + "\n"
        )
    return "\n".join([*parts, *(_section(p) for p in packs().values())])


def _section(pack: Pack) -> str:
    lines = [f"### {pack.name}", "", pack.question.zh, "", pack.question.en, ""]
    if pack.parameters:
        lines += ["| parameter | 参数 | type | default | example |", "|---|---|---|---|---|"]
        lines += [_parameter(p) for p in pack.parameters] + [""]
    columns = ", ".join(f"`{c}` {column_label(c, 'zh')}" for c in pack.columns)
    return "\n".join([*lines, f"Columns: {columns}", ""])


def _parameter(p: Parameter) -> str:
    default = "required" if p.required else _cell(p.default) if p.default is not None else "none"
    if p.name == "region" and p.default is None:
        default = "`BULIAN_REGION`"
    return f"| `{p.name}` | {p.label.zh} | {p.type} | {default} | {_cell(p.example)} |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"`{';'.join(value)}`" if isinstance(value, list) else f"`{value}`"


def main(arguments: Sequence[str]) -> int:
    """Write the page to the path given, or to docs/queries.md of the current folder."""
    path = Path(arguments[0]) if arguments else DEFAULT_PATH
    path.write_text(markdown(), encoding="utf-8")
    print(path, file=sys.stderr)
    return 0
