"""The embedded engine's file: atomic, never trusted when broken or foreign, one writer at a time."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import kglite
import pytest

from bulian import __version__
from bulian.errors import GraphUnavailable, QueryError, UsageError
from bulian.graph import DatasetRecord, GraphBroken, Node, manifest, open_store
from bulian.graph.files import sweep
from bulian.graph.kglite_store import PASSES_OFF, KGLiteStore
from bulian.ontology.model import Ontology

SOURCES = ("shipped:xixian", "/data/my folder")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "graph.kgl"


def write(path: Path, ontology: Ontology, *names: str, rebuild: bool = False) -> None:
    with open_store(f"kglite:{path}", write=True, rebuild=rebuild) as store:
        store.ensure_schema(ontology)
        store.upsert_nodes([Node("Firm", f"firm:{n}", {"name": n}) for n in names], ontology)
        for source in SOURCES:
            store.record_dataset(DatasetRecord(source[-4:], source, "ab" * 32, "2026-11-24T10:00:00+08:00"))
        store.commit()


def names(path: Path) -> list[str]:
    with open_store(f"kglite:{path}") as store:
        return [str(n.props["name"]) for n in store.nodes("Firm")]


# --- life of a file ---


def test_what_is_committed_is_there_and_the_folder_holds_no_litter(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a", "b")
    write(path, ontology, "c")
    assert names(path) == ["a", "b", "c"]
    assert {p.name for p in path.parent.iterdir()} == {
        "graph.kgl",
        "graph.manifest.json",
        "graph.kgl.writing",
    }


def test_what_is_not_committed_is_gone(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    before = path.read_bytes()
    with open_store(f"kglite:{path}", write=True) as store:
        store.upsert_nodes([Node("Firm", "firm:b", {"name": "b"})], ontology)
        assert len(store.nodes("Firm")) == 2
    assert path.read_bytes() == before


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path / "one" / "g.kgl", ontology, "a", "b")
    write(tmp_path / "two" / "g.kgl", ontology, "a", "b")
    assert (tmp_path / "one" / "g.kgl").read_bytes() == (tmp_path / "two" / "g.kgl").read_bytes()


def test_a_reader_keeps_the_graph_it_opened(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    with open_store(f"kglite:{path}") as reader:
        write(path, ontology, "b")
        assert [n.id for n in reader.nodes("Firm")] == ["firm:a"]
    assert names(path) == ["a", "b"]


def test_reading_sees_what_was_just_written(path: Path, ontology: Ontology) -> None:
    with open_store(f"kglite:{path}", write=True) as store:
        for i in range(3):
            store.upsert_nodes([Node("Firm", f"firm:{i}", {"name": str(i)})], ontology)
            assert store.counts() == ({"Firm": i + 1}, {})


def test_rebuild_starts_empty_and_the_old_file_stays_until_the_commit(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    before = path.read_bytes()
    with open_store(f"kglite:{path}", write=True, rebuild=True) as store:
        assert store.counts() == ({}, {})
        assert store.datasets == ()
        assert path.read_bytes() == before
    write(path, ontology, "b", rebuild=True)
    assert names(path) == ["b"]


def test_the_manifest_says_what_the_graph_was_made_of(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a", "b")
    found = manifest.read(path)
    assert found is not None
    assert (found.engine_version, found.program_version) == (kglite.__version__, __version__)
    assert (found.ontology, found.nodes, found.relationships) == (ontology.version, {"Firm": 2}, {})
    assert tuple(d.source for d in found.datasets) == SOURCES
    assert json.loads(manifest.manifest_path(path).read_text("utf-8"))["datasets"][0]["sha256"] == "ab" * 32
    with open_store(f"kglite:{path}", write=True) as store:
        assert store.datasets == found.datasets
        again = DatasetRecord(found.datasets[0].name, SOURCES[0], "cd" * 32, "2026-11-25T10:00:00+08:00")
        store.record_dataset(again)  # loaded again: one record, now the newest
        assert store.datasets == (found.datasets[1], again)


def test_constraints_live_in_the_file(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    with open_store(f"kglite:{path}", write=True) as store, pytest.raises(QueryError, match="duplicate"):
        store.write("CREATE (:Firm {id: 'firm:a'})")


# --- files that cannot be used ---


def test_no_file_says_what_to_do(path: Path) -> None:
    with pytest.raises(GraphUnavailable, match="no graph at") as caught:
        open_store(f"kglite:{path}")
    assert "bulian load" in caught.value.hint
    assert "bulian demo" in caught.value.hint
    assert not path.parent.exists()


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "other content": lambda data: b"id,name\n1,x\n" * 50,
    "first half": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "byte flipped in the middle": lambda data: _flip(data, len(data) // 2),
    "byte flipped at the end": lambda data: _flip(data, len(data) - 1),
    "tail lost to zeros": lambda data: data[:-200] + bytes(200),
}


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize("how", list(BREAKS))
@pytest.mark.parametrize("writing", [False, True])
def test_a_broken_file_is_named_with_the_way_to_rebuild(
    path: Path, ontology: Ontology, how: str, writing: bool
) -> None:
    write(path, ontology, *map(str, range(200)))
    path.write_bytes(BREAKS[how](path.read_bytes()))
    with pytest.raises(GraphBroken, match="cannot be read") as caught:
        open_store(f"kglite:{path}", write=writing)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert tuple(r.source for r in caught.value.records) == SOURCES
    assert caught.value.hint == 'rebuild it: bulian load shipped:xixian "/data/my folder"'
    assert caught.value.exit_code == 3
    write(path, ontology, "fresh", rebuild=True)  # and the lock was given back
    assert names(path) == ["fresh"]


def test_no_flipped_byte_is_taken_for_another_graph(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "甲", "乙", "丙")
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(_flip(good, at))
        try:
            found = names(path)
        except GraphBroken:
            continue
        assert found == ["丙", "乙", "甲"], f"byte {at}"


def test_a_file_without_manifest_says_that_nobody_knows_its_sources(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    manifest.manifest_path(path).write_text("{ not json", encoding="utf-8")
    path.write_bytes(b"x")
    with pytest.raises(GraphBroken) as caught:
        open_store(f"kglite:{path}")
    assert caught.value.records == ()
    assert f"move {path} away" in caught.value.hint


def test_a_file_of_another_engine_version_is_never_trusted(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    data = path.read_bytes()
    version = f'"library_version":"{kglite.__version__}"'.encode()
    assert data.count(version) == 1
    path.write_bytes(data.replace(version, version.replace(b"0.", b"9.", 1)))
    with pytest.raises(GraphBroken, match=r"another version|cannot be read") as caught:
        open_store(f"kglite:{path}", write=True)
    assert tuple(r.source for r in caught.value.records) == SOURCES


def test_a_file_of_another_graph_format_is_never_trusted(
    path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, ontology, "a")
    monkeypatch.setattr(manifest, "GRAPH_FORMAT", manifest.GRAPH_FORMAT + 1)
    with pytest.raises(GraphBroken, match="another version"):
        open_store(f"kglite:{path}")


def test_a_graph_that_bulian_did_not_make_is_refused(path: Path) -> None:
    path.parent.mkdir()
    kglite.KnowledgeGraph().save(str(path))
    with pytest.raises(GraphBroken, match="another version"):
        open_store(f"kglite:{path}")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(GraphBroken, match="cannot be read"):
        open_store(f"kglite:{tmp_path}")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(GraphUnavailable, match="cannot write to"):
        open_store(f"kglite:{tmp_path / 'file' / 'graph.kgl'}", write=True)


def test_a_commit_that_fails_keeps_the_old_graph(
    path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, ontology, "a")
    with open_store(f"kglite:{path}", write=True) as store:
        assert isinstance(store, KGLiteStore)
        store.upsert_nodes([Node("Firm", "firm:b", {"name": "b"})], ontology)
        monkeypatch.setattr(store, "_path", path.parent / "nowhere" / "graph.kgl")
        with pytest.raises(GraphUnavailable, match="cannot be written"):
            store.commit()
    assert names(path) == ["a"]


@pytest.mark.parametrize("url", ["kglite:", "graph.kgl", "sqlite:graph.db", "kglite:///", "kglite", " "])
def test_a_wrong_url_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match=r"not a graph URL"):
        open_store(url)


# --- writers and killed writers ---


def test_a_second_writer_in_this_process_is_refused(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    with open_store(f"kglite:{path}", write=True):
        with pytest.raises(GraphUnavailable, match=f"pid {os.getpid()}"):
            open_store(f"kglite:{path}", write=True)
        assert names(path) == ["a"]  # readers are never blocked
    write(path, ontology, "b")


def run_child(code: str, path: Path) -> subprocess.Popen[str]:
    head = (
        "import sys\nfrom bulian.graph import Node, open_store\nfrom bulian.ontology import load_ontology\n"
    )
    body = head + "url = 'kglite:' + sys.argv[1]\n" + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", body, str(path)], stdout=subprocess.PIPE, text=True)


def first_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_writer_in_another_process_is_named_and_its_death_frees_the_graph(
    path: Path, ontology: Ontology
) -> None:
    child = run_child(
        "store = open_store(url, write=True); print('open', flush=True); sys.stdin.read()", path
    )
    try:
        assert first_line(child) == "open"
        with pytest.raises(GraphUnavailable, match=rf"\(pid {child.pid}\) is writing"):
            open_store(f"kglite:{path}", write=True)
    finally:
        child.kill()
        child.wait()
    write(path, ontology, "a")


def test_litter_of_the_dead_is_swept_and_that_of_the_living_is_not(path: Path, ontology: Ontology) -> None:
    write(path, ontology, "a")
    child = run_child("print('done', flush=True)", path)
    child.wait()
    here = path.parent
    dead = [here / f"graph.kgl.tmp.{child.pid}.0", here / f"graph.manifest.json.tmp.{child.pid}.3"]
    living = [here / f"graph.kgl.tmp.{os.getpid()}.0"]
    others = [here / f"graph2.kgl.tmp.{child.pid}.0", here / "graph.kgl.tmp.notes", here / "graph.kgl.bak"]
    for file in (*dead, *living, *others):
        file.write_bytes(b"x")
    assert sorted(sweep(path)) == sorted(dead)
    assert all(file.exists() for file in (path, *living, *others))
    dead[0].write_bytes(b"x")
    with open_store(f"kglite:{path}", write=True):
        assert not dead[0].exists()


SAVING = """
    ontology = load_ontology()
    for generation in range(1, 1_000):
        with open_store(url, write=True) as store:
            props = {"name": "n" * 60, "founded": str(generation)}
            store.upsert_nodes((Node("Firm", f"firm:{i}", props) for i in range(4_000)), ontology)
            print(generation, flush=True)
            store.commit()
