"""Whatever bytes and cells come in: the load ends, nothing crashes, and every row is accounted for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loadkit import BASE, MINI, accounted, csv_text, dataset, edges, graph_of, load

from bulian.errors import BulianError
from bulian.graph import open_store
from bulian.loaders.builtin import dataset_mappings

FILES = sorted(dataset_mappings())
WORDS = [
    *(
        "",
        "a",
        "b",
        "c",
        "A B",
        "firm:a",
        "东风",
        "firm",
        "lab",
        "企业",
        "hydrogen",
        "氢能",
        "h-stack",
        "电堆",
        "h-stack;nope",
    ),
    *(
        "云江市",
        "云江",
        "yunjiang",
        "甲省",
        "cn",
        "upstream",
        "上游",
        "2024",
        "2024年5月",
        "5",
        "-1",
        "true",
        "SUPPLIES",
    ),
    *(
        "LEADS_CHAIN",
        "SIGNED_WITH",
        "MEMBER_OF",
        "component",
        "=1+1",
        "\u200b",
        "￿",
        "high",
        "=",
        "city",
        "a;b;a",
    ),
]
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
cells = st.sampled_from(WORDS) | st.text(max_size=8)


def load_and_count(files: Mapping[str, Any]) -> None:
    """Load twice; the second time nothing is new."""
    with tempfile.TemporaryDirectory() as name:
        folder = dataset(Path(name) / "x", files)
        with open_store(f"kglite:{Path(name) / 'g.kgl'}", write=True) as store:
            first = load(store, folder, quarantine=Path(name) / "q")
            held = graph_of(store)
            again = load(store, folder, quarantine=Path(name) / "q")
            assert (again.totals["created"], again.totals["changed"], again.totals["withdrawn"]) == (0, 0, 0)
            assert again.totals["quarantined"] == first.totals["quarantined"]
            assert graph_of(store) == held
            firms = {n.id for n in store.nodes("Firm")}
            assert all(a in firms or a.split(":")[0] != "firm" for a, _ in edges(store, "LOCATED_IN"))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """Rows of a few files, with the columns that these files have."""
    found: dict[str, list[dict[str, str]]] = {}
    for name in draw(st.lists(st.sampled_from(FILES), min_size=1, max_size=4, unique=True)):
        mapping = dataset_mappings()[name]
        columns = [*mapping.required, *draw(st.lists(st.sampled_from(mapping.columns()), max_size=4))]
        row = st.fixed_dictionaries(dict.fromkeys(dict.fromkeys(columns), cells))
        found[name] = draw(st.lists(row, min_size=1, max_size=6))
    return found


@SLOW
@given(tables())
def test_whatever_the_cells_every_row_is_accounted_for(found: dict[str, list[dict[str, str]]]) -> None:
    load_and_count({**BASE, **found})


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real file with some of its bytes changed, removed or doubled."""
    name = draw(st.sampled_from(["organizations", "relations", "chain_links", "places", "decisions"]))
    data = bytearray((MINI / f"{name}.csv").read_bytes())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b";"])
        )
        data[at : at + draw(st.integers(0, 4))] = piece
    return name, bytes(data)


@SLOW
@given(damaged())
def test_whatever_the_damage_the_load_ends(found: tuple[str, bytes]) -> None:
    name, data = found
    files: dict[str, Any] = {p.stem: p.read_bytes() for p in MINI.glob("*.csv")}
    try:
        load_and_count({**files, name: data})
    except BulianError:
        assert name == "decisions"  # a damaged file of decisions stops the load; of data, only costs rows


@SLOW
@given(st.sampled_from([".csv", ".jsonl", ".xlsx", ".parquet"]), st.binary(max_size=200))
def test_any_bytes_as_any_file(suffix: str, data: bytes) -> None:
    load_and_count({f"organizations{suffix}": data})


@SLOW
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_as_a_card(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = dataset(Path(name) / "x", {})
        (folder / "dataset.toml").write_bytes(data)
        with open_store(f"kglite:{Path(name) / 'g.kgl'}", write=True) as store, pytest.raises(BulianError):
            load(store, folder)


@SLOW
@given(st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_any_bytes_as_a_mapping(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "m.toml").write_bytes(data)
        (Path(name) / "a.csv").write_text(csv_text([{"id": "a"}]))
        with open_store(f"kglite:{Path(name) / 'g.kgl'}", write=True) as store, pytest.raises(BulianError):
            load(store, Path(name) / "a.csv", mapping=str(Path(name) / "m.toml"))


def test_accounting_would_notice_a_lost_row(tmp_path: Path) -> None:
    with open_store(f"kglite:{tmp_path / 'g.kgl'}", write=True) as store:
        report = load(store, dataset(tmp_path / "x", BASE))
    report.files[0].numbers["rows"] += 1
    with pytest.raises(AssertionError):
        accounted(report.files[0])
