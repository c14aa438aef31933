"""Commands that build: demo, load, init, doctor."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulian.cli import (
    Format,
    FormatOption,
    GraphOption,
    Lang,
    LangOption,
    OutputOption,
    VerboseOption,
    app,
    print_rows,
    say,
    verbosity,
)
from bulian.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bulian.graph import DatasetRecord
    from bulian.loaders.report import LoadReport


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where graph, page and report are written.")] = Path(
        "bulian-demo"
    ),
    lang: LangOption = Lang.ZH,
    verbose: VerboseOption = 0,
) -> None:
    """The main job on the shipped dataset: load, print the gaps of three clusters, write page and report."""
    verbosity(verbose)
    from bulian.demo import run_demo

    run_demo(folder, lang)


@app.command()
def init(graph: GraphOption = None, lang: LangOption = Lang.ZH, verbose: VerboseOption = 0) -> None:
    """Make the constraints and indexes that the ontology asks for; safe to repeat."""
    verbosity(verbose)
    from bulian.graph import open_store
    from bulian.ontology import load_ontology

    with open_store(graph, write=True) as store:
        store.ensure_schema(load_ontology())
        store.commit()
        say(f"schema is in place: {store.url}")


@app.command()
def load(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Folders, files, or shipped:xixian.", show_default=False),
    ],
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="Mapping file, or the name of a built-in one.")
    ] = None,
    on_bad_row: Annotated[
        str, typer.Option("--on-bad-row", help="quarantine: set bad rows aside; fail: load nothing.")
    ] = "quarantine",
    quarantine: Annotated[
        Path | None, typer.Option("--quarantine", metavar="DIR", help="Where rejected rows are written.")
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option("--replace", metavar="NAME", help="A single file replaces what dataset NAME said."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")
    ] = False,
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """Load files or dataset folders; every row is accounted for, bad ones are set aside with the reason."""
    verbosity(verbose)
    if output is not None and not output.parent.is_dir():
        raise UsageError(f"no such folder: {output.parent}", "make it first")
    if on_bad_row not in ("quarantine", "fail"):
        raise UnknownName("--on-bad-row", on_bad_row, ("quarantine", "fail"))
    report = run_load(
        sources,
        graph,
        mapping=mapping,
        on_bad_row=on_bad_row,
        quarantine=quarantine,
        replace=replace,
        dry_run=dry_run,
    )
    if format is Format.JSON:
        import json

        text = json.dumps(report.to_json(), ensure_ascii=False, indent=2, default=str)
        print(text) if output is None else output.write_text(text, encoding="utf-8")
    else:
        rows = report.to_rows(lang.value)
        print_rows(rows, list(rows[0]) if rows else [], format=format, lang=lang, output=output)
        for line in report.notes(lang.value):
            say(line)
    if report.rejected:
        raise typer.Exit(1)


def run_load(
    sources: list[str],
    graph: str | None,
    *,
    mapping: str | None = None,
    on_bad_row: str = "quarantine",
    quarantine: Path | None = None,
    replace: str | None = None,
    dry_run: bool = False,
) -> LoadReport:
    """Open the graph for writing, load, publish. A broken file is made again from its sources first."""
    from bulian import loaders
    from bulian.graph import GraphBroken, open_store
    from bulian.settings import Settings

    url = graph or Settings.from_env().graph
    again: Sequence[DatasetRecord] = ()
    try:
        opened = open_store(url, write=True)
    except GraphBroken as broken:
        if dry_run or not broken.records:
            raise
        say(f"bulian: {broken.message}")
        again = _still_there(broken.records, url)
        opened = open_store(url, write=True, rebuild=True)
    with opened as store, progress() as advance:
        load = partial(
            loaders.load, store=store, quarantine_dir=quarantine or quarantine_beside(url), progress=advance
        )
        for record in again:
            say(f"  made again from {record.source}")
            how = record.options
            load([record.source], mapping=how.get("mapping"), dataset=how.get("dataset"))
        return load(sources, mapping=mapping, on_bad_row=on_bad_row, dry_run=dry_run, replace=replace)


def _still_there(records: Sequence[DatasetRecord], url: str) -> Sequence[DatasetRecord]:
    """What the broken graph was made of; UsageError when some of it is gone, since it would be lost."""
    from bulian.loaders.dataset import SHIPPED

    gone = [r.source for r in records if not r.source.startswith(SHIPPED) and not Path(r.source).exists()]
    if gone:
        hint = f"put them back, or move {url.partition(':')[2]} away to start without them"
        raise UsageError(f"the graph was also made of files that are gone: {', '.join(gone)}", hint)
    return records


def quarantine_beside(url: str) -> Path:
    """Rejected rows lie beside the graph file; for a server, in the current folder."""
    scheme, _, path = url.partition(":")
    return (Path(path).expanduser().parent if scheme == "kglite" else Path()) / "quarantine"


@contextmanager
def progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar on a terminal's standard error; silence elsewhere. Call it with step, done, total."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)


@app.command()
def doctor(
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """What is installed, reachable and misconfigured."""
    verbosity(verbose)
    from bulian.doctor import COLUMNS, examine, exit_status

    checks = examine(graph)
    print_rows([c.to_row() for c in checks], COLUMNS, format=format, lang=lang, output=output)
    if code := exit_status(checks):
        raise typer.Exit(code)
