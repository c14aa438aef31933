"""Files into the graph: `load` is the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bulian.errors import UsageError

if TYPE_CHECKING:
    from bulian.graph.store import Store
    from bulian.loaders.report import LoadReport

Progress = Callable[[str, int, int | None], None]


def load(
    sources: Sequence[str],
    store: Store,
    *,
    quarantine_dir: Path,
    mapping: str | None = None,
    on_bad_row: Literal["quarantine", "fail"] | str = "quarantine",
    dry_run: bool = False,
    replace: str | None = None,
    dataset: str | None = None,
    progress: Progress | None = None,
    today: date | None = None,
) -> LoadReport:
    """Load dataset folders, files or `shipped:NAME` into a writable store; every row is accounted for.

    `mapping`: a file or built-in name that says what columns mean. `replace`, `dataset`: the dataset that a
    single file belongs to; with `replace` it takes the place of all that this dataset said. `progress(step,
    done, total)`. The store is written only when all is known, then committed. Raises UsageError and its
    kinds for sources and mappings that cannot be read, GraphUnavailable and QueryError from the store.
    """
    from bulian.loaders.builtin import find_mapping
    from bulian.loaders.dataset import open_dataset, together
    from bulian.loaders.run import Run

    if not sources:
        raise UsageError("nothing to load", "name a folder, a file, or shipped:xixian")
    mappings = find_mapping(mapping) if mapping else ()
    opened = [open_dataset(s, mappings=mappings, replace=replace, name=dataset) for s in sources]
    run = Run(store, progress or _silent, today or datetime.now(UTC).date(), mapping)
    return run.load(together(opened), quarantine_dir, fail=on_bad_row == "fail", dry_run=dry_run)


def _silent(step: str, done: int, total: int | None) -> None:
    """No progress is shown."""
