"""What a graph file was made of, kept beside it, so that the file can always be made again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bulian import __version__
from bulian.errors import GraphUnavailable

GRAPH_FORMAT = 1  # raise it when graphs written before would give wrong answers: they are then rebuilt


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A loaded dataset. `source`: what `bulian load` was given; `loaded_at`: ISO 8601; `options`: how it was
    read (mapping, dataset), so that it can be read that way again."""

    name: str
    source: str
    sha256: str
    loaded_at: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Versions, datasets in the order of loading, and counts by label and relationship type."""

    engine_version: str
    ontology: str
    datasets: tuple[DatasetRecord, ...] = ()
    nodes: dict[str, int] = field(default_factory=dict)
    relationships: dict[str, int] = field(default_factory=dict)
    program_version: str = __version__
    graph_format: int = GRAPH_FORMAT


class GraphBroken(GraphUnavailable):
    """The graph file cannot be used; `records` say what to load to make it again (none: nobody knows)."""

    def __init__(self, message: str, path: Path) -> None:
        found = read(path)
        self.records = found.datasets if found else ()
        super().__init__(message, rebuild_hint(path, self.records))


def manifest_path(graph: Path) -> Path:
    """`graph.kgl` → `graph.manifest.json` in the same folder."""
    return graph.with_name(f"{graph.stem}.manifest.json")


def read(graph: Path) -> Manifest | None:
    """The manifest beside a graph file; None when there is none or it cannot be read."""
    try:
        data: dict[str, Any] = json.loads(manifest_path(graph).read_text(encoding="utf-8"))
        datasets = tuple(DatasetRecord(**d) for d in data.pop("datasets"))
        return Manifest(datasets=datasets, **data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write(graph: Path, manifest: Manifest) -> None:
    """Replaces the manifest in one step. OSError when the folder cannot be written."""
    target = manifest_path(graph)
    temporary = target.with_name(f"{target.name}.tmp.{os.getpid()}.0")
    with temporary.open("w", encoding="utf-8") as out:
        json.dump(asdict(manifest), out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(target)


def rebuild_hint(path: Path, records: Iterable[DatasetRecord]) -> str:
    """How to make a graph file again. Only a file whose sources are known is replaced."""
    loaded = list(dict.fromkeys(r.source for r in records))
    if not loaded:
        return f"nobody knows what it was made of: move {path} away and load your data again to rebuild it"
    words = [f'"{s}"' if " " in s else s for s in loaded]
    return f"rebuild it: bulian load {' '.join(words)}"
