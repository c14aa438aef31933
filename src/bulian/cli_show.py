"""Commands that make something to look at: explore, report, schema."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulian.asking import chain_ids, pack_parameters, reading, region_id
from bulian.cli import (
    ChainOption,
    Format,
    FormatOption,
    GraphOption,
    Lang,
    LangOption,
    OutputOption,
    ParameterOption,
    RegionOption,
    VerboseOption,
    app,
    print_rows,
    say,
    verbosity,
)
from bulian.errors import UsageError

if TYPE_CHECKING:
    from bulian.graph.store import Store
    from bulian.queries.findings import Assessment


@app.command()
def explore(
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.")],
    chain: ChainOption = None,
    region: RegionOption = None,
    focus: Annotated[
        str | None, typer.Option("--focus", metavar="ID", help="Show what lies around one node.")
    ] = None,
    hops: Annotated[int, typer.Option("--hops", min=1, max=4, help="How far around it.")] = 1,
    query: Annotated[
        str | None, typer.Option("--query", metavar="NAME", help="Show the nodes that a pack's rows name.")
    ] = None,
    parameter: ParameterOption = None,
    max_nodes: Annotated[
        int, typer.Option("--max-nodes", min=1, help="Nodes at most; what is cut is said.")
    ] = 5000,
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    verbose: VerboseOption = 0,
) -> None:
    """A self-contained page: the chain from left to right, missing links as dashed ghosts."""
    verbosity(verbose)
    from bulian.ontology import load_ontology
    from bulian.queries.gaps import assess
    from bulian.queries.lookup import find_any
    from bulian.viz import explorer

    if sum(map(bool, (focus, query, chain))) > 1:
        raise UsageError("--chain, --focus and --query each say what to show", "give one of them")
    with reading(graph) as store:
        ontology = load_ontology()
        if focus:
            page = explorer.explore_neighbourhood(
                store, ontology, find_any(store, ontology, focus), hops, lang=lang.value, max_nodes=max_nodes
            )
        elif query:
            page = _explore_query(store, query, parameter or [], region, lang, max_nodes)
        else:
            home = region_id(store, region)
            found = assess(store, home, chain_ids(store, chain), lang=lang.value)
            page = explorer.explore_chain(
                store, ontology, found, list(found.chains), home, lang=lang.value, max_nodes=max_nodes
            )
    explorer.write_page(page, output)
    say(f"wrote {output}")


def _explore_query(
    store: Store, name: str, given: list[str], region: str | None, lang: Lang, max_nodes: int
) -> str:
    from bulian.ontology import load_ontology
    from bulian.queries.pack import column_label, find_pack, run_pack
    from bulian.viz import explorer

    pack = find_pack(name)
    rows = run_pack(store, name, pack_parameters(store, pack, given, region))
    return explorer.explore_rows(
        store, load_ontology(), rows, title=pack.title[lang.value], lang=lang.value, max_nodes=max_nodes,
        columns={c: column_label(c, lang.value) for c in pack.columns},
    )  # fmt: skip


@app.command()
def report(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder that collects the runs.")],
    chain: ChainOption = None,
    region: RegionOption = None,
    formats: Annotated[str, typer.Option("--formats", help="html, xlsx, md; comma-separated.")] = "html,xlsx",
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Compare with the last run up to this day."),
    ] = None,
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    verbose: VerboseOption = 0,
) -> None:
    """A gap report: table, evidence, candidates, sources, what is not known, what changed."""
    verbosity(verbose)
    from bulian.queries.gaps import assess

    with reading(graph) as store:
        home, chains = region_id(store, region), chain_ids(store, chain)
        found = assess(store, home, chains, lang=lang.value)
        folder = write_report(store, found, output, formats, lang, since.date() if since else None)
    print(folder)


def write_report(
    store: Store, found: Assessment, output: Path, formats: str, lang: Lang, since: date | None = None
) -> Path:
    """Publish one report folder in `output`; gives its path."""
    from bulian.ontology import load_ontology
    from bulian.viz import publish

    wanted = [f.strip() for f in formats.split(",") if f.strip()]
    if not wanted:
        raise UsageError("no report format given", f"supported: {', '.join(publish.FORMATS)}")
    return publish.publish_report(
        store, load_ontology(), found, output, formats=wanted, lang=lang.value, since=since
    )


@app.command()
def schema(
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """The classes, relationship types and properties that the ontology gives; the same for every graph."""
    verbosity(verbose)
    from bulian.ontology import load_ontology
    from bulian.ontology.emit import schema_rows, schema_text

    if format is Format.TABLE and output is None:
        print(schema_text(load_ontology()), end="")
        return
    rows = schema_rows(load_ontology(), lang.value)
    print_rows(rows, list(rows[0]), format=format, lang=lang, output=output)
