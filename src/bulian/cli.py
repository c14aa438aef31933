"""The command line: options, exit statuses and messages. Each command is a thin shell over a function."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulian import __version__
from bulian.errors import BulianError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bulian.records import Row

app = typer.Typer(
    name="bulian",
    help="Knowledge graph of a region's innovation ecosystem: which links of its industry chains are "
    "missing, why, and who could fill them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
query_app = typer.Typer(help="The query packs: list, show, run.", no_args_is_help=True)
app.add_typer(query_app, name="query")


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Lang(StrEnum):
    """Language of the content; messages and help are English."""

    ZH = "zh"
    EN = "en"


GraphOption = Annotated[
    str | None,
    typer.Option("--graph", help="kglite:PATH.kgl, neo4j://HOST or bolt://HOST; default: BULIAN_GRAPH."),
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the content.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How rows are printed.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write the rows to this file instead of standard output."),
]
VerboseOption = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more; twice: tracebacks of unexpected errors.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Region: id, slug, name or pinyin; default: BULIAN_REGION.")
]

ChainOption = Annotated[
    list[str] | None,
    typer.Option("--chain", help="Chain: id, slug, name or pinyin; repeatable; default: all."),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="KEY=VALUE", help="A parameter of the pack; repeatable."),
]


@dataclass(slots=True)
class State:
    """What the top of the program must know when something fails."""

    verbose: int = 0


state = State()


def verbosity(verbose: int) -> None:
    """Logs go to standard error; data stays alone on standard output."""
    state.verbose = max(state.verbose, verbose)
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", level=level)
    if verbose < 1:  # what an engine remarks on a query is for whoever writes queries
        logging.getLogger("bulian.graph").setLevel(logging.ERROR)
    if verbose < 2:  # the driver speaks at length below this
        logging.getLogger("neo4j").setLevel(logging.ERROR)


def print_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    *,
    format: Format,
    lang: Lang,
    output: Path | None = None,
    narrow: Sequence[str] = (),
    title: str = "",
) -> None:
    """Rows in the format asked for; `narrow`: the columns that fit a terminal's table."""
    from bulian import tables

    shown = narrow if format is Format.TABLE and narrow and output is None else columns
    tables.emit(rows, shown, format=format.value, lang=lang.value, output=output, title=title)


def say(message: str) -> None:
    """A message for the person, beside the data."""
    print(message, file=sys.stderr)


def _version(value: bool) -> None:
    if value:
        print(f"bulian {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program; every failure becomes one message on standard error and an exit status."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Like `main`, but gives the exit status back."""
    for stream in (sys.stdout, sys.stderr):  # Chinese must survive a C locale and a Windows console
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        code = app(args=None if argv is None else list(argv), standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BulianError as e:
        say(f"bulian: {e.message}" + (f"\n  {e.hint}" if e.hint else ""))
        return e.exit_code
    except typer.Abort:
        return 130
    except BrokenPipeError:  # `bulian ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as e:
        return _unexpected(e)


def _unexpected(e: Exception) -> int:
    show = getattr(e, "show", None)  # click's own usage errors know how to say themselves
    if callable(show):
        show()
        return int(getattr(e, "exit_code", 2))
    if state.verbose >= 2:
        logging.getLogger("bulian").exception("unexpected error")
    say(f"bulian: unexpected error: {type(e).__name__}: {e}")
    say("  run again with -vv for the traceback, and please report it")
    return 1


# Commands register themselves on `app`.
from bulian import cli_build, cli_gaps, cli_query, cli_show  # noqa: E402, F401
