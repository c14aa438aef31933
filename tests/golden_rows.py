"""Rows of every pack on the small graph, checked by hand: tests/fixtures/small/golden/<pack>.json.

A file is a list of cases, each with the parameters and the rows as lists in the order of the columns. For a
new pack `python tests/golden_rows.py PACK key=value …` prints a case, to be checked against
fixtures/small/README.md and added.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bulian.records import Row

FOLDER = Path(__file__).parent / "fixtures" / "small" / "golden"


def cases(pack: str) -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / f"{pack}.json").read_text(encoding="utf-8")))


def golden_names() -> set[str]:
    return {f.stem for f in FOLDER.glob("*.json")}


def plain(rows: list[Row]) -> list[Any]:
    """Rows as a golden file holds them: lists of cells, dates as text."""
    return list(json.loads(json.dumps([list(r.values()) for r in rows], default=_text)))


def engine_rows(graph_file: Path, name: str, given: dict[str, Any], **options: Any) -> list[Row]:
    """Rows of a pack from the embedded engine itself, with settings of the caller's choice."""
    import kglite

    from bulian.graph.values import params_in, row_out
    from bulian.queries.pack import find_pack
    from bulian.queries.parameters import bind

    pack = find_pack(name)
    graph = kglite.load(str(graph_file))
    graph.read_only(True)
    result = graph.cypher(pack.cypher, params=params_in(bind(name, pack.parameters, given)), **options)
    assert isinstance(result, kglite.ResultView)
    return [row_out(row) for row in result.to_list()]


def case_text(params: dict[str, Any], rows: list[Row]) -> str:
    """One case as it stands in a file, a row a line."""
    lines = ",\n".join("    " + json.dumps(r, ensure_ascii=False) for r in plain(rows))
    body = f"[\n{lines}\n  ]" if rows else "[]"
    return f'  "params": {json.dumps(params, ensure_ascii=False)},\n  "rows": {body}\n'


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no cell: {value!r}")


def main(arguments: list[str]) -> None:
    from small_graph import load_small

    from bulian.graph import open_store
    from bulian.queries.pack import run_pack

    params = dict(a.split("=", 1) for a in arguments[1:])
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"kglite:{folder}/small.kgl", write=True, rebuild=True) as store,
    ):
        load_small(store)
        print("{\n" + case_text(params, run_pack(store, arguments[0], params)) + "}")


if __name__ == "__main__":
    main(sys.argv[1:])