"""


def _wait_for_half_a_save(path: Path) -> None:
    end = time.monotonic() + 10
    while not list(path.parent.glob("graph.kgl.tmp.*")) and time.monotonic() < end:
        pass


def test_a_writer_killed_while_it_saves_leaves_the_old_or_the_new_graph_whole(
    path: Path, ontology: Ontology
) -> None:
    clock = random.Random(7)
    write(path, ontology)
    caught_saving = 0
    for attempt in range(8):
        child = run_child(SAVING, path)
        try:
            for _ in range(3):
                seen = int(first_line(child))
            if attempt % 2:
                time.sleep(clock.uniform(0, 0.06))  # a save takes about that long
            else:
                _wait_for_half_a_save(path)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
        caught_saving += bool(list(path.parent.glob("graph.kgl.tmp.*")))
        with open_store(f"kglite:{path}") as store:
            rows = store.read("MATCH (n:Firm) RETURN n.founded AS generation, count(*) AS n")
        (row,) = rows
        assert row["n"] == 4_000
        assert int(str(row["generation"])) in range(seen - 1, seen + 2)
    assert caught_saving > 0  # else this test tested nothing
    write(path, ontology)
    assert not list(path.parent.glob("*.tmp.*"))


# --- settings ---


def test_the_unsafe_passes_exist_under_these_names() -> None:
    assert set(PASSES_OFF) <= set(kglite.cypher_pass_names())
