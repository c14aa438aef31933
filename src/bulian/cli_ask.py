"""Commands that read: gaps, query, explore, report, schema."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
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
    RegionOption,
    VerboseOption,
    app,
    print_rows,
    query_app,
    say,
    verbosity,
)
from bulian.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bulian.graph.records import Cell, Row
    from bulian.graph.store import Store
    from bulian.queries.findings import Assessment, Filters
    from bulian.queries.pack import Pack

ChainOption = Annotated[
    list[str] | None,
    typer.Option("--chain", help="Chain: id, slug, name or pinyin; repeatable; default: all."),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="KEY=VALUE", help="A parameter of the pack; repeatable."),
]
# What a terminal has room for; json, csv and xlsx carry every column.
NARROW = (
    "chain", "link", "status", "evidence", "local_firms", "nearby_firms", "national_firms", "priority",
    "action", "reason",
)  # fmt: skip
STATUSES = ("missing", "single_source", "thin", "covered")


@contextmanager
def reading(graph: str | None) -> Iterator[Store]:
    """The graph, opened for reading."""
    from bulian.graph import open_store

    with open_store(graph) as store:
        yield store


def region_id(store: Store, text: str | None) -> str:
    """The region asked for, else the configured one."""
    from bulian.ontology import load_ontology
    from bulian.queries.lookup import find_node
    from bulian.settings import Settings

    return find_node(store, load_ontology(), "Place", text or Settings.from_env().region)


def chain_ids(store: Store, names: Sequence[str] | None) -> list[str]:
    """The chains asked for; none means every chain that has links."""
    from bulian.queries.lookup import find_chain
    from bulian.queries.pack import run_pack

    if not names:
        return []
    rows = run_pack(store, "chains")
    return list(dict.fromkeys(find_chain(rows, name) for name in names))


@app.command()
def gaps(
    chain: ChainOption = None,
    region: RegionOption = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", help="missing, single_source, thin, covered or all; default: all but covered."
        ),
    ] = None,
    min_confidence: Annotated[
        str, typer.Option("--min-confidence", help="Hide presences below this grade: low, medium, high.")
    ] = "low",
    observed_only: Annotated[bool, typer.Option("--observed-only", help="Hide inferred presences.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Hide presences stated before this day."),
    ] = None,
    covered_from: Annotated[
        int, typer.Option("--covered-from", min=2, help="Local firms from which a link counts as covered.")
    ] = 3,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="ID", help="Print the calculation of one finding.")
    ] = None,
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """Gaps of an industry chain in a region: what is missing, why the table says so, what to do."""
    verbosity(verbose)
    from bulian.queries.findings import COLUMNS, Filters

    filters = Filters(_grade(min_confidence), observed_only, since.date() if since else None)
    with reading(graph) as store:
        if explain:
            _explain(store, explain, lang, format, output, filters, covered_from)
            return
        wanted = _statuses(status)
        found = _assess(store, region_id(store, region), chain_ids(store, chain), lang, filters, covered_from)
    rows = [g.to_row() for g in found.with_status(wanted)]
    print_rows(
        rows, COLUMNS, format=format, lang=lang, output=output, narrow=NARROW,
        title=f"{found.region} · {'、'.join(found.chains.values())}",
    )  # fmt: skip
    if not rows:
        say(f"no link of {', '.join(found.chains.values())} in {found.region} has status {', '.join(wanted)}")


def _assess(
    store: Store, region: str, chains: list[str], lang: Lang, filters: Filters, covered_from: int
) -> Assessment:
    from bulian.queries.gaps import assess

    return assess(store, region, chains, lang=lang.value, filters=filters, covered_from=covered_from)


def _explain(
    store: Store,
    finding_id: str,
    lang: Lang,
    format: Format,
    output: Path | None,
    filters: Filters,
    covered_from: int,
) -> None:
    from bulian.queries.explain import explain_rows

    parts = finding_id.split("/")
    if len(parts) != 4 or parts[0] != "gap":
        raise UsageError(
            f"not a finding id: {finding_id}", "it looks like gap/hydrogen/h2-stack/xixian-new-area"
        )
    chains, region = chain_ids(store, [parts[1]]), region_id(store, parts[3])
    found = _assess(store, region, chains, lang, filters, covered_from)
    gap = next((g for g in found.gaps if g.finding_id == finding_id), None)
    if gap is None:
        from rapidfuzz import process

        ids = [g.finding_id for g in found.gaps]
        raise UnknownName("finding", finding_id, [m[0] for m in process.extract(finding_id, ids, limit=3)])
    rows = explain_rows(store, gap, lang.value, codes=format in (Format.JSON, Format.CSV))
    print_rows(
        rows,
        ("section", "item", "value", "detail"),
        format=format,
        lang=lang,
        output=output,
        title=finding_id,
    )


def _statuses(given: list[str] | None) -> Sequence[str]:
    if not given:
        return STATUSES[:3]
    wanted = [s.strip() for g in given for s in g.split(",")]
    if "all" in wanted:
        return STATUSES
    for s in wanted:
        if s not in STATUSES:
            raise UnknownName("status", s, (*STATUSES, "all"))
    return wanted


def _grade(text: str) -> str:
    from bulian.queries.findings import CONFIDENCE

    if text not in CONFIDENCE:
        raise UnknownName("confidence", text, CONFIDENCE)
    return text


@query_app.command("list")
def query_list(
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """Every query pack: name, group, title, parameters, columns."""
    verbosity(verbose)
    from bulian.queries.pack import packs

    columns = ("name", "group", "title", "parameters", "columns")
    rows = [_pack_row(p, lang) for p in packs().values()]
    narrow = rows if format is not Format.TABLE else [
        {**r, "parameters": ", ".join(p.name for p in packs()[str(r["name"])].parameters)} for r in rows
    ]  # fmt: skip
    print_rows(
        narrow,
        columns,
        format=format,
        lang=lang,
        output=output,
        narrow=("name", "group", "title", "parameters"),
    )


def _pack_row(pack: Pack, lang: Lang) -> Row:
    parameters: list[Cell] = [
        {"name": p.name, "type": p.type, "default": p.default, "example": p.example} for p in pack.parameters
    ]
    return {
        "name": pack.name,
        "group": pack.group,
        "title": pack.title[lang.value],
        "parameters": parameters,
        "columns": list(pack.columns),
    }


@query_app.command("show")
def query_show(name: str, lang: LangOption = Lang.ZH, verbose: VerboseOption = 0) -> None:
    """One pack: what it answers, its parameters, its Cypher."""
    verbosity(verbose)
    from bulian.queries.pack import find_pack

    pack = find_pack(name)
    print(f"{pack.name} ({pack.group})\n{pack.title[lang.value]}\n{pack.question[lang.value]}\n")
    for p in pack.parameters:
        default = "required" if p.required else f"default {p.default}"
        print(f"  -p {p.name}=…   {p.type}, {default}, e.g. {p.example}")
    print(f"  columns: {', '.join(pack.columns)}\n\n{pack.cypher}")


@query_app.command("run")
def query_run(
    name: str,
    parameter: ParameterOption = None,
    region: RegionOption = None,
    graph: GraphOption = None,
    lang: LangOption = Lang.ZH,
    format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    verbose: VerboseOption = 0,
) -> None:
    """Run one pack. Places, chains and links may be given by id, slug, name or pinyin."""
    verbosity(verbose)
    from bulian.queries.pack import find_pack, run_pack

    pack = find_pack(name)
    with reading(graph) as store:
        params = _parameters(store, pack, parameter or [], region)
        rows = run_pack(store, name, params)
    print_rows(rows, pack.columns, format=format, lang=lang, output=output, title=pack.title[lang.value])
    if not rows:
        say("no rows")


def _parameters(store: Store, pack: Pack, given: list[str], region: str | None) -> dict[str, str]:
    """KEY=VALUE pairs; a value that stands for a node is looked up."""
    from bulian.ontology import load_ontology
    from bulian.queries.lookup import find_node

    params: dict[str, str] = {}
    types = {p.name: p.type for p in pack.parameters}
    if region is not None:
        given = [*given, f"region={region}"]
    for pair in given:
        key, eq, value = pair.partition("=")
        if not eq:
            raise UsageError(
                f"not KEY=VALUE: {pair}", f"parameters of {pack.name}: {', '.join(types) or 'none'}"
            )
        if key not in types:
            raise UnknownName(f"parameter of {pack.name}", key, types)
        if types[key] == "chain":
            value = chain_ids(store, [value])[0]
        elif types[key] in NODE_TYPES:
            value = find_node(store, load_ontology(), NODE_TYPES[types[key]], value)
        params[key] = value
    if "region" in types and "region" not in params:
        params["region"] = region_id(store, None)
    return params


NODE_TYPES = {"place": "Place", "link": "ChainLink", "organization": "Organization"}


@app.command()
def explore(
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.")],
    chain: ChainOption = None,
    region: RegionOption = None,
    focus: Annotated[
        str | None, typer.Option("--focus", metavar="ID", help="Show what lies around one node.")
    ] = None,
    hops: Annotated[int, typer.Option("--hops", min=1, max=4)] = 1,
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
    from bulian.queries.findings import Filters
    from bulian.viz import explorer

    with reading(graph) as store:
        ontology = load_ontology()
        if focus:
            page = explorer.explore_neighbourhood(
                store, ontology, focus, hops, lang=lang.value, max_nodes=max_nodes
            )
        elif query:
            page = _explore_query(store, query, parameter or [], region, lang, max_nodes)
        else:
            home = region_id(store, region)
            found = _assess(store, home, chain_ids(store, chain), lang, Filters(), 3)
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
    rows = run_pack(store, name, _parameters(store, pack, given, region))
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
    from bulian.queries.findings import Filters

    with reading(graph) as store:
        home, chains = region_id(store, region), chain_ids(store, chain)
        found = _assess(store, home, chains, lang, Filters(), 3)
        folder = write_report(store, found, output, formats, lang, since.date() if since else None)
    print(folder)


def write_report(
    store: Store, found: Assessment, output: Path, formats: str, lang: Lang, since: date | None = None
) -> Path:
    """Publish one report folder in `output`; gives its path."""
    from bulian.ontology import load_ontology
    from bulian.viz import publish

    wanted = [f.strip() for f in formats.split(",") if f.strip()]
    return publish.publish_report(
        store, load_ontology(), found, output, formats=wanted, lang=lang.value, since=since
    )


@app.command()
def schema() -> None:
    """The classes, relationship types and properties that the ontology gives."""
    from bulian.ontology import load_ontology
    from bulian.ontology.emit import schema_text

    print(schema_text(load_ontology()), end="")
