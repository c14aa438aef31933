"""`bulian gaps`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bulian.asking import chain_ids, reading, region_id
from bulian.cli import (
    ChainOption,
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
    say,
    verbosity,
)
from bulian.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bulian.graph.store import Store
    from bulian.queries.findings import Assessment
    from bulian.records import Row

# What a terminal has room for; json, csv and xlsx carry every column.
NARROW = (
    "chain", "link", "status", "evidence", "local_firms", "nearby_firms", "national_firms", "priority",
    "action", "reason",
)  # fmt: skip
EXPLAINED = ("section", "item", "value", "detail")
STATUSES = ("missing", "single_source", "thin", "covered")


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
    from bulian.queries.gaps import assess

    filters = Filters(_grade(min_confidence), observed_only, since.date() if since else None)
    with reading(graph) as store:
        ask = partial(assess, store, lang=lang.value, filters=filters, covered_from=covered_from)
        if explain:
            if chain or region or status:
                raise UsageError(
                    "--explain names chain, link and region itself", "leave the other options out"
                )
            rows = _explained(store, ask, explain, lang, codes=format in (Format.JSON, Format.CSV))
            print_rows(rows, EXPLAINED, format=format, lang=lang, output=output, title=explain)
            return
        wanted = _statuses(status)
        found = ask(region_id(store, region), chain_ids(store, chain))
    rows = [g.to_row() for g in found.with_status(wanted)]
    print_rows(
        rows, COLUMNS, format=format, lang=lang, output=output, narrow=NARROW,
        title=f"{found.region} · {'、'.join(found.chains.values())}",
    )  # fmt: skip
    if not rows:
        say(f"no link of {', '.join(found.chains.values())} in {found.region} has status {', '.join(wanted)}")


def _explained(
    store: Store, ask: Callable[..., Assessment], finding_id: str, lang: Lang, *, codes: bool
) -> list[Row]:
    """The calculation of the finding that an id names; UsageError and UnknownName for one that names none."""
    from bulian.queries.explain import explain_rows

    parts = finding_id.split("/")
    if len(parts) != 4 or parts[0] != "gap":
        hint = "it looks like gap/hydrogen/h2-stack/xixian-new-area"
        raise UsageError(f"not a finding id: {finding_id}", hint)
    found = ask(region_id(store, parts[3]), chain_ids(store, [parts[1]]))
    gap = next((g for g in found.gaps if g.finding_id == finding_id), None)
    if gap is None:
        from rapidfuzz import process

        ids = [g.finding_id for g in found.gaps]
        raise UnknownName("finding", finding_id, [m[0] for m in process.extract(finding_id, ids, limit=3)])
    return explain_rows(store, gap, lang.value, codes=codes)


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
