"""`bulian query`: list, show, run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulian.asking import pack_parameters, reading
from bulian.cli import (
    Format,
    FormatOption,
    GraphOption,
    Lang,
    LangOption,
    OutputOption,
    ParameterOption,
    RegionOption,
    VerboseOption,
    print_rows,
    query_app,
    say,
    verbosity,
)
from bulian.errors import UsageError

if TYPE_CHECKING:
    from bulian.graph.store import Store
    from bulian.queries.pack import Pack
    from bulian.records import Cell, Row


@query_app.command("list")
def query_list(
    graph: GraphOption = None,
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
def query_show(
    name: str, graph: GraphOption = None, lang: LangOption = Lang.ZH, verbose: VerboseOption = 0
) -> None:
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
    name: Annotated[str | None, typer.Argument(help="A pack; `query list` names them.")] = None,
    parameter: ParameterOption = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A query of your own; refused unless it only reads.")
    ] = None,
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

    if (name is None) == (file is None):
        raise UsageError("name a pack, or a --file", "`bulian query list` shows the packs")
    with reading(graph) as store:
        if file is not None:
            rows = _run_file(store, file, parameter or [])
            columns, title = tuple(rows[0]) if rows else (), file.name
        else:
            pack = find_pack(str(name))
            rows = run_pack(store, pack.name, pack_parameters(store, pack, parameter or [], region))
            columns, title = pack.columns, pack.title[lang.value]
    print_rows(rows, columns, format=format, lang=lang, output=output, title=title)
    if not rows:
        say("no rows")


def _run_file(store: Store, file: Path, given: list[str]) -> list[Row]:
    """A person's own query: read-only by its text, and by the way the engine is opened."""
    from bulian.queries.lint import require_reading

    try:
        cypher = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise UsageError(f"cannot read {file}: {e}") from None
    require_reading(cypher)
    params: dict[str, object] = {}
    for pair in given:
        key, eq, value = pair.partition("=")
        if not eq:
            raise UsageError(f"not KEY=VALUE: {pair}")
        params[key] = _typed(value)
    return store.read(cypher.strip().removesuffix(";"), params)


def _typed(text: str) -> object:
    """Numbers, true, false and lists as in JSON; anything else is text."""
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text
