"""A whole load: read the graph, take in the datasets one after the other, write what differs."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bulian.errors import UnknownName
from bulian.graph.manifest import DatasetRecord
from bulian.graph.store import Store
from bulian.loaders import sources
from bulian.loaders.dataset import SHIPPED, Dataset, digest, nearest_names
from bulian.loaders.datasetload import DatasetLoad, DatasetResult
from bulian.loaders.image import Changes, Image, read_image
from bulian.loaders.pinyin import pinyin_forms
from bulian.loaders.quarantine import write_quarantine
from bulian.loaders.report import LoadReport, TooGeneral, report_of
from bulian.loaders.row import Row
from bulian.ontology import load_ontology
from bulian.records import Node, Value

Progress = Callable[[str, int, int | None], None]
_FIRM, _OPERATES, _BROADER, _FEEDS = "Firm", "OPERATES_IN", "BROADER", "FEEDS"


class Run:
    """One call of `load`."""

    def __init__(self, store: Store, progress: Progress, today: date, mapping: str | None = None) -> None:
        self.store = store
        self.mapping = mapping
        self.progress = progress
        self.today = today
        self.ontology = load_ontology()

    def load(self, datasets: Sequence[Dataset], quarantine: Path, *, fail: bool, dry_run: bool) -> LoadReport:
        with _uncollected():
            return self._load(datasets, quarantine, fail=fail, dry_run=dry_run)

    def _load(
        self, datasets: Sequence[Dataset], quarantine: Path, *, fail: bool, dry_run: bool
    ) -> LoadReport:
        self.progress("graph", 0, None)
        image = read_image(self.store, self.ontology)
        _check_replaced(datasets, image)
        results = [DatasetLoad(d, image, self.ontology, self.today, self.progress).run() for d in datasets]
        report = report_of(results)
        report.too_general = _too_general(image, results)
        report.dry_run = dry_run
        report.loaded = not dry_run and not (fail and report.rejected)
        if not dry_run:
            report.quarantine = self._set_aside(results, quarantine)
        if report.loaded:
            self._write(image.changes(), datasets)
        return report

    def _set_aside(self, results: Iterable[DatasetResult], folder: Path) -> Path | None:
        rows: dict[str, list[Row]] = {}
        for result in results:
            found = rows.setdefault(result.dataset.info.name, [])
            found += [r for f in result.files for r in f.rows]
        written = [write_quarantine(folder, name, members) for name, members in rows.items()]
        return folder if any(written) else None

    def _write(self, changes: Changes, datasets: Sequence[Dataset]) -> None:
        """Nodes, then relationships, then what is withdrawn; nothing at all when nothing differs."""
        known = {(d.name, d.source, d.sha256) for d in self.store.datasets}
        records = [r for d in datasets for r in _records(d, self.mapping)]
        fresh = [r for r in records if (r.name, r.source, r.sha256) not in known]
        if not changes and not fresh:
            return
        self.store.ensure_schema(self.ontology)
        nodes = [self._finished(n) for n in (*changes.created_nodes, *changes.changed_nodes)]
        edges = [*changes.created_edges, *changes.changed_edges]
        self.progress("write", 0, len(nodes) + len(edges))
        self.store.upsert_nodes(nodes, self.ontology)
        self.progress("write", len(nodes), len(nodes) + len(edges))
        self.store.upsert_edges(edges)
        self.store.delete_edges(changes.deleted_edges)
        for label in sorted({n.label for n in changes.deleted_nodes}):
            self.store.delete_nodes(label, [n.id for n in changes.deleted_nodes if n.label == label])
        taken_over = {d.info.name for d in datasets if d.replaces}
        self.store.forget_datasets(r.name for r in self.store.datasets if _dataset_name(r) in taken_over)
        for record in records:
            self.store.record_dataset(record)
        self.store.commit()

    def _finished(self, node: Node) -> Node:
        """With the day of the change and, for search, its names in pinyin."""
        props: dict[str, Value] = {**node.props, "updated_at": self.today}
        if node.label != sources.LABEL and (forms := pinyin_forms(node.props)):
            props["pinyin"] = forms
        return replace(node, props=props)


def _check_replaced(datasets: Iterable[Dataset], image: Image) -> None:
    """A file can only take the place of a dataset that is there."""
    known = sorted(image.days.retrieved)
    for dataset in datasets:
        name = dataset.info.name
        if dataset.single and dataset.replaces and name not in known:
            hint = f"the graph has {', '.join(known)}" if known else "the graph has no dataset yet"
            raise UnknownName("dataset", name, nearest_names(name, known), hint=hint)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look through millions of live records again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _too_general(image: Image, results: Iterable[DatasetResult]) -> list[TooGeneral]:
    """Firms on links that have children and take part in no supply arc, or that are declared groups."""
    parents = {e.to_id for e in image.edges(_BROADER)}
    supplying = {end for e in image.edges(_FEEDS) for end in (e.from_id, e.to_id)}
    found: dict[tuple[str, str], TooGeneral] = {}
    for result in results:
        for link in result.links:
            type_, firm_id, link_id, _ = link.key
            if type_ != _OPERATES or (firm_id, link_id) in found:
                continue
            firm, group = image.node(firm_id), image.node(link_id)
            if firm is None or group is None or firm.label != _FIRM:
                continue
            if group.props.get("is_group") is True or (link_id in parents and link_id not in supplying):
                names = str(firm.props.get("name", "")), str(group.props.get("name", ""))
                found[firm_id, link_id] = TooGeneral(firm_id, names[0], link_id, names[1])
    return list(found.values())


def _records(dataset: Dataset, mapping: str | None) -> list[DatasetRecord]:
    """What `bulian load` can be given again, from any folder: the source, or each of several single files."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    name, source = dataset.info.name, dataset.source
    options: dict[str, str] = {}
    if mapping:
        options["mapping"] = str(Path(mapping).resolve()) if Path(mapping).exists() else mapping
    if not dataset.single:
        known = source if source.startswith(SHIPPED) else str(Path(source).resolve())
        return [DatasetRecord(name, known, dataset.sha256, now, options)]
    paths = [f.path.resolve() for f in dataset.files]
    options["dataset"] = name
    return [DatasetRecord(f"{name}: {p}", str(p), digest([p]), now, options) for p in paths]


def _dataset_name(record: DatasetRecord) -> str:
    return record.options.get("dataset", record.name)
