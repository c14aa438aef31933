"""Every pack on the small graph, on both engines: the rows worked out by hand, in order, no warning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from golden_rows import cases, engine_rows, golden_names, plain
from small_graph import load_small

from bulian.graph import open_store
from bulian.graph.kglite_store import SAFE
from bulian.graph.store import Store
from bulian.queries.cypher_text import bare, clauses, split_list
from bulian.queries.pack import find_pack, packs, run_pack
from bulian.settings import Settings

CASES = [(name, i) for name in sorted(golden_names()) for i in range(len(cases(name)))]


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "graph.kgl"
    with open_store(f"kglite:{path}", write=True) as store:
        load_small(store)
    return path


@pytest.fixture(scope="module", params=["kglite", "neo4j"])
def small(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The small graph, opened for reading as every command opens it."""
    if request.param == "kglite":
        url, settings = f"kglite:{request.getfixturevalue('graph_file')}", None
    else:
        settings = request.getfixturevalue("neo4j_server")
        assert isinstance(settings, Settings)
        url = settings.graph
        with open_store(settings=settings, write=True) as store:
            store.wipe()
            load_small(store)
    with open_store(url, settings=settings) as store:
        yield store


def test_every_pack_has_golden_rows() -> None:
    assert golden_names() == set(packs())
    assert all(any(case["rows"] for case in cases(name)) for name in golden_names())


@pytest.mark.parametrize(("name", "number"), CASES)
def test_rows_are_the_ones_worked_out_by_hand(small: Store, name: str, number: int) -> None:
    case = cases(name)[number]
    small.warnings.clear()
    rows = run_pack(small, name, case["params"])
    assert plain(rows) == case["rows"]
    assert all(tuple(row) == find_pack(name).columns for row in rows)
    assert small.warnings == []


@pytest.mark.parametrize("name", sorted(packs()))
def test_the_order_of_rows_leaves_no_tie(graph_file: Path, name: str) -> None:
    """Engines break ties differently, so what a pack orders by must tell all its rows apart."""
    [*_, order] = [
        c.body for c in clauses(bare(find_pack(name).cypher)) if c.keyword == "ORDER BY" and not c.depth
    ]
    keys = [part.split()[0] for part in split_list(order)]
    with open_store(f"kglite:{graph_file}") as store:
        for case in cases(name):
            rows = run_pack(store, name, case["params"])
            seen = [[row.get(k) for k in keys] for row in rows]
            assert all(seen.count(s) == 1 for s in seen)


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_safe_settings_answer_as_no_optimizer_does(graph_file: Path, name: str, number: int) -> None:
    given = cases(name)[number]["params"]
    plain_rows = engine_rows(graph_file, name, given, disable_optimizer=True, hide_structural_keys=True)
    assert engine_rows(graph_file, name, given, **SAFE) == plain_rows
