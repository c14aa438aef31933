"""Writes small dataset folders, loads them, and shows what a store holds."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bulian import loaders
from bulian.graph.store import Store
from bulian.loaders.report import FileReport, LoadReport
from bulian.ontology import load_ontology

MINI = Path(__file__).parent / "fixtures" / "mini"
TODAY = date(2026, 6, 15)
CODE_1, CODE_2 = "91990100MA0000001G", "91990100MA0000002K"
Rows = Iterable[Mapping[str, Any]]


def csv_text(rows: Rows) -> str:
    """Rows as csv; the columns are all keys in the order met."""
    rows = list(rows)
    columns = list(dict.fromkeys(c for r in rows for c in r))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def dataset(folder: Path, files: Mapping[str, Rows | str | bytes], *, name: str = "x", **card: Any) -> Path:
    """A dataset folder; an earlier one in its place goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    keys = {"name": name, "title": f"dataset {name}", "licence": "CC0", "retrieved": "2026-06-01", **card}
    lines = [f"{k} = {v!r}" if isinstance(v, int) else f'{k} = "{v}"' for k, v in keys.items()]
    (folder / "dataset.toml").write_text("\n".join(lines), encoding="utf-8")
    for file, content in files.items():
        path = folder / (file if "." in file else f"{file}.csv")
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else csv_text(content), encoding="utf-8")
    return folder


def load(store: Store, *sources: Path | str, quarantine: Path | None = None, **options: Any) -> LoadReport:
    """Load, and check that every row is accounted for."""
    where = quarantine or Path(str(sources[0])).parent / "quarantine"
    options.setdefault("today", TODAY)
    report = loaders.load([str(s) for s in sources], store, quarantine_dir=where, **options)
    for file in report.files:
        accounted(file)
    return report


def accounted(file: FileReport) -> None:
    n = file.numbers
    kinds = ("created", "changed", "unchanged", "merged", "quarantined")
    assert n["rows"] == sum(n[k] for k in kinds), (file.file, n)
    assert n["quarantined"] == sum(file.reasons.values()), (file.file, file.reasons)


def file_of(report: LoadReport, stem: str) -> FileReport:
    return next(f for f in report.files if f.file.partition(".")[0] == stem)


def graph_of(store: Store, *, dates: bool = True) -> tuple[dict[str, Any], dict[Any, Any]]:
    """Everything a store holds, by id and edge key. `dates` False: without when records were written."""
    ontology = load_ontology()
    node_counts, edge_counts = store.counts()
    nodes = {
        n.id: (n.label, n.roles, {k: v for k, v in n.props.items() if dates or k != "updated_at"})
        for label in node_counts
        for n in store.nodes(label)
    }
    edges = {e.key: e.props for type_ in edge_counts if type_ in ontology.edges for e in store.edges(type_)}
    return nodes, edges


def node(store: Store, node_id: str) -> dict[str, Any]:
    """Properties of a node. KeyError: it is not there."""
    found: dict[str, Any] = graph_of(store)[0][node_id][2]
    return found


def edges(store: Store, type_: str) -> set[tuple[str, str]]:
    """(from, to) of all relationships of a type."""
    return {(e.from_id, e.to_id) for e in store.edges(type_)}


# Rows that tests start from.


def place(id_: str, name: str, level: str, parent: str = "", **more: Any) -> dict[str, Any]:
    return {"id": id_, "name_zh": name, "level": level, "parent_id": parent, **more}


def firm(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": "firm", "name_zh": name, "city": "云江市", **more}


def link(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name_zh": name, "chain": "hydrogen", "stage": "midstream", **more}


def relation(subject: str, predicate: str, obj: str, **more: Any) -> dict[str, Any]:
    return {"subject_id": subject, "predicate": predicate, "object_id": obj, **more}


PLACES = [
    place("cn", "中国", "country"),
    place("jia", "甲省", "province", "cn"),
    place("yunjiang", "云江市", "city", "jia"),
    place("shishan", "石山市", "city", "jia"),
]
CHAINS = [{"id": "hydrogen", "name_zh": "氢能"}]
LINKS = [link("h-stack", "电堆"), link("h-plate", "双极板", parent_id="h-stack"), link("h-tank", "储氢瓶")]
BASE: dict[str, Rows] = {"places": PLACES, "chains": CHAINS, "chain_links": LINKS}
