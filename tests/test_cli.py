"""The command line as a person meets it: outputs, messages, exit statuses."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from small_graph import load_small

from bulian.cli import run
from bulian.graph import open_store
from bulian.queries.findings import COLUMNS

GAPS = ["gaps", "--chain", "hydrogen", "--region", "new-area"]


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small graph as a file, and the default of this process."""
    url = f"kglite:{tmp_path / 'graph.kgl'}"
    monkeypatch.setenv("BULIAN_GRAPH", url)
    monkeypatch.delenv("BULIAN_REGION", raising=False)
    with open_store(url, write=True) as store:
        load_small(store)
    return url


def test_gaps_as_json_has_the_promised_columns(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*GAPS, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert list(rows[0]) == list(COLUMNS)
    assert "covered" not in {r["status"] for r in rows}
    assert all(r["finding_id"].startswith("gap/hydrogen/") for r in rows)


def test_gaps_status_narrows_and_widens(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    def statuses(*extra: str) -> set[str]:
        assert run([*GAPS, "--format", "json", *extra]) == 0
        return {r["status"] for r in json.loads(capsys.readouterr().out)}

    assert statuses("--status", "missing") == {"missing"}
    assert statuses("--status", "all") == {"missing", "single_source", "thin", "covered"}
    assert statuses("--status", "thin,covered") == {"thin", "covered"}


def test_codes_stay_english_in_csv_and_are_written_out_in_tables(
    graph: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run([*GAPS, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))
    assert {"missing", "thin"} <= {r["status"] for r in rows}
    assert run([*GAPS, "--format", "xlsx", "-o", str(tmp_path / "g.xlsx")]) == 0
    cells = {c.value for row in openpyxl.load_workbook(tmp_path / "g.xlsx").active.iter_rows() for c in row}
    assert "missing" not in cells
    assert run(GAPS) == 0
    table = capsys.readouterr().out
    assert "single_source" not in table


def test_explain_prints_the_calculation(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    finding = "gap/hydrogen/plate/new-area"
    assert run(["gaps", "--explain", finding, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    parts = {r["item"]: r["value"] for r in rows if r["detail"] and " x " in r["detail"]}
    assert {"criticality", "chokepoint", "downstream", "demand", "feasibility", "priority"} <= set(parts)
    assert run(["gaps", "--explain", "gap/hydrogen/plat/new-area"]) == 2
    assert finding in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["gaps", "--chain", "hydrogn", "--region", "new-area"], "hydrogen"),
        (["gaps", "--chain", "hydrogen", "--region", "new-aria"], "new-area"),
        (["gaps", "--chain", "hydrogen", "--region", "new-area", "--status", "mising"], "missing"),
        (["query", "run", "missing_link"], "missing_links"),
        (["query", "run", "missing_links", "-p", "chian=hydrogen"], "chain"),
        (["query", "run", "missing_links", "-p", "nonsense"], "KEY=VALUE"),
        (["gaps", "--explain", "nonsense"], "gap/"),
        (["gaps", "--min-confidence", "hihg"], "high"),
        (["gaps", "--no-such-option"], "no-such-option"),
        (["load", "shipped:nowhere"], "xixian"),
        (["report", "--formats", "", "-o", "/nonexistent/reports", "--region", "new-area"], "html"),
        (["report", "--formats", "docx", "-o", "/nonexistent/reports", "--region", "new-area"], "html"),
        (["explore", "--focus", "sys-aa", "-o", "/nonexistent/x.html"], "sys-a"),
        (["load", "/no/such/folder"], "/no/such/folder"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_near(
    graph: str, capsys: pytest.CaptureFixture[str], argv: list[str], says: str
) -> None:
    assert run(argv) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert out == ""
    assert "Traceback" not in err


def test_the_schema_as_text_and_as_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    assert "OPERATES_IN" in capsys.readouterr().out
    assert run(["schema", "--format", "json", "--lang", "en"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"class", "abstract", "role", "relationship", "property", "codes"} == {r["kind"] for r in rows}


def test_explain_is_written_out_in_a_table(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "--explain", "gap/hydrogen/plate/new-area"]) == 0
    out = capsys.readouterr().out
    assert not {"section", "downstream", "missing", "evidence"} & set(out.replace("\n", " ").split())


def test_every_pack_is_listed_with_its_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "list", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 15
    for row in rows:
        assert list(row) == ["name", "group", "title", "parameters", "columns"]
        assert all(set(p) == {"name", "type", "default", "example"} for p in row["parameters"])
    assert run(["query", "show", rows[0]["name"]]) == 0
    assert "MATCH" in capsys.readouterr().out


def test_a_pack_runs_with_names_for_parameters(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "run", "chain_links", "-p", "chain=氢能", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_a_query_of_ones_own_runs_when_it_only_reads(
    graph: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.cypher"
    cypher = "MATCH (p:Place) WHERE p.level = $level RETURN p.id AS start ORDER BY start LIMIT $n;"
    own.write_text(cypher, "utf-8-sig")  # as Notepad saves it
    assert run(["query", "run", "--file", str(own), "-p", "level=city", "-p", "n=2", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) DETACH DELETE n",
        "MATCH (n) SET n.name = 'x' RETURN n.id AS id",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line AS line",
        "CALL db.labels() YIELD label RETURN label",
        "MATCH (n) RETURN n.id AS id; MATCH (m) DELETE m",
        "C\\u0041LL dbms.listConfig() YIELD name RETURN name",
        "LO\\u0041D CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line AS line",
        "SHOW TRANSACTIONS",
    ],
)
def test_a_query_that_does_more_than_read_is_refused(
    graph: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, cypher: str
) -> None:
    own = tmp_path / "own.cypher"
    own.write_text(cypher, "utf-8")
    assert run(["query", "run", "--file", str(own)]) == 2
    assert "refused" in capsys.readouterr().err
    with open_store(graph) as store:
        assert store.counts()[0]["Place"] > 0


def test_a_broken_query_says_why(graph: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.cypher"
    own.write_text("MATCH (n RETURN n", "utf-8")
    assert run(["query", "run", "--file", str(own)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_missing_graph_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "--graph", f"kglite:{tmp_path / 'none.kgl'}"]) == 3
    assert "bulian load" in capsys.readouterr().err


def test_a_broken_graph_file_says_how_to_rebuild(graph: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(graph.partition(":")[2]).write_bytes(b"not a graph")
    assert run(["gaps", "--chain", "hydrogen"]) == 3
    err = capsys.readouterr().err
    assert "rebuild" in err
    assert "Traceback" not in err


def test_load_makes_a_broken_graph_again_from_its_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "dataset.toml").write_text(
        'name = "made-up"\ntitle = "虚构"\nlicence = "CC0-1.0"\nretrieved = "2026-01-01"\n', "utf-8"
    )
    (data / "places.csv").write_text("id,name_zh,level\njia,甲市,city\n", "utf-8")
    (tmp_path / "organizations.csv").write_text("id,type,name_zh,city\nfirm-a,firm,甲公司,甲市\n", "utf-8")
    graph = tmp_path / "graph.kgl"
    url = ["--graph", f"kglite:{graph}"]
    assert run(["load", str(data), str(tmp_path / "organizations.csv"), *url]) == 0
    with open_store(url[1]) as store:
        before = store.counts()
    (tmp_path / "firms.toml").write_text(
        """
[[file]]
name = "list"
required = ["no", "firm"]
[file.node]
class = "Firm"
key = "no"
[file.node.properties]
name = "firm"
""",
        "utf-8",
    )
    (tmp_path / "list.csv").write_text("no,firm\nfirm-b,乙公司\n", "utf-8")
    mapped = ["load", str(tmp_path / "list.csv"), "--mapping", str(tmp_path / "firms.toml"), *url]
    assert run(mapped) == 0
    with open_store(url[1]) as store:
        before = store.counts()
    graph.write_bytes(graph.read_bytes()[:-100])
    assert run(["load", str(data), *url]) == 0
    assert "made again from" in capsys.readouterr().err
    with open_store(url[1]) as store:
        assert store.counts() == before
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all", "utf-8")
    assert run(["load", str(data), "--graph", f"kglite:{letter}"]) == 3
    assert letter.read_text("utf-8") == "Dear all"
    assert "move" in capsys.readouterr().err
    graph.write_bytes(b"junk")
    (tmp_path / "organizations.csv").unlink()
    assert run(["load", str(data), *url]) == 2
    assert "organizations.csv" in capsys.readouterr().err


def test_a_server_that_is_away_exits_3_soon_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    monkeypatch.setenv("BULIAN_GRAPH_PASSWORD", "hunter2-secret")
    command = [
        sys.executable,
        "-m",
        "bulian",
        "gaps",
        "--graph",
        f"bolt://127.0.0.1:{port}",
        "--chain",
        "hydrogen",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    assert done.returncode == 3
    assert str(port) in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_doctor(graph: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BULIAN_REGION", "new-area")
    assert run(["doctor", "--format", "json"]) == 0
    checks = {r["check"]: r for r in json.loads(capsys.readouterr().out)}
    assert checks["graph"]["state"] == "ok"
    assert checks["region"]["found"] == "place:new-area"
    monkeypatch.setenv("BULIAN_REGOIN", "typo")
    assert run(["doctor", "--format", "json"]) == 1
    monkeypatch.delenv("BULIAN_REGOIN")
    assert run(["doctor", "--graph", "bolt://127.0.0.1:1", "--format", "json"]) == 3


def test_help_imports_nothing_heavy() -> None:
    heavy = "rdflib pyshacl kglite neo4j pyarrow openpyxl pyvis jinja2 pypinyin"
    code = (
        "import sys; from bulian.cli import run; run(['--help']);"
        f"print([m for m in '{heavy}'.split() if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "gaps" in done.stdout


def test_the_module_runs_and_knows_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bulian", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("bulian 0.")


def test_data_alone_on_standard_output_in_a_c_locale(graph: str) -> None:
    env = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "BULIAN_GRAPH": graph, "HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-m", "bulian", *GAPS, "--format", "json"], capture_output=True, check=True, env=env
    )
    assert json.loads(done.stdout.decode("utf-8"))
